/** A row of an ECP Server log that a request leaves behind. */
export interface EcpRow {
  /** Milliseconds after the request's own time. */
  readonly after: number;
  readonly command: string;
  /** The step of the attack that this row shows. */
  readonly planted?: string;
}

/** What the front end makes of a request: one row on the back-end web site. */
export interface BackEndRow {
  readonly method?: string;
  readonly stem: string;
  readonly query?: string;
  readonly user: string;
  readonly status: number;
  readonly planted?: string;
}

export type Protocol =
  | 'Autodiscover'
  | 'Eas'
  | 'Ecp'
  | 'Ews'
  | 'Mapi'
  | 'Oab'
  | 'Owa'
  | 'OwaCalendar'
  | 'PowerShell'
  | 'PushNotifications'
  | 'ReportingWebService'
  | 'Rest'
  | 'RpcHttp';

/** One request to the server: every log that saw it is written from this. */
export interface Request {
  /** When it ended; milliseconds since 1970, UTC. */
  readonly time: number;
  /** Folder of its HttpProxy log; left out where HttpProxy does not see it, or has no folder in the samples. */
  readonly protocol?: Protocol;
  readonly host: string;
  readonly method: string;
  readonly stem: string;
  /** As the client sent it, without what Exchange appends. */
  readonly query?: string;
  readonly user?: string;
  readonly address: string;
  /** With blanks; each log writes them its own way. */
  readonly userAgent: string;
  readonly referer?: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly authentication?: 'Anonymous' | 'Basic' | 'FBA' | 'Kerberos' | 'Negotiate' | 'NTLM';
  readonly anchor?: string;
  readonly routingHint?: string;
  readonly backEnd?: BackEndRow;
  readonly ecp?: readonly EcpRow[];
  /** The step of the attack that this is, as the logs of the front end show it. */
  readonly planted?: string;
}
