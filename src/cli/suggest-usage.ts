import { factsOf, type CommandBuilder } from './option-facts.ts';
import { suggest } from '../suggest.ts';

/** What yargs says of a command line that it does not understand, and what was probably meant. */
export function withSuggestion(said: string, words: readonly string[], builders: Readonly<Record<string, CommandBuilder>>): string {
  const [, unknown] = /^Unknown (?:arguments?|commands?): (.*)$/s.exec(said) ?? [];
  if (unknown !== undefined) {
    const [first = ''] = unknown.split(', ');
    const command = words.find((word) => Object.hasOwn(builders, word));
    if (command === undefined) return `${said}${suggest(first, Object.keys(builders))}`;
    const builder = builders[command];
    const names = builder === undefined ? [] : factsOf(builder).options.map(({ name }) => name);
    return `${said}${suggest(first.replace(/^no-/, ''), names).replace('did you mean ', 'did you mean --')}`;
  }
  const [, given = '', choices = ''] = /Given: "(.*?)", Choices: (.*)$/s.exec(said) ?? [];
  return (
    said +
    suggest(
      given,
      [...choices.matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice),
    )
  );
}
