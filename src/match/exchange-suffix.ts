/**
 * Parameters that Exchange itself appends to the query it hands to IIS for logging, in changing order. A request without any query is
 * logged with a query because of them. Observed in front-end logs (`CorrelationID`, `cafeReqId`), back-end logs (`ActID`, `reqId`, MAPI's
 * `ClientRequestInfo` and its like) and Exchange 2010 logs (`prfltncy` and its like).
 */
const APPENDED =
  /^(?:CorrelationID|cafeReqId|ClientId|ClientRequestId|ClientRequestInfo|encoding|LogoffReason|RequestId|ActID|reqId|request_id|FrontEnd|ResponseInfo|Stage|prf[a-z]+)=/i;

/** A query without what Exchange appended, and without the `?` that some logs put in front. */
export function withoutExchangeSuffix(query: string): string {
  const own = query.startsWith('?') ? query.slice(1) : query;
  for (let end = own.length; end > 0;) {
    const before = own.lastIndexOf('&', end - 1);
    if (!isAppended(own.slice(before + 1, end))) return own.slice(0, end);
    end = before;
  }
  return '';
}

function isAppended(parameter: string): boolean {
  return parameter === '' || APPENDED.test(parameter);
}
