import type { DerivedFields } from './log-type.ts';

/**
 * The secret that a session of the Control Panel sends along (`msExchEcpCanary`), from the field that holds the address it was sent to: the
 * same in HttpProxy's anchor and in the row of the ECP Server log, so it joins what both say of one act.
 */
export function ecpCanaryFrom(field: string): DerivedFields {
  return { EcpCanary: { from: [field], make: ([address]) => /(?:^|[?&])msExchEcpCanary=([\w.%-]{4,512})/i.exec(address ?? '')?.[1] } };
}
