/** Bytes of text in which literals are looked for, with case folded as ASCII does it. */
export interface Automaton {
  /** By byte: the class of the byte, from 0. */
  readonly classes: Uint8Array;
  /** By state times `classCount` plus class: the next state times `classCount`. */
  readonly next: Int32Array;
  readonly classCount: number;
  /** States from here on, times `classCount`, end at least one literal. */
  readonly firstEnd: number;
  /** By state, from that of `firstEnd` on: the numbers of the groups of the literals that end there. */
  readonly groups: readonly (readonly number[])[];
}

interface Draft {
  readonly edges: Map<number, Draft>;
  readonly groups: Set<number>;
  fallback: Draft | undefined;
}

/** Looks for all literals at once (Aho and Corasick 1975), one step a byte. Literals are lower case ASCII. */
export function buildAutomaton(groups: readonly (readonly string[])[]): Automaton {
  const root = newDraft();
  for (const [group, literals] of groups.entries()) for (const literal of literals) addLiteral(root, literal, group);
  const ordered = linkFallbacks(root);
  const { classes, classCount } = classify(ordered);
  // States that end a literal come last: one comparison tells them.
  const plain = ordered.filter((state) => state.groups.size === 0);
  const states = [...plain, ...ordered.filter((state) => state.groups.size > 0)];
  const numbers = new Map(states.map((state, number) => [state, number] as const));
  const next = new Int32Array(states.length * classCount);
  const bytes = new Map(Array.from(classes, (byteClass, byte) => [byteClass, byte] as const).filter(([byteClass]) => byteClass > 0));
  for (const [state, number] of numbers) {
    for (const [byteClass, byte] of bytes) next[number * classCount + byteClass] = (numbers.get(step(state, fold(byte))) ?? 0) * classCount;
  }
  const ends = states.slice(plain.length).map((state) => [...state.groups]);
  return { classes, next, classCount, firstEnd: plain.length * classCount, groups: ends };
}

function newDraft(): Draft {
  return { edges: new Map(), groups: new Set(), fallback: undefined };
}

function addLiteral(root: Draft, literal: string, group: number): void {
  let state = root;
  for (let index = 0; index < literal.length; index += 1) {
    const code = literal.charCodeAt(index);
    const child = state.edges.get(code) ?? newDraft();
    state.edges.set(code, child);
    state = child;
  }
  state.groups.add(group);
}

/** @returns all states, the nearest to the root first; what a fallback ends, its state ends too */
function linkFallbacks(root: Draft): Draft[] {
  const ordered = [root];
  for (const state of ordered) {
    for (const [code, child] of state.edges) {
      child.fallback = state.fallback === undefined ? root : step(state.fallback, code);
      for (const group of child.fallback.groups) child.groups.add(group);
      ordered.push(child);
    }
  }
  return ordered;
}

function step(from: Draft, code: number): Draft {
  let state: Draft = from;
  for (;;) {
    const child = state.edges.get(code);
    if (child !== undefined) return child;
    if (state.fallback === undefined) return state;
    state = state.fallback;
  }
}

/** Bytes that no literal holds are all of class 0, and capitals of the class of their small letters. */
function classify(states: readonly Draft[]): { readonly classes: Uint8Array; readonly classCount: number } {
  const used = [...new Set(states.flatMap(({ edges }) => [...edges.keys()]))].toSorted((a, b) => a - b);
  const classOf = new Map(used.map((code, index) => [code, index + 1] as const));
  return { classes: Uint8Array.from({ length: 256 }, (_, byte) => classOf.get(fold(byte)) ?? 0), classCount: used.length + 1 };
}

function fold(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
