import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Finding } from '../../../src/model/finding.ts';
import { createCsvReporter } from '../../../src/report/csv.ts';
import { reportPieces, type Piece } from '../../../src/report/report.ts';
import { CSV_PROFILES, type CsvProfile } from '../../../src/report/reporter.ts';
import { content, finding, hostileFinding, write } from '../../report-content.ts';

type Row = Readonly<Record<string, string>>;

function rowsOf(text: string): Row[] {
  return parse(text, { columns: true, bom: true });
}

function written(findings: readonly Finding[], csvProfile?: CsvProfile): Row[] {
  return rowsOf(write('csv', { findings }, csvProfile === undefined ? {} : { csvProfile }));
}

/** What of a finding stands in a row, in whatever column and spelling; `undefined` and an empty text are both an empty cell. */
function factsOf(row: Row, csvProfile: CsvProfile | undefined): unknown[] {
  const cell = (name: string): string => (csvProfile === 'raw' ? (row[name] ?? '') : (row[name] ?? '').replace(/^'/, ''));
  const time = csvProfile === 'excel' ? cell('TimestampUtc') : cell('Timestamp').replace(/(.+) (.+)/, '$1T$2Z');
  const start = csvProfile === 'excel' ? cell('FirstTimestamp') : cell('FirstTimestamp').replace(/(.+) (.+)/, '$1T$2Z');
  const names =
    'Level Stage RuleTitle Host ClientIP ForwardedFor User Method UriStem UriQuery Status UserAgent Cve Mitre LogType SourceFile SourceLine SourceOffset RuleId ' +
    'FindingId Message Matched Raw EffectiveUser RuleAuthor RuleLicense Events Group Records RequestId OriginalPath';
  return [time, start, ...names.split(' ').map(cell)];
}

function factsOfFinding(found: Finding, clean: (text: string) => string): string[] {
  const { rule, http, log, user, event, correlation } = found;
  return [
    found['@timestamp'],
    event.start,
    rule.level,
    rule.stage,
    rule.name,
    found.host?.name,
    found.source?.ip,
    found.network?.forwarded_ip,
    user?.name,
    http?.request?.method,
    found.url?.path,
    found.url?.query,
    http?.response?.status_code,
    found.user_agent?.original,
    found.vulnerability?.id.join(' '),
    found.threat?.technique.id.join(' '),
    log.type,
    log.file.path,
    log.line,
    log.offset,
    rule.id,
    found.id,
    found.message,
    found.matched.map(({ field, value, view }) => `${field} (${view}): ${value}`).join('; '),
    event.original,
    [user?.effective?.name, user?.effective?.id].filter(Boolean).join(' '),
    rule.author?.join('; '),
    rule.license,
    correlation?.count,
    correlation &&
      Object.entries(correlation.group ?? {})
        .map((pair) => pair.join(': '))
        .join('; '),
    correlation?.records.map((record) => `${record.log.file.path}:${record.log.line}`).join('; '),
    http?.request?.id,
    log.file.original_path,
  ].map((fact) => clean(String(fact ?? '')));
}

describe.each([undefined, ...CSV_PROFILES])('the profile %s', (profile) => {
  test('is read back to the same findings, whatever stands in them', () => {
    const clean = (text: string): string => (profile === 'raw' ? text : text.replaceAll('\u0000', '\u2400'));
    fc.assert(
      fc.property(fc.array(hostileFinding, { minLength: 1, maxLength: 3 }), (findings) => {
        const read = written(findings, profile).map((row) => factsOf(row, profile));
        expect(read).toEqual(findings.map((each) => factsOfFinding(each, clean)));
      }),
      { numRuns: 300 },
    );
  });

  test('has every column of the others', () => {
    const [row = {}] = written([finding()], profile);
    const [plain = {}] = written([finding()]);
    expect(Object.keys(row)).toEqual(expect.arrayContaining(Object.keys(plain)));
  });

  if (profile !== 'raw') {
    test('begins no cell as a formula', () => {
      fc.assert(
        fc.property(hostileFinding, (each) => {
          for (const cell of Object.values(written([each], profile)[0] ?? {})) if (cell !== '-') expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
        }),
        { numRuns: 200 },
      );
    });
  }

  test("leaves IIS's lone - alone", () => {
    expect(written([finding({ url: { path: '/x', query: '-' }, user: { name: '-' } })], profile)[0]).toMatchObject({
      UriQuery: '-',
      User: '-',
    });
  });
});

describe('timeline-explorer', () => {
  test('begins with time, gravity and title, has what is wide last, and no byte order mark', () => {
    const text = write('csv', { findings: [] }, { csvProfile: 'timeline-explorer' });
    expect(text).toMatch(/^Timestamp,Level,RuleTitle,Host,ClientIP,User,Method,UriStem,UriQuery,Status,/);
    expect(text).toMatch(/,Message,Matched,Raw\r\n$/);
    expect(text.split(',')).not.toEqual(expect.arrayContaining(['Line']));
  });
});

describe('raw', () => {
  test('alters nothing', () => {
    expect(write('csv', { findings: [finding({ message: '=1+1' })] }, { csvProfile: 'raw' })).toContain(',=1+1,');
  });
});

describe('excel', () => {
  const excel = { csvProfile: 'excel', isTerminal: false, hasColour: false } as const;

  test('begins with a byte order mark, but on a terminal', () => {
    expect(write('csv', {}, excel).codePointAt(0)).toBe(0xfeff);
    expect(write('csv', {}, { ...excel, isTerminal: true })).toMatch(/^Timestamp,/);
  });

  test('has times to the second, which Excel takes for times, and whole ones as text', () => {
    expect(written([finding()], 'excel')[0]).toMatchObject({ Timestamp: '2021-03-03 06:59:13', TimestampUtc: '2021-03-03T06:59:13.030Z' });
  });

  test('marks text that looks like a number', () => {
    expect(written([finding({ id: '690e10', user: { name: '007' } })], 'excel')[0]).toMatchObject({
      FindingId: "'690e10",
      User: "'007",
      SourceLine: '7',
    });
  });

  test.each([32_766, 32_767, 40_000])('has no cell longer than Excel holds, of %i characters', (length) => {
    const raw = `=${'é'.repeat(length - 1)}`;
    const pieces = [...reportPieces(createCsvReporter(excel), content({ findings: [finding({ event: { original: raw } })] }))];
    const cell = rowsOf(textOf(pieces))[0]?.['Raw'] ?? '';
    expect(cell.length).toBeLessThanOrEqual(32_767);
    const isCut = length > 32_766;
    expect(cell.endsWith(`[cut: ${length.toLocaleString('en-US')} characters]`)).toBe(isCut);
    expect(notesOf(pieces)).toEqual(isCut ? [expect.stringContaining('1 cells were longer')] : []);
  });

  test('never cuts through a character', () => {
    for (const shift of ['', 'x']) {
      const original = shift + '😀'.repeat(20_000);
      expect(written([finding({ event: { original } })], 'excel')[0]?.['Raw']).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
    }
  });

  test('asks for another file after so many rows, each with its header', () => {
    const findings = Array.from({ length: 5 }, (_, index) => finding({ id: `f${index}` }));
    const files = filesOf([...reportPieces(createCsvReporter({ ...excel, splitsFiles: true }, 2), content({ findings }))]);
    expect(files.map((text) => rowsOf(text).map((row) => row['FindingId']))).toEqual([['f0', 'f1'], ['f2', 'f3'], ['f4']]);
    expect(files.every((text) => text.startsWith('\uFEFFTimestamp,'))).toBe(true);
  });

  test('begins no file that nothing would stand in', () => {
    const findings = Array.from({ length: 4 }, () => finding());
    expect(filesOf([...reportPieces(createCsvReporter({ ...excel, splitsFiles: true }, 2), content({ findings }))])).toHaveLength(2);
  });

  test('is one where nothing can be split, and says that it is too long', () => {
    const findings = Array.from({ length: 5 }, () => finding());
    const pieces = [...reportPieces(createCsvReporter(excel, 2), content({ findings }))];
    expect(filesOf(pieces)).toHaveLength(1);
    expect(notesOf(pieces)).toEqual([expect.stringContaining('5 rows are more than')]);
  });
});

function textOf(pieces: readonly Piece[]): string {
  return pieces.filter((piece) => typeof piece === 'string').join('');
}

function notesOf(pieces: readonly Piece[]): string[] {
  return pieces.flatMap((piece) => (typeof piece === 'object' && piece.kind === 'note' ? [piece.text] : []));
}

function filesOf(pieces: readonly Piece[]): string[] {
  const files = [''];
  for (const piece of pieces) {
    if (typeof piece === 'string') files[files.length - 1] += piece;
    else if (piece.kind === 'next file') files.push('');
  }
  return files;
}
