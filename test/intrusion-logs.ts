import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SAMPLE = new URL('../samples/contoso-ex01/C/', import.meta.url);
const LOGGING = 'Program Files/Microsoft/Exchange Server/V15/Logging';

/** Of each kind of log, one of the sample with the intrusion in it. */
export const INTRUSION_LOGS = [
  'inetpub/logs/LogFiles/W3SVC2/u_ex210303.log',
  `${LOGGING}/HttpProxy/Ecp/HttpProxy_2021030306-1.LOG`,
  `${LOGGING}/ECP/Server/ECPServer20210303-1.LOG`,
].map((file) => ({ file, content: readFileSync(fileURLToPath(new URL(file, SAMPLE))) }));
