// Prints `passed failed` of a jest result file. A skipped test is a failed one, but for those that need what others published.
import { readFileSync } from 'node:fs';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let passed = 0;
let failed = 0;
for (const { name, status, message, assertionResults } of testResults) {
  if (status === 'failed' && assertionResults.length === 0) {
    failed += 1;
    console.error(`${name}: ${message}`);
  }
  for (const { status: outcome, fullName } of assertionResults) {
    if (outcome === 'passed') passed += 1;
    else if (outcome === 'failed' || !(name.endsWith('third-party.test.ts') || fullName.includes('(skipped where ../shared/'))) {
      failed += 1;
      console.error(`${outcome}: ${fullName}`);
    }
  }
}
if (passed === 0) failed += 1;
console.log(`${passed} ${failed}`);
