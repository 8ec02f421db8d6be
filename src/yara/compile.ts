import type { Compiler, Rules } from '@virustotal/yara-x';
import type { YaraSource } from '../model/yara.ts';
import type { YaraTrouble } from './messages.ts';
import { rulesIn, withoutRules } from './rule-text.ts';

export interface Compiled {
  readonly rules: Rules;
  /** Without what cannot be compiled. */
  readonly sources: readonly YaraSource[];
  readonly troubles: readonly YaraTrouble[];
}

/** Rules that go by the name of one that is broken are broken too; a file has seldom more of them in a row. */
const MOST_TRIES = 10;

/** Compiles files of rules, each in a namespace of its own. A rule that is broken does not take the others of its file along. */
export function compile(sources: readonly YaraSource[], create: () => Compiler): Compiled {
  const broken: YaraTrouble[] = [];
  let left = sources;
  for (;;) {
    const compiler = create();
    const usable: YaraSource[] = [];
    const slow: YaraTrouble[] = [];
    for (const [index, source] of left.entries()) {
      compiler.newNamespace(`file${index}`);
      const [errorsBefore, warningsBefore] = [compiler.errors.length, compiler.warnings.length];
      try {
        compiler.addSource(source.text);
      } catch (error) {
        if (compiler.errors.length === errorsBefore) throw error;
      }
      const errors = compiler.errors.slice(errorsBefore).map((text) => troubleOf(source.file, 'broken', text));
      const warnings = compiler.warnings.slice(warningsBefore).filter((text) => text.startsWith('warning[slow_pattern]'));
      slow.push(...warnings.map((text) => troubleOf(source.file, 'slow', text)));
      const mended = errors.length === 0 ? source : mend(source, create, errors, broken);
      if (mended !== undefined) usable.push(mended);
    }
    if (compiler.errors.length === 0) return { rules: compiler.build(), sources: left, troubles: [...broken, ...slow] };
    compiler.free();
    left = usable;
  }
}

/** The rules of a file that can be compiled; `undefined` where there are none, or nobody knows which are broken. */
function mend(
  { file, text }: YaraSource,
  create: () => Compiler,
  first: readonly YaraTrouble[],
  told: YaraTrouble[],
): YaraSource | undefined {
  let left = text;
  let errors = first;
  for (let tries = 0; tries < MOST_TRIES && errors.length > 0; tries += 1) {
    told.push(...errors);
    const rules = rulesIn(left);
    const bad = rules.filter((rule) => errors.some(({ lineNumber }) => holdsLine(left, rule, lineNumber)));
    if (bad.length === 0) return undefined;
    left = withoutRules(left, bad);
    if (bad.length === rules.length) return undefined;
    const compiler = create();
    try {
      compiler.addSource(left);
    } catch (error) {
      if (compiler.errors.length === 0) throw error;
    }
    errors = compiler.errors.map((each) => troubleOf(file, 'broken', each));
    compiler.free();
  }
  return errors.length === 0 ? { file, text: left } : undefined;
}

function holdsLine(text: string, { lineNumber: first, from, to }: { lineNumber: number; from: number; to: number }, line: number): boolean {
  return line >= first && line < first + text.slice(from, to).split('\n').length;
}

/** `error[E025]: unknown pattern` and ` --> line:4:13` below it. */
function troubleOf(file: string, kind: YaraTrouble['kind'], text: string): YaraTrouble {
  const [head = '', ...rest] = text.split('\n');
  const [, line = '1'] = /--> line:(\d+):\d+/.exec(text) ?? [];
  const [, pointed] = /\^+ (.+)/.exec(rest.join('\n')) ?? [];
  const said = head.replace(/^(?:error|warning)\[[^\]]*\]: /, '');
  return { file, kind, lineNumber: Number(line), reason: pointed === undefined ? said : `${said}: ${pointed}` };
}
