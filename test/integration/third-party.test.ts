import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { LEVELS, type Rule } from '../../src/model/rule.ts';
import { logTypeById } from '../../src/parse/log-types.ts';
import { appliesTo } from '../../src/sigma/log-source.ts';
import { classify } from '../../src/parse/classify.ts';
import { discover } from '../../src/discover/discover.ts';
import { readLogFile } from '../../src/read-log-file.ts';
import { loadRuleSet } from '../../src/rule-set.ts';
import { scan } from '../../src/scan.ts';

/** Logs and rules that others wrote, where somebody put them beside the project; nothing of them is part of it. */
const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));
const SAMPLES = path.join(SHARED, 'samples');
const SIGMAHQ = path.join(SHARED, 'sigmahq');

const withSamples = existsSync(SAMPLES) ? describe : describe.skip;
const withSigmaHq = existsSync(SIGMAHQ) ? describe : describe.skip;

withSamples('third-party logs (skipped where ../shared/samples is not there)', () => {
  test('hold nothing at level high or above', async () => {
    const { rules } = await loadRuleSet({ folders: [], hasDefaultRules: true });
    const { findings } = await scan({ paths: [SAMPLES], rules });
    expect([...findings].filter(({ rule }) => LEVELS.indexOf(rule.level) >= LEVELS.indexOf('high'))).toEqual([]);
  });

  test.each([
    ['plaso/iis10.log', 1],
    ['plaso/iis10_cookies.log', 3],
    ['plaso/iis10_edge_cases.log', 15],
    ['plaso/iis6.log', 12],
    ['plaso/iis7_owa.log', 3],
    ['plaso/iis7_sqli.log', 2],
    ['plaso/iis_without_date.log', 11],
    ['lnav/logfile_w3c.3', 3],
    ['lnav/logfile_w3c.5', 1],
    ['lnav/logfile_w3c_big.0', 210],
    ['artefacts.help/artefacts.help__Mapi__HttpProxy_2023010601-1.LOG', 3],
    ['artefacts.help/artefacts.help__ECPActivity_11500_20230111-1.LOG', 2],
    ['artefacts.help/artefacts.help__ECPServer20230111-1.LOG', 1],
    ['kinesis/kinesis-agent__ECP_Activity_Context_Log.LOG', 2],
    ['kinesis/kinesis-agent__EWS_Logs.LOG', 7],
    ['artefacts.help/artefacts.help__Ews_2023010616-1.LOG', 1],
    ['artefacts.help/artefacts.help__Rps_Cmdlet_2023011116-1.LOG', 1],
    ['artefacts.help/artefacts.help__audit20230111-1.LOG', 1],
  ])('%s has %i records, each with a time', async (name, expected) => {
    const report = (): void => undefined;
    const [logFile] = await discover([path.join(SAMPLES, name)], { classify, report });
    if (logFile === undefined) throw new Error('not found');
    const times: (number | undefined)[] = [];
    const reading = await readLogFile(logFile, { report, onRecord: ({ time }) => void times.push(time) });
    expect(times).toHaveLength(expected);
    expect(times).not.toContain(undefined);
    expect([...reading.lines.values()].map(({ rejected }) => rejected)).toEqual([0]);
  });
});

withSigmaHq('the public Sigma rule set (skipped where ../shared/sigmahq is not there)', () => {
  test('loads, but for rules with placeholders', async () => {
    const { rules, diagnostics } = await loadRuleSet({ folders: [SIGMAHQ], hasDefaultRules: false });
    expect(rules.length).toBeGreaterThan(3_700);
    expect(diagnostics.filter(({ problem }) => problem.code !== 'RULE_PLACEHOLDER')).toEqual([]);
    expect(rules.filter(({ logSource }) => logSource.category === 'webserver')).toHaveLength(86);
    const applied = (id: string): readonly Rule[] => rules.filter((rule) => appliesTo(rule.logSource, logTypeById(id).logSources));
    expect(applied('iis-w3c').filter(({ logSource }) => logSource.category === 'proxy')).toHaveLength(56);
    expect(applied('rps-cmdlet')).toHaveLength(9);
    expect(applied('audit')).toEqual(applied('rps-cmdlet'));
    // All that are for Windows, but for those of traces that no event log holds.
    expect(applied('evtx').length).toBeGreaterThan(2_800);
  });
});
