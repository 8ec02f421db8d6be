import type { DerivedFields } from './log-type.ts';

/**
 * The number that Exchange's front end gives a request, under the name that its own logs have for it: in IIS it stands in the query, which
 * Exchange writes it into. So one request can be known in both.
 */
export const REQUEST_ID_FIELD: DerivedFields = {
  RequestId: {
    from: ['cs-uri-query'],
    make: ([query]) => /&(?:cafeReqId|RequestId)=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:[;&]|$)/i.exec(query ?? '')?.[1],
  },
};
