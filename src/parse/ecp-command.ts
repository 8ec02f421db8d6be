/** The cmdlet of an ECP command: `Pipeline.1|Set-Mailbox.Identity='kim'` runs `Set-Mailbox`. */
export function cmdletOf(command: string): string {
  return /^(?:Pipeline\.\d+\|)?([A-Za-z]+-[A-Za-z]+)/.exec(command)?.[1] ?? '';
}

/** Longer than any command of an administrator; behind it there is nothing but what was put there. */
const COMMAND_CHARACTERS = 65_536;
const ARGUMENT = /\.([A-Za-z]\w{0,63})=('(?:[^']|'')*'(?=\.[A-Za-z]\w{0,63}=|$)|.*?(?=\.[A-Za-z]\w{0,63}=|$))/gs;

/**
 * The arguments of an ECP command as a command line would have them, so that what is looked for in logs of cmdlets is found here:
 * `.Identity='kim'.Force=$true` gives `-Identity "kim" -Force "$true"`.
 */
export function parametersOf(command: string): string {
  const given = command.slice(0, COMMAND_CHARACTERS).matchAll(ARGUMENT);
  return Array.from(given, ([, name = '', value = '']) => `-${name} "${unquoted(value)}"`).join(' ');
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith("'") && value.endsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value;
}
