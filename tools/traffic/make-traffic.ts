import path from 'node:path';
import { ordinaryTraffic } from './ordinary-traffic.ts';

/** Writes the logs of two servers that nobody attacked below a folder: `npm run traffic -- FOLDER [SEED]`. */
const [folder = 'build/traffic', seed = '7'] = process.argv.slice(2);
for (const [server, tree] of ordinaryTraffic(Number(seed))) {
  tree.write(path.join(folder, server));
  process.stdout.write(`${server}: ${tree.rows} rows\n`);
}
