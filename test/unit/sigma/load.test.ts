import { describe, expect, test } from '@jest/globals';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { loadRules } from '../../../src/sigma/load.ts';

const RULE = `title: A rule
id: 0f1e2d3c-0000-4000-8000-000000000001
status: test
level: high
tags:
    - attack.t1190
    - cve.2021-26855
logsource:
    category: webserver
detection:
    selection:
        cs-method: POST
    condition: selection
`;

function problemsOf(text: string): string[] {
  return loadRules('r.yml', text).diagnostics.map(
    ({ problem, place }: Diagnostic) => `${problem.code} ${place.lineNumber ?? '?'}:${place.column ?? '?'}`,
  );
}

describe('a rule file', () => {
  test('gives its rules with what they say of themselves', () => {
    const { rules, diagnostics } = loadRules('r.yml', RULE);
    expect(diagnostics).toEqual([]);
    expect(rules).toMatchObject([
      { title: 'A rule', level: 'high', tags: ['attack.t1190', 'cve.2021-26855'], file: 'r.yml', lineNumber: 1 },
    ]);
  });

  test('may hold several documents, of which the broken one does not spoil the others', () => {
    const { rules, diagnostics } = loadRules(
      'r.yml',
      `${RULE}---\ntitle: Broken\nlogsource: {category: x}\ndetection: {a: {b: c}, condition: nothing}\n---\n${RULE}`,
    );
    expect(rules.map(({ lineNumber }) => lineNumber)).toEqual([1, 19]);
    expect(diagnostics.map(({ place }) => place)).toEqual([{ path: 'r.yml', lineNumber: 17, column: 35 }]);
  });

  test('may begin with a byte order mark and end its lines like Windows', () => {
    expect(loadRules('r.yml', `\uFEFF${RULE.replaceAll('\n', '\r\n')}`).rules).toHaveLength(1);
  });

  test('may have been put together of files with byte order marks', () => {
    expect(loadRules('r.yml', `\uFEFF${RULE}---\n\uFEFF${RULE}`)).toMatchObject({ rules: [{}, {}], diagnostics: [] });
  });

  test('may hold keys that nobody knows', () => {
    expect(loadRules('r.yml', `${RULE}simulation: {x: [1, 2]}\ncustom: yes\n`).rules).toHaveLength(1);
  });

  test('may use anchors and aliases', () => {
    const text = RULE.replace('cs-method: POST', 'cs-method: &m POST\n    other:\n        x: *m').replace(
      'condition: selection',
      'condition: all of them',
    );
    expect(loadRules('r.yml', text).rules).toHaveLength(1);
  });
});

describe('a problem is told with its place', () => {
  test.each([
    ['YAML that is not well formed', RULE.replace('title: A rule', "title: 'A rule"), 'RULE_YAML 14:1'],
    ['a key given twice', RULE.replace('status: test', 'level: low'), 'RULE_YAML 4:1'],
    ['a title that is missing', RULE.replace('title: A rule', 'name: x'), 'RULE_KEY_MISSING 1:1'],
    ['a log source that is missing', RULE.replace('logsource:', 'log_source:'), 'RULE_KEY_MISSING 1:1'],
    ['an empty log source', RULE.replace('category: webserver', 'definition: words'), 'RULE_KEY_VALUE 9:5'],
    ['a level that does not exist', RULE.replace('level: high', 'level: urgent'), 'RULE_KEY_VALUE 4:8'],
    [
      'an identifier that does not exist',
      RULE.replace('condition: selection', 'condition: selection and filter'),
      'RULE_IDENTIFIER_UNKNOWN 13:16',
    ],
    ['an unknown modifier', RULE.replace('cs-method: POST', 'cs-method|looks: POST'), 'RULE_MODIFIER_UNKNOWN 12:9'],
    ['a placeholder', RULE.replace('cs-method: POST', "cs-method|expand: '%x%'"), 'RULE_PLACEHOLDER 12:27'],
    ['an expression RE2 does not know', RULE.replace('cs-method: POST', "cs-method|re: '(?<=a)b'"), 'RULE_REGEX 12:23'],
    ['an aggregation', RULE.replace('condition: selection', 'condition: selection | count() > 5'), 'RULE_AGGREGATION 13:16'],
    [
      'a timeframe, which is only ignored',
      RULE.replace('    condition', '    timeframe: 5m\n    condition'),
      'RULE_TIMEFRAME_IGNORED 13:5',
    ],
    ['a correlation without rules', 'title: x\ncorrelation: {type: event_count}\n', 'RULE_KEY_MISSING 2:14'],
    ['a taxonomy that is not known', RULE.replace('logsource:', 'taxonomy: ecs\nlogsource:'), 'RULE_KIND_UNSUPPORTED 1:1'],
    ['a filter without a condition', 'title: x\nlogsource: {category: x}\nfilter: {rules: any}\n', 'RULE_KEY_MISSING 3:9'],
    ['a collection of old', `action: global\n${RULE}`, 'RULE_KIND_UNSUPPORTED 1:1'],
    ['something else altogether', 'name: config\nversion: 2\n', 'RULE_NOT_A_RULE 1:1'],
    ['a list', '- a\n- b\n', 'RULE_NOT_A_RULE 1:1'],
    ['a wrong stage', `${RULE}exhunt: {stage: party}\n`, 'RULE_KEY_VALUE 14:17'],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });
});

