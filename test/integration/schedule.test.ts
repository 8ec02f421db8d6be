import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCli, type CliOutcome } from './run-cli.ts';

/** What `exhunt schedule print` prints, held against the programs that read it. */

const SCHEMA = path.resolve('test/schemas/task-scheduler/task.xsd');
const HEADER = '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n';
const SHELL = '2021-03-03 06:59:13 192.0.2.5 POST /aspnet_client/x.aspx - 443 - 203.0.113.7 Mozilla/5.0 200\n';
const PROGRAM = ['--program', String.raw`C:\Program Files\nodejs\node.exe`, '--program', String.raw`C:\exhunt\dist\main.js`];
const WINDOWS_SCAN = ['scan', String.raw`C:\inetpub\logs\LogFiles`, '-o', String.raw`jsonl+=C:\ProgramData\exhunt\run-%Y-%m.jsonl`];

let folder: string;
const at = (name: string): string => path.join(folder, name);
const print = (args: readonly string[], scan: readonly string[]): CliOutcome =>
  runCli(['schedule', 'print', ...args, '--', ...scan], { cwd: folder });
const isThere = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const testWith = (program: string) => (isThere(program) ? test : test.skip);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-schedule-'));
  // Names that mean something to everybody who reads them.
  for (const name of ['logs & 100% "of" it', "it's $HOME"]) {
    mkdirSync(at(name));
    writeFileSync(at(`${name}/u_ex.log`), HEADER + SHELL);
  }
  mkdirSync(at('out %% put'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCAN = [
  'scan',
  'logs & 100% "of" it',
  "it's $HOME/*.log",
  '-o',
  'jsonl+=out %%%% put/run-%Y.jsonl',
  '--min-level',
  'high',
  '--no-archives',
];

/** Where a checkout lies, a folder for temporary files perhaps, is no matter. */
const INSTALLED = ['--program', '/usr/bin/node', '--program', '/opt/exhunt/dist/main.js'];

describe('Task Scheduler', () => {
  const validate = (xml: string) => {
    writeFileSync(at('task.xml'), xml);
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', SCHEMA, at('task.xml')], { encoding: 'utf8' });
    return { status, stderr };
  };

  testWith('xmllint')('gets XML that is valid by its schema (skipped where there is no xmllint)', () => {
    for (const args of [
      [],
      ['--every', '1m'],
      ['--every', '45m', '--user', String.raw`CONTOSO\svc-exhunt$`],
      ['--every', '7d', '--user', String.raw`CONTOSO\kim & "co"`],
      ['--every', '24d', '--user', 'NT AUTHORITY\\LOCAL SERVICE'],
    ]) {
      const { code, stdout } = print(['--for', 'windows', ...PROGRAM, ...args], [...WINDOWS_SCAN, '--time-budget', '20m']);
      expect(code).toBe(0);
      expect(validate(stdout)).toEqual({ status: 0, stderr: expect.stringContaining('task.xml validates') });
      for (const [said, other] of [
        ['<Interval>', '<Interval>x'],
        ['IgnoreNew', 'Never'],
        ['<Priority>8', '<Priority>11'],
        ['<Exec>', '<Exec><Word/>'],
        ['LeastPrivilege', 'Least'],
      ] as const)
        expect(validate(stdout.replace(said, other)).status).not.toBe(0);
    }
  });

  test('runs it with few rights, late rather than never, behind all others, and never twice at once', () => {
    const { stdout, stderr } = print(['--for', 'windows', ...PROGRAM, '--every', '4h'], [...WINDOWS_SCAN, '--time-budget', '20m']);
    for (const part of [
      '<Interval>PT4H</Interval>',
      '<UserId>S-1-5-18</UserId>\n      <RunLevel>LeastPrivilege</RunLevel>',
      '<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
      '<StartWhenAvailable>true</StartWhenAvailable>',
      '<ExecutionTimeLimit>PT50M</ExecutionTimeLimit>',
      '<Priority>8</Priority>',
      String.raw`<Command>C:\Program Files\nodejs\node.exe</Command>`,
      String.raw`<Arguments>C:\exhunt\dist\main.js scan C:\inetpub\logs\LogFiles --output=jsonl+=C:\ProgramData\exhunt\run-%Y-%m.jsonl --quiet --time-budget=20m --no-config</Arguments>`,
      String.raw`<WorkingDirectory>C:\ProgramData\exhunt</WorkingDirectory>`,
    ])
      expect(stdout).toContain(part);
    expect(stderr).toContain('without --state each run reads and tells all of it again');
  });

  test.each([
    ['NETWORK SERVICE', '<UserId>S-1-5-20</UserId>\n      <RunLevel>'],
    ['CONTOSO\\svc$', '<UserId>CONTOSO\\svc$</UserId>\n      <LogonType>Password</LogonType>'],
    ['CONTOSO\\kim', '<UserId>CONTOSO\\kim</UserId>\n      <LogonType>S4U</LogonType>'],
  ])('runs it as %s', (user, part) => {
    expect(print(['--for', 'windows', ...PROGRAM, '--user', user], WINDOWS_SCAN).stdout).toContain(part);
  });
});

describe('systemd', () => {
  const units = (scan: readonly string[], ...args: readonly string[]): string => {
    const place = mkdtempSync(at('units-'));
    for (const unit of ['service', 'timer'])
      writeFileSync(path.join(place, `exhunt.${unit}`), print(['--for', 'systemd', '--unit', unit, ...args], scan).stdout);
    return place;
  };

  testWith('systemd-analyze')('finds nothing wrong with the units (skipped where there is no systemd)', () => {
    for (const args of [[], ['--every', '45m'], ['--user', 'daemon', '--every', '1d']]) {
      const place = units(SCAN, ...args);
      const verify = () =>
        spawnSync('systemd-analyze', ['verify', path.join(place, 'exhunt.service'), path.join(place, 'exhunt.timer')], {
          encoding: 'utf8',
        });
      const { status, stdout, stderr } = verify();
      // What it says of units that are not ours is of the machine.
      const said = (text: string) => text.split('\n').filter((line) => line.includes('exhunt'));
      expect([status, said(stdout), said(stderr)]).toEqual([0, [], []]);
      const service = path.join(place, 'exhunt.service');
      writeFileSync(service, readFileSync(service, 'utf8').replace('ProtectSystem=strict', 'ProtectSystem=maybe'));
      expect(said(verify().stderr)).not.toEqual([]);
    }
  });

  testWith('systemd-analyze')('leaves it little that it could do wrong (skipped where there is no systemd)', () => {
    const exposure = (...args: readonly string[]): number => {
      const { stdout } = spawnSync(
        'systemd-analyze',
        ['security', '--offline=true', '--no-pager', path.join(units(SCAN, ...args), 'exhunt.service')],
        {
          encoding: 'utf8',
        },
      );
      return Number(/Overall exposure level for exhunt.service: (\S+)/.exec(stdout)?.[1]);
    };
    expect(exposure()).toBeLessThan(2.5);
    expect(exposure('--user', 'daemon')).toBeLessThan(2);
  });

  test('lets it write to the state too', () => {
    const { stdout } = print(
      ['--for', 'systemd', ...INSTALLED],
      ['scan', '/srv/evidence', '--state', '/var/lib/exhunt/state', '-o', 'csv+=/srv/out/x.csv'],
    );
    expect(stdout.match(/^ReadWritePaths=.*$/gm)).toEqual(['ReadWritePaths=/var/lib/exhunt/state', 'ReadWritePaths=/srv/out']);
    expect(stdout).toMatch(/^WorkingDirectory=\/var\/lib\/exhunt\/state$/m);
  });

  test('lets it reach receivers, and no network without any', () => {
    const scan = ['scan', '/srv/evidence', '--state', '/srv/state', '-o', 'csv+=/srv/out/x.csv'];
    const hook = 'https://siem.example.com/hook,token=env:SIEM_TOKEN,hmac=file:keys/hmac';
    const { stdout, stderr } = print(['--for', 'systemd'], [...scan, '--notify', hook]);
    expect(stdout).toContain(` --notify=https://siem.example.com/hook,token=env:SIEM_TOKEN,hmac=file:${at('keys/hmac')} `);
    expect(stdout).toMatch(/^PrivateNetwork=no\nRestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK$/m);
    expect(stdout).toContain(`ReadOnlyPaths=-${at('keys/hmac')}\n`);
    expect(stderr).toContain('note: --notify wants SIEM_TOKEN in the environment');
    expect(print(['--for', 'systemd'], scan).stdout).toMatch(/^PrivateNetwork=yes\nRestrictAddressFamilies=AF_UNIX$/m);
  });

  test('lets it write where reports go, read the evidence, and no more', () => {
    const { stdout } = print(
      ['--for', 'systemd', ...INSTALLED],
      ['scan', '/srv/evidence', '/home/kim/logs/*.log', '-o', 'csv=/var/lib/exhunt/%Y/%m%d-%H.csv', '--rules', '/etc/our rules'],
    );
    const lines = stdout.split('\n');
    expect(lines.filter((line) => /^(?:Read|Protect(?:Sys|Home)|Private)/.test(line))).toEqual([
      'ProtectSystem=strict',
      'ProtectHome=read-only',
      'PrivateTmp=yes',
      'ReadOnlyPaths=-/srv/evidence',
      'ReadOnlyPaths=-/home/kim/logs',
      'ReadOnlyPaths="-/etc/our rules"',
      'ReadWritePaths=/var/lib/exhunt',
      'PrivateNetwork=yes',
      'PrivateDevices=yes',
    ]);
    expect(lines).toContain('SuccessExitStatus=1');
    expect(lines).toContain('OnUnitActiveSec=60min');
    expect(stdout).not.toMatch(/^MemoryDenyWriteExecute/m);
    const other = print(
      ['--for', 'systemd', '--user', 'exhunt', ...INSTALLED],
      ['scan', '/srv/evidence', '-o', 'csv+=/srv/out/x.csv', '--time-budget', '10m'],
    ).stdout;
    expect(other).toMatch(/^ProtectHome=yes$/m);
    expect(other).toMatch(/^CapabilityBoundingSet=$/m);
    expect(other).toMatch(/^SuccessExitStatus=1 3$/m);
    expect(other).toMatch(/^TimeoutStartSec=40min$/m);
  });
});

describe('cron', () => {
  testWith('crontab')('takes the line (skipped where there is no cron)', () => {
    const dryRun = spawnSync('crontab', ['-h'], { encoding: 'utf8' });
    const option = /-T\b.*/.test(dryRun.stderr) ? '-T' : '-n';
    for (const every of ['1m', '15m', '60m', '6h', '1d', '7d']) {
      writeFileSync(at('crontab'), print(['--for', 'cron', '--every', every], SCAN).stdout);
      expect(spawnSync('crontab', [option, at('crontab')]).status).toBe(0);
    }
    writeFileSync(at('crontab'), 'x * * * * true\n');
    expect(spawnSync('crontab', [option, at('crontab')]).status).not.toBe(0);
  });

  test('would run what was asked for', () => {
    const { stdout } = print(['--for', 'cron', '--every', '15m'], SCAN);
    const [, line = ''] = stdout.split('\n');
    expect(line).toMatch(/^\*\/15 \* \* \* \* nice -n 10 /);
    const command = line.replace(/^(?:\S+ ){5}/, '').replaceAll(String.raw`\%`, '%');
    // Somewhere else, with next to nothing set, as cron does.
    const outcome = spawnSync('sh', ['-c', command], { cwd: '/', env: { HOME: '/', PATH: '/usr/bin:/bin' }, encoding: 'utf8' });
    expect({ status: outcome.status, stdout: outcome.stdout, stderr: outcome.stderr }).toEqual({ status: 1, stdout: '', stderr: '' });
    const report = at(`out %% put/run-${new Date().getUTCFullYear()}.jsonl`);
    expect(existsSync(report)).toBe(true);
    expect(readFileSync(report, 'utf8')).toMatch(/"record":"summary","findings":2/);
    rmSync(report);
  });

  test('goes on where the run before ended, with a state', () => {
    mkdirSync(at('seen'));
    const { stdout, stderr } = print(
      ['--for', 'cron'],
      [...SCAN.slice(0, 3), '--state', 'state', '-o', 'jsonl+=seen/run.jsonl', '-o', 'log-line=-'],
    );
    expect(stderr).toBe(`note: there is no ${at('state')} here by now\n`);
    const command =
      stdout
        .split('\n')[1]
        ?.replace(/^(?:\S+ ){5}/, '')
        .replaceAll(String.raw`\%`, '%') ?? '';
    const lines = [1, 2].map(
      () => spawnSync('sh', ['-c', command], { cwd: '/', env: { HOME: '/', PATH: '/usr/bin:/bin' }, encoding: 'utf8' }).stdout,
    );
    expect(lines).toEqual([expect.stringMatching(/ findings=2 .* exit=1 /), expect.stringMatching(/ findings=0 .* exit=0 /)]);
    expect(readFileSync(at('seen/run.jsonl'), 'utf8').match(/"record":"finding"/g)).toHaveLength(2);
  });

  test('has a column for the user in /etc/cron.d', () => {
    expect(print(['--for', 'cron', '--user', 'exhunt'], SCAN).stdout).toMatch(/^7 \* \* \* \* exhunt nice -n 10 /m);
  });
});

describe('a schedule that would not work', () => {
  const scan = ['scan', '/srv/logs', '-o', 'jsonl+=/srv/out/x.jsonl'];
  test.each<[string, readonly string[], readonly string[]]>([
    ['behind -- stands what is to be run', [], []],
    ['behind -- stands what is to be run', [], ['merge', 'a.jsonl']],
    ['Unknown argument: frobnicate', [], [...scan, '--frobnicate']],
    ['did you mean --min-level?', [], [...scan, '--min-levle', 'high']],
    ['there is no format jsnl', [], ['scan', '/srv/logs', '-o', 'jsnl=/x']],
    ['--max-cpu: 0 is no number', [], [...scan, '--max-cpu', '0']],
    ['--from is later than --to', [], [...scan, '--from', '2022-01-01', '--to', '2021-01-01']],
    ['standard input', [], ['scan', '-']],
    ['--follow stays by itself', [], [...scan, '--state', '/srv/state', '--follow']],
    ['--zip-password would stand in the schedule', [], [...scan, '--zip-password', 'x']],
    ['the second run would find', [], ['scan', '/srv/logs', '-o', 'csv=/srv/out/x.csv']],
    ['the second run would find', ['--every', '1h'], ['scan', '/srv/logs', '-o', 'csv=/srv/out/%Y-%m-%d.csv']],
    ['--every: 90 is no time', ['--every', '90'], scan],
    ['no number of minutes', ['--every', '90s'], scan],
    ['--every: cron counts from', ['--for', 'cron', '--every', '45m'], scan],
    ['--user: a b is no name', ['--user', 'a b'], scan],
    ['needs whole names of files', ['--for', 'windows', ...PROGRAM], ['scan', 'logs', '-o', 'jsonl+=C:\\x.jsonl']],
    ['--program says what is started there', ['--for', 'windows'], WINDOWS_SCAN],
    ['Task Scheduler keeps no standard output', ['--for', 'windows', ...PROGRAM], ['scan', 'C:\\logs']],
    [
      'Task Scheduler would put something else in the place of %TEMP%',
      ['--for', 'windows', ...PROGRAM],
      [...WINDOWS_SCAN, '--host', '%TEMP%'],
    ],
    ['--unit is of systemd', ['--for', 'cron', '--unit', 'timer'], scan],
  ])('%s', (words, args, job) => {
    const { code, stdout, stderr } = print(args, job);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  test('is one whose settings could be others there', () => {
    mkdirSync(at('set'));
    writeFileSync(at('set/exhunt.yaml'), 'output: [csv+=found.csv]\nmin-level: high\n');
    const run = (...more: readonly string[]) =>
      runCli(['schedule', 'print', '--for', 'cron', '--', 'scan', '/srv/logs', ...more], { cwd: at('set') });
    expect(run()).toMatchObject({ code: 2, stderr: expect.stringContaining('say --config exhunt.yaml or --no-config') });
    expect(run('--no-config').stdout).toMatch(/ scan \/srv\/logs --quiet --no-config\n$/);
    expect(run('--config', 'exhunt.yaml').stdout).toContain(
      `--output=csv+=${at('set/found.csv')} --min-level=high --quiet --config=${at('set/exhunt.yaml')}\n`,
    );
  });
});
