import type { Argv } from 'yargs';

/** No line of the help is wider. */
export const HELP_COLUMNS = 99;

export const EXIT_CODES = `Exit codes: 0 everything read, nothing at or above --fail-on; 1 findings; 2 wrong usage or no
usable rule; 3 no findings, but some evidence could not be read; 4 nothing to scan; 70 a report
could not be written.`;

interface Example {
  readonly what: string;
  readonly command: string;
}

/** A test runs each of them, where `evidence` is a folder with logs, `ex01.jsonl` and `ex02.jsonl` are reports, and `rules` has rules. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  '': [
    { what: 'Hunt through a folder of logs, or the copy of a whole disk', command: 'exhunt scan evidence' },
    {
      what: 'A report for people, a table for a spreadsheet, and the record',
      command: 'exhunt scan evidence -o text=- -o csv=findings.csv -o jsonl=run.jsonl',
    },
    { what: 'One report of several servers', command: 'exhunt merge ex01.jsonl ex02.jsonl' },
    { what: 'What a rule looks for', command: 'exhunt rules explain proxylogon' },
    { what: 'Complete options, formats and rules with the tab key', command: 'exhunt completion bash' },
  ],
  scan: [
    {
      what: 'Two days of one server, the worst only, on the terminal',
      command: 'exhunt scan evidence --from 2021-03-02 --to 2021-03-03 --min-level high',
    },
    {
      what: 'Triage archives as they are, with the reports beside',
      command: 'exhunt scan triage.zip -o text=report.txt -o jsonl=triage.jsonl',
    },
    {
      what: 'A page for the browser, and without what is known already',
      command: 'exhunt scan evidence -o html=report.html --ignore known.yml',
    },
    {
      what: 'What is new since the last run',
      command: 'exhunt scan evidence --baseline ex01.jsonl',
    },
    {
      what: 'With your own rules, a list of indicators, and the hashes of all input for the case file',
      command: 'exhunt scan evidence --rules rules --indicators iocs.txt --manifest manifest.json',
    },
    {
      what: 'On a schedule: quiet, exit 1 only when an attack got through',
      command: 'exhunt scan evidence --quiet --fail-on exploited -o jsonl=nightly.jsonl',
    },
    { what: 'Every hour, only what is new', command: 'exhunt scan evidence --state state' },
    { what: 'What another program writes', command: 'exhunt scan - --host EX01 < u_ex210303.log' },
  ],
  merge: [
    { what: 'One report of several servers, on the terminal', command: 'exhunt merge ex01.jsonl ex02.jsonl' },
    { what: 'And one record, to merge again later', command: 'exhunt merge ex01.jsonl ex02.jsonl -o text=- -o jsonl=all.jsonl' },
  ],
  convert: [
    { what: 'The table of a run that was kept as its record', command: 'exhunt convert ex01.jsonl -o csv=ex01.csv' },
    { what: 'The same report again, with the worst only', command: 'exhunt convert ex01.jsonl --min-level high' },
  ],
  rules: [
    { what: 'All rules, as a table for a document', command: 'exhunt rules list --format markdown' },
    { what: 'Which vulnerability is seen in which log', command: 'exhunt rules matrix' },
    {
      what: 'Whether the rules of a folder can be run, and pass their own tests',
      command: 'exhunt rules check rules && exhunt rules test rules',
    },
    { what: 'What a rule looks for, and in which logs', command: 'exhunt rules explain proxylogon' },
  ],
  explain: [
    { what: 'How a log is cut into lines, and what each of them is', command: 'exhunt explain lines u_ex210303.log' },
    { what: 'The records that rules see', command: 'exhunt explain records u_ex210303.log' },
  ],
  state: [
    { what: 'Runs, verdicts, and what waits to be told', command: 'exhunt state show state' },
    { what: 'How far each file is read', command: 'exhunt state show state --files' },
  ],
  config: [
    { what: 'The settings that hold here, and where each comes from', command: 'exhunt config show' },
    { what: 'Those of a command line', command: 'exhunt config show evidence --min-level high' },
  ],
  schedule: [
    {
      what: 'systemd: hourly, the units for /etc/systemd/system',
      command: "exhunt schedule print --for systemd -- scan evidence -o 'jsonl+=/var/log/exhunt-%Y-%m.jsonl'",
    },
    { what: 'cron: once a day', command: "exhunt schedule print --every 1d --for cron -- scan evidence -o 'csv=findings-%Y-%m-%d.csv'" },
  ],
  completion: [
    { what: 'bash: add this to ~/.bashrc', command: 'source <(exhunt completion bash)' },
    { what: 'zsh: add this to ~/.zshrc, below compinit', command: 'source <(exhunt completion zsh)' },
    { what: 'PowerShell: add this to $PROFILE', command: 'exhunt completion powershell | Out-String | Invoke-Expression' },
  ],
};

/** What stands together in the help; what is in no group comes behind. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Evidence:': ['host', 'from', 'to', 'archives', 'zip-password', 'archive-limit', 'web-files', 'builds'],
  'Rules:': ['rules', 'filters', 'default-rules', 'yara', 'indicators'],
  'What is known before:': ['ignore', 'show-suppressed', 'baseline', 'baseline-hashes'],
  'Reports:': ['output', 'format', 'files', 'csv-profile', 'min-level', 'manifest', 'force', 'color'],
  'Telling:': ['notify', 'notify-level', 'notify-ca'],
  'Exit code:': ['fail-on', 'exit-zero'],
  'The schedule:': ['every', 'for', 'unit', 'user', 'program'],
  'The run:': ['state', 'follow', 'jobs', 'max-cpu', 'low-priority', 'time-budget', 'prefilter', 'progress', 'quiet', 'config'],
};

/** Puts the options of a command into groups, and its examples below. */
export function dressHelp<T>(builder: Argv<T>, command: string, options: readonly string[]): Argv<T> {
  for (const [title, names] of Object.entries(GROUPS)) {
    const present = names.filter((name) => options.includes(name));
    if (present.length > 0) builder.group(present, title);
  }
  return builder.epilogue(helpEnd(command));
}

/** What stands below the options. */
export function helpEnd(command: string): string {
  const examples = (EXAMPLES[command] ?? []).map(({ what, command: line }) => `  ${what}\n    ${line}`);
  return ['Examples:', ...examples, '', EXIT_CODES].join('\n');
}