describe('hostile rules', () => {
  test('whose aliases multiply are refused', () => {
    const levels = Array.from({ length: 12 }, (_, index) => `l${index + 1}: &l${index + 1} [${Array(10).fill(`*l${index}`).join(', ')}]`);
    expect(problemsOf(`l0: &l0 [x, x]\n${levels.join('\n')}\n${RULE}`)).toEqual(['RULE_YAML_LIMIT 6:25']);
  });

  test('that contain themselves are refused', () => {
    expect(problemsOf(`loop: &a [*a]\n${RULE}`)).toHaveLength(1);
  });

  test('nested without end are refused', () => {
    expect(problemsOf(`x: ${'['.repeat(100_000)}`)).toHaveLength(1);
    expect(problemsOf(`${RULE}x: ${'['.repeat(100)}${']'.repeat(100)}\n`)).toEqual(['RULE_YAML_LIMIT 14:68']);
  });

  test('with brackets without end are refused', () => {
    expect(problemsOf(RULE.replace('condition: selection', `condition: ${'('.repeat(5_000)}selection${')'.repeat(5_000)}`))).toEqual([
      'RULE_CONDITION_TOO_DEEP 13:16',
    ]);
  });

  test.each([
    ['spellings of loose dashes', "a|windash|base64: '-a -b -c -d -e -f'", 'RULE_TOO_MANY_VALUES 12:27'],
    ['repetitions', "a|re: '(a{1000}){1000}'", 'RULE_TOO_COSTLY 12:15'],
    ['nested repetitions', "a|re: '((a{0,50}){0,50}){0,50}'", 'RULE_REGEX 12:15'],
    ['wildcards', `a: '${'?*'.repeat(200)}x'`, 'RULE_TOO_COSTLY 12:12'],
    ['characters', `a: '${'x'.repeat(9_000)}'`, 'RULE_TOO_COSTLY 12:12'],
  ])('with %s without end are refused', (_, item, expected) => {
    expect(problemsOf(RULE.replace('cs-method: POST', () => item))).toEqual([expected]);
  });

  test('whose spellings fill memory together are refused, however many files of that kind were put into one', () => {
    const values = Array.from({ length: 200 }, (_, index) => `'-a -b -c -d${index}${'x'.repeat(200)}'`).join(', ');
    const rule = RULE.replace('cs-method: POST', () => `a|windash|base64: [${values}]`);
    const { rules, diagnostics } = loadRules('r.yml', [rule, rule, RULE].join('---\n'));
    expect(rules).toEqual([]);
    expect(diagnostics.map(({ problem }) => problem.code)).toEqual(['RULE_TOO_COSTLY', 'RULE_TOO_COSTLY', 'RULE_TOO_COSTLY']);
  });

  test('with patterns of names by the thousand are read in time', () => {
    const names = Array.from({ length: 1_500 }, (_, index) => `    a${index}:\n        x: y\n`).join('');
    const condition = Array.from({ length: 1_500 }, (_, index) => `1 of *${index}`).join(' or ');
    const text = RULE.replace('    selection:\n        cs-method: POST\n', names).replace(
      'condition: selection',
      `condition: ${condition}`,
    );
    expect(loadRules('r.yml', text).rules).toHaveLength(1);
  });

  test('with regular expressions that blow up elsewhere run in linear time', () => {
    const { rules } = loadRules(
      'r.yml',
      RULE.replace('cs-method: POST', () => "a|re: '^(a+)+$'"),
    );
    const [rule] = rules;
    const asked = rule?.condition.kind === 'field' && rule.condition.test.kind === 'regex' ? rule.condition.test : undefined;
    expect(asked?.accepts({ view: 'raw', text: `${'a'.repeat(50_000)}b`, folded: '' })).toBe(false);
  });
});
