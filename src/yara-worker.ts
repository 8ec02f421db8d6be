/** A thread that looks at contents with YARA rules, and may be ended at any time: what runs in WebAssembly cannot be told to stop. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { YARA_LIMITS, type MatchedPattern, type YaraMatch } from './model/yara.ts';
import { compile } from './yara/compile.ts';
import type { YaraStart, YaraWord } from './yara/messages.ts';

/** As the library hands it over. */
interface RawMatch {
  readonly identifier: string;
  readonly namespace: string;
  readonly patterns: readonly {
    readonly identifier: string;
    readonly isPrivate: boolean;
    readonly matches: readonly { readonly offset: number; readonly length: number }[];
  }[];
}

const { Compiler, initSync } = await import('@virustotal/yara-x');
// Its own way to load itself asks the network for a file.
initSync({ module: readFileSync(new URL('yara_x_js_bg.wasm', import.meta.resolve('@virustotal/yara-x'))) });
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- given by scanner.ts
const { sources: given } = workerData as YaraStart;
const { rules, sources, troubles } = compile(given, () => new Compiler());
const scanner = rules.scanner();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has none
const say = (word: YaraWord): void => parentPort?.postMessage(word);

parentPort?.on('message', (content: Uint8Array) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library's own shape
  const { matches } = scanner.scan(content) as { readonly matches: readonly RawMatch[] };
  say({ kind: 'scanned', matches: matches.map((match) => told(match, content)) });
});
say({ kind: 'ready', sources, troubles });

function told({ identifier: rule, namespace, patterns }: RawMatch, content: Uint8Array): YaraMatch {
  const file = sources[Number(namespace.slice('file'.length))]?.file ?? namespace;
  const found = patterns.flatMap(({ identifier, isPrivate, matches: [first] }): MatchedPattern[] =>
    first === undefined || isPrivate ? [] : [{ name: identifier, offset: first.offset, excerpt: excerptOf(content, first) }],
  );
  return { file, rule, patterns: found.slice(0, YARA_LIMITS.patterns) };
}

function excerptOf(content: Uint8Array, { offset, length }: { readonly offset: number; readonly length: number }): string {
  const bytes = content.subarray(offset, offset + Math.min(length, YARA_LIMITS.excerptBytes));
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}
