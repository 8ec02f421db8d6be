import { checkText, ScheduleError, type Job } from './job.ts';

/** Accounts that have no password, by the numbers that are the same in every language. */
const SERVICE_ACCOUNTS: Readonly<Record<string, string>> = {
  SYSTEM: 'S-1-5-18',
  'LOCAL SERVICE': 'S-1-5-19',
  'NETWORK SERVICE': 'S-1-5-20',
};

/** What a process can be given, less some room for the program. */
const MOST_CHARACTERS = 32_000;

/**
 * A task of Task Scheduler as XML, for `schtasks /Create /XML`. All of it is ASCII and names no encoding, so that it is right in whichever a shell writes it.
 *
 * @throws {ScheduleError}
 * @see [MS-TSCH] 2.5, the task schema
 */
export function windowsTask({ words, everyMinutes, limitMinutes, user = 'SYSTEM', folder }: Job): string {
  const [program = '', ...others] = words.map(checkWord);
  const command = quoteForWindows(others);
  if (command.length > MOST_CHARACTERS)
    throw new ScheduleError(`Windows takes no more than ${MOST_CHARACTERS} characters: put settings into a file, --config FILE`);
  const account = SERVICE_ACCOUNTS[user.toUpperCase().replace(/^NT AUTHORITY\\/, '')];
  // A group managed service account has a password that nobody types; S4U needs none, and reaches nothing over the network.
  const logon = account === undefined ? `\n      <LogonType>${user.endsWith('$') ? 'Password' : 'S4U'}</LogonType>` : '';
  return `<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>exhunt</Author>
    <Description>Hunts traces of compromise in Microsoft Exchange logs</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2024-01-01T00:07:00</StartBoundary>
      <Repetition>
        <Interval>${duration(everyMinutes)}</Interval>
      </Repetition>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${escapeXml(account ?? checkText(user))}</UserId>${logon}
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>${duration(limitMinutes)}</ExecutionTimeLimit>
    <Priority>8</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escapeXml(program)}</Command>
      <Arguments>${escapeXml(command)}</Arguments>
      <WorkingDirectory>${escapeXml(checkWord(folder))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}

/** Task Scheduler puts the values of variables into a command, and knows no way to say that it should not. */
function checkWord(word: string): string {
  const [variable] = /%[A-Za-z_][\w()]+%|\$\(\w/.exec(word) ?? [];
  if (variable !== undefined) throw new ScheduleError(`Task Scheduler would put something else in the place of ${variable} in ${word}`);
  return checkText(word);
}

/**
 * Words as one text that CommandLineToArgvW, and the C runtime, take apart into the same words: backslashes count only in front of a quote.
 *
 * @see https://learn.microsoft.com/en-us/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw
 */
export function quoteForWindows(words: readonly string[]): string {
  return words.map((word) => (/^[^\s"]+$/.test(word) ? word : `"${word.replaceAll(/(\\*)("|$)/g, escapeQuote)}"`)).join(' ');
}

function escapeQuote(_: string, backslashes: string, quote: string): string {
  return `${backslashes}${backslashes}${quote === '"' ? '\\"' : ''}`;
}

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]|[^\u0020-\u007e]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

/** As XML Schema writes it. */
function duration(minutes: number): string {
  if (minutes % 1_440 === 0) return `P${minutes / 1_440}D`;
  return minutes % 60 === 0 ? `PT${minutes / 60}H` : `PT${minutes}M`;
}
