import { checkText, ScheduleError, type Job } from './job.ts';

export const UNITS = ['service', 'timer'] as const;
export type Unit = (typeof UNITS)[number];

const HOMES = ['/home', '/root', '/run/user'];
const TEMPORARY = ['/tmp', '/var/tmp'];

/**
 * The units of systemd: a service that sees the evidence, may write to its own folders and nowhere else, and has no network unless it needs one; and the timer that
 * starts it.
 *
 * @throws {ScheduleError}
 */
export function systemdUnits(job: Job): Readonly<Record<Unit, string>> {
  return { service: service(job), timer: timer(job) };
}

function service({ words, limitMinutes, user, folder, reads, writes, hasNetwork, hasBudget }: Job): string {
  const [program = '', ...others] = words;
  if (!program.startsWith('/')) throw new ScheduleError(`systemd wants the whole path of a program, and ${program} is none`);
  const used = [...reads, ...writes, folder, ...words.slice(0, 2)];
  const isUsed = (folders: readonly string[]): boolean => used.some((file) => folders.some((each) => isBelow(file, each)));
  // What lies in a temporary folder would be hidden with it.
  const temporary = isUsed(TEMPORARY);
  return unit('Service', 'exhunt: traces of compromise in Microsoft Exchange logs', [
    'Type=oneshot',
    // A dollar in the program itself is none of a variable.
    `ExecStart=${[quoteForSystemd(program), ...others.map((word) => quoteForSystemd(word).replaceAll('$', '$$$$'))].join(' ')}`,
    ...(user === undefined ? [] : [`User=${checkUser(user)}`]),
    `WorkingDirectory=${wholeLine(folder)}`,
    '# 1: something was found. It ran all the same.',
    `SuccessExitStatus=${hasBudget ? '1 3' : '1'}`,
    `TimeoutStartSec=${limitMinutes}min`,
    'TimeoutStopSec=5min',
    'Nice=10',
    'CPUSchedulingPolicy=batch',
    'IOSchedulingClass=idle',
    'UMask=0077',
    '# Evidence is read; nothing but these folders is written to.',
    'ProtectSystem=strict',
    `ProtectHome=${isUsed(HOMES) ? 'read-only' : 'yes'}`,
    `PrivateTmp=${temporary ? 'no' : 'yes'}`,
    ...pathSettings('ReadOnlyPaths', reads, '-'),
    ...pathSettings('ReadWritePaths', [...writes, ...(temporary ? TEMPORARY : [])], ''),
    `PrivateNetwork=${hasNetwork ? 'no' : 'yes'}`,
    `RestrictAddressFamilies=AF_UNIX${hasNetwork ? ' AF_INET AF_INET6 AF_NETLINK' : ''}`,
    '# root without a user of its own: to read what belongs to others, and for nothing else.',
    `CapabilityBoundingSet=${user === undefined ? 'CAP_DAC_READ_SEARCH' : ''}`,
    'NoNewPrivileges=yes',
    'PrivateDevices=yes',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'LockPersonality=yes',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service @pkey',
    'SystemCallErrorNumber=EPERM',
    '# Not MemoryDenyWriteExecute: JavaScript and WebAssembly are compiled while they run.',
  ]);
}

function timer({ everyMinutes }: Job): string {
  return `${unit('Timer', 'exhunt, again and again', [
    'OnActiveSec=1min',
    `OnUnitActiveSec=${everyMinutes}min`,
    'AccuracySec=30s',
    'Unit=exhunt.service',
  ])}
[Install]
WantedBy=timers.target
`;
}

function unit(section: string, description: string, lines: readonly string[]): string {
  return `[Unit]\nDescription=${description}\n\n[${section}]\n${lines.join('\n')}\n`;
}

/** A value that is not taken apart; a backslash at its end would draw the next line to it. */
function wholeLine(text: string): string {
  if (text.endsWith('\\') || text !== text.trim()) throw new ScheduleError(`${text} cannot stand at the end of a line`);
  return checkText(text).replaceAll('%', '%%');
}

/** @param mark `-`: it need not be there */
function pathSettings(name: string, paths: readonly string[], mark: string): string[] {
  return [...new Set(paths)].map((file) => `${name}=${quoteForSystemd(`${mark}${file}`)}`);
}

/**
 * A word as systemd takes it apart: what is not plain stands in quotes, with backslashes as in C; `%` begins a specifier. A dollar is another matter, and
 * of command lines alone.
 *
 * @see systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"; systemd.unit(5), "Specifiers"
 */
export function quoteForSystemd(word: string): string {
  const escaped = checkText(word).replaceAll('%', '%%');
  return /^[\w@+=:,./%-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** @throws {ScheduleError} */
export function checkUser(user: string): string {
  if (!/^[a-z_][\w.-]{0,30}\$?$/i.test(user)) throw new ScheduleError(`--user: ${user} is no name of a user on this system`);
  return user;
}

function isBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}
