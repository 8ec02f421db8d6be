import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CliOutcome } from './run-cli.ts';

const MAIN = path.resolve('dist/main.js');
const SECRET = 'hunter2hunter2';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'exhunt-notify-'));
  for (const name of ['case', 'evidence', 'elsewhere']) mkdirSync(at(name));
  writeFileSync(
    at('evidence/u_ex.log'),
    '#Fields: date time cs-method cs-uri-stem c-ip cs(User-Agent) sc-status\r\n2021-03-04 12:00:00 POST /aspnet_client/shell.aspx 203.0.113.9 curl/7 200\r\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]): CliOutcome {
  const env = { PATH: process.env['PATH'], XDG_CONFIG_HOME: at('user'), HOME: at('elsewhere'), APPDATA: at('user'), SECRET };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd: at('case'), env, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

describe('--notify', () => {
  test('without --state is wrong usage, and says why', () => {
    expect(run('scan', '../evidence', '--notify', 'https://siem.example.com/')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--notify: needs --state DIR, which keeps what was not told yet'),
    });
  });

  test('cannot be said by a config file that is found by chance', () => {
    for (const line of ['notify: https://evil.example.com/', 'notify-ca: ca.pem']) {
      writeFileSync(at('case/exhunt.yaml'), `${line}\n`);
      const { code, stdout, stderr } = run('scan', '../evidence');
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('only your own exhunt.yaml, or one given with --config, may say who is told');
    }
  });

  test('of a config file that is named has its files beside it', () => {
    writeFileSync(at('elsewhere/my.yaml'), 'notify: ["https://siem.example.com/,token=file:token", "file:url"]\n');
    const { code, stdout } = run('config', 'show', '--config', '../elsewhere/my.yaml');
    expect(code).toBe(0);
    expect(stdout).toContain(`https://siem.example.com/,token=file:${at('elsewhere/token')}`);
    expect(stdout).toContain(`file:${at('elsewhere/url')}`);
  });
});
