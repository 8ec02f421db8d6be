import type { Argv, Options, PositionalOptions } from 'yargs';

/** An option or a positional argument, as it was declared. */
export interface OptionFacts {
  /** `min-level`. */
  readonly name: string;
  readonly alias?: string;
  readonly describe: string;
  readonly isBoolean: boolean;
  readonly isList: boolean;
  readonly choices?: readonly string[];
  /** Left out: none. */
  readonly standard?: unknown;
}

export interface CommandFacts {
  readonly options: readonly OptionFacts[];
  readonly positionals: readonly OptionFacts[];
}

export type CommandBuilder = (argv: Argv) => unknown;

/** What a command understands: its declarations, listened to instead of given to yargs. */
export function factsOf(builder: CommandBuilder): CommandFacts {
  const options: OptionFacts[] = [];
  const positionals: OptionFacts[] = [];
  const listener = {
    option: (name: string, declared: Options) => {
      options.push(asFacts(name, declared));
      return listener;
    },
    positional: (name: string, declared: PositionalOptions) => {
      positionals.push(asFacts(name, declared));
      return listener;
    },
    epilogue: () => listener,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these are all that declarations use; another one would throw in every test
  builder(listener as unknown as Argv);
  return { options, positionals };
}

function asFacts(name: string, { alias, describe, type, array, choices, default: standard }: Options): OptionFacts {
  return {
    name,
    ...(typeof alias === 'string' && { alias }),
    describe: typeof describe === 'string' ? describe : '',
    isBoolean: type === 'boolean',
    isList: array === true,
    ...(choices !== undefined && { choices: (Array.isArray(choices) ? choices : [choices]).map(String) }),
    ...(standard !== undefined && { standard }),
  };
}
