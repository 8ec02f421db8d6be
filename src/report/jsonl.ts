import type { Reporter } from './reporter.ts';
import { describeDiagnostic } from './describe.ts';
import { escapeInJson } from './escape.ts';

const SCHEMA = 'exhunt/1';

/** The native record: one JSON object a line, each naming its kind in `record`. Everything other formats show is in it. */
export function createJsonlReporter(): Reporter {
  const line = (record: string, value: object): string => `${escapeInJson(JSON.stringify({ schema: SCHEMA, record, ...value }))}\n`;
  return {
    isNative: true,
    begin: () => '',
    finding: (finding) => line('finding', finding),
    story: (story) => line('story', story),
    verdict: (verdict) => line('verdict', verdict),
    coverage: (coverage) => line('coverage', coverage),
    exposure: (exposure) => line('exposure', exposure),
    suppression: (source) => line('suppression', source),
    gone: (finding) => line('gone', finding),
    diagnostic: ({ diagnostic, more }) => {
      const { severity, problem, place } = diagnostic;
      const log = { file: { path: place.path }, ...(place.lineNumber !== undefined && { line: place.lineNumber }) };
      return line('diagnostic', {
        severity,
        code: problem.code === 'TOLD' ? problem.as : problem.code,
        message: describeDiagnostic(diagnostic),
        log,
        ...(more > 0 && { more }),
      });
    },
    rules: (rules) => rules.map((rule) => line('rule', rule)).join(''),
    end: (summary) => line('summary', summary),
  };
}
