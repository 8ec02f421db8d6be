import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { RuleError, type Position } from './rule-error.ts';

/** A YAML value that knows where it stands. Aliases are followed; keys are text. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: string; readonly at: Position; readonly value: Tree }[];
  readonly at: Position;
}

export interface ListTree {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly at: Position;
}

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written: `007` stays `007`. */
  readonly text: string;
  readonly at: Position;
}

const DEPTH_LIMIT = 64;
/** Of one file, aliases counted each time they are followed: stops a document whose aliases multiply. */
const NODE_LIMIT = 200_000;

/** Each value, key and document takes one of these to write, and the YAML library a kilobyte of memory for it. */
const MARK = /[\n,:&?[{-]/g;
const MARK_LIMIT = 200_000;

/**
 * The documents of a YAML file (version 1.2, core schema); a document that is not well formed is an error in its place.
 *
 * @throws {RangeError} a file nested too deep for the YAML library, which reads nested values by recursion
 */
export function parseYaml(text: string): (Tree | RuleError)[] {
  let marks = 0;
  for (const _ of text.matchAll(MARK)) {
    marks += 1;
    if (marks > MARK_LIMIT) return [new RuleError({ code: 'RULE_YAML_LIMIT', limit: 'nodes' }, { lineNumber: 1, column: 1 })];
  }
  const trees = readDocuments(text, 0, { nodes: NODE_LIMIT });
  // A quote or bracket that is not closed swallows what follows; a line with `---` ends a document whatever is open.
  const pieces = text.split(/^(?=---(?:\s|$))/m);
  if (pieces.length < 2 || !trees.some((tree) => tree instanceof RuleError)) return trees;
  const budget = { nodes: NODE_LIMIT };
  let linesBefore = 0;
  return pieces.flatMap((piece) => {
    const read = readDocuments(piece, linesBefore, budget);
    linesBefore += piece.split('\n').length - 1;
    return read;
  });
}

function readDocuments(text: string, linesBefore: number, budget: { nodes: number }): (Tree | RuleError)[] {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { lineNumber: linesBefore + Math.max(line, 1), column: Math.max(col, 1) };
  };
  const options = {
    version: '1.2',
    schema: 'core',
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  } as const;
  const documents = parseAllDocuments(text, options);
  return (Array.isArray(documents) ? documents : []).map((document) => {
    const [error] = document.errors;
    // The library reads nested values by recursion, and reports that it ran out of stack like any error.
    if (error?.message.includes('call stack') === true) throw new RangeError(error.message);
    if (error !== undefined) return new RuleError({ code: 'RULE_YAML', reason: error.message }, position(error.pos[0]));
    try {
      return new Reader(position, budget).read(document.contents, 0);
    } catch (thrown) {
      if (thrown instanceof RuleError) return thrown;
      throw thrown;
    }
  });
}

class Reader {
  readonly #position: (offset: number) => Position;
  readonly #budget: { nodes: number };
  /** In the order of the text: an alias means the last anchor of its name before it. */
  readonly #anchors = new Map<string, unknown>();
  /** Inside of an alias: where it stands, which is what a reader looks for. The anchors there were met before. */
  #aliasAt: Position | undefined;

  constructor(position: (offset: number) => Position, budget: { nodes: number }) {
    this.#position = position;
    this.#budget = budget;
  }

  read(node: unknown, depth: number): Tree {
    const at = this.#aliasAt ?? this.#position(isNode(node) ? (node.range?.[0] ?? 0) : 0);
    this.#budget.nodes -= 1;
    if (depth > DEPTH_LIMIT) throw new RuleError({ code: 'RULE_YAML_LIMIT', limit: 'depth' }, at);
    if (this.#budget.nodes < 0) throw new RuleError({ code: 'RULE_YAML_LIMIT', limit: 'nodes' }, at);
    if (isAlias(node)) return this.#readAlias(node.source, at, depth);
    if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string' && this.#aliasAt === undefined)
      this.#anchors.set(node.anchor, node);
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => this.read(item, depth + 1)), at };
    if (isMap(node)) return this.#readMap(node.items, at, depth);
    return scalar(node, at);
  }

  #readAlias(name: string, at: Position, depth: number): Tree {
    if (!this.#anchors.has(name)) throw new RuleError({ code: 'RULE_YAML', reason: `there is no anchor ${name} before its alias` }, at);
    const outer = this.#aliasAt;
    this.#aliasAt = at;
    const tree = this.read(this.#anchors.get(name), depth + 1);
    this.#aliasAt = outer;
    return tree;
  }

  #readMap(items: readonly { readonly key: unknown; readonly value: unknown }[], at: Position, depth: number): MapTree {
    const keys = new Set<string>();
    const entries = items.map(({ key, value }) => {
      const name = this.read(key, depth + 1);
      if (name.kind !== 'scalar') throw new RuleError({ code: 'RULE_YAML', reason: 'a key is no single value' }, name.at);
      if (keys.has(name.text)) throw new RuleError({ code: 'RULE_YAML', reason: `the key ${name.text} stands twice in one map` }, name.at);
      keys.add(name.text);
      return { key: name.text, at: name.at, value: this.read(value, depth + 1) };
    });
    return { kind: 'map', entries, at };
  }
}

function scalar(node: unknown, at: Position): ScalarTree {
  if (!isScalar(node)) return { kind: 'scalar', value: null, text: '', at };
  const { value, source } = node;
  if (value === null || value === undefined) return { kind: 'scalar', value: null, text: '', at };
  const text = typeof value === 'string' ? value : (source ?? '');
  if (typeof value === 'number' || typeof value === 'boolean') return { kind: 'scalar', value, text, at };
  return { kind: 'scalar', value: text, text, at };
}
