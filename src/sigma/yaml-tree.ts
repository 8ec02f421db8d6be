import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';
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

/**
 * The documents of a YAML file (version 1.2, core schema); a document that is not well formed is an error in its place.
 *
 * @throws {RuleError} never for one document's sake; a file nested too deep for the YAML library throws a `RangeError`
 */
export function parseYaml(text: string): (Tree | RuleError)[] {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { lineNumber: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const budget = { nodes: NODE_LIMIT };
  return (Array.isArray(documents) ? documents : []).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) return new RuleError({ code: 'RULE_YAML', reason: error.message }, position(error.pos[0]));
    try {
      return new Reader(document, position, budget).read(document.contents, 0);
    } catch (thrown) {
      if (thrown instanceof RuleError) return thrown;
      throw thrown;
    }
  });
}

class Reader {
  readonly #document: Document;
  readonly #position: (offset: number) => Position;
  readonly #budget: { nodes: number };

  constructor(document: Document, position: (offset: number) => Position, budget: { nodes: number }) {
    this.#document = document;
    this.#position = position;
    this.#budget = budget;
  }

  read(node: unknown, depth: number): Tree {
    const at = this.#position(isNode(node) ? (node.range?.[0] ?? 0) : 0);
    this.#budget.nodes -= 1;
    if (depth > DEPTH_LIMIT) throw new RuleError({ code: 'RULE_YAML_LIMIT', limit: 'depth' }, at);
    if (this.#budget.nodes < 0) throw new RuleError({ code: 'RULE_YAML_LIMIT', limit: 'nodes' }, at);
    if (isAlias(node)) return this.read(node.resolve(this.#document), depth + 1);
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => this.read(item, depth + 1)), at };
    if (!isMap(node)) return scalar(node, at);
    const entries = node.items.map(({ key, value }) => {
      const name = this.read(key, depth + 1);
      return { key: name.kind === 'scalar' ? name.text : '', at: name.at, value: this.read(value, depth + 1) };
    });
    return { kind: 'map', entries, at };
  }
}

function scalar(node: unknown, at: Position): ScalarTree {
  const value = isScalar(node) ? node.value : null;
  if (typeof value === 'string') return { kind: 'scalar', value, text: value, at };
  if (typeof value === 'number' || typeof value === 'boolean') {
    return { kind: 'scalar', value, text: isScalar(node) ? (node.source ?? String(value)) : '', at };
  }
  return { kind: 'scalar', value: null, text: '', at };
}
