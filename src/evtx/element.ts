import type { Damage } from './binary-xml.ts';

/** A place in a template for a value of whoever uses it. */
export class Slot {
  readonly index: number;
  /** Where there is no value, what holds the slot is not there. */
  readonly isOptional: boolean;

  constructor(index: number, isOptional: boolean) {
    this.index = index;
    this.isOptional = isOptional;
  }
}

/** An element of XML. */
export class Element {
  readonly name: string;
  readonly attributes: Attribute[] = [];
  readonly content: Content[] = [];

  constructor(name: string) {
    this.name = name;
  }
}

export interface Attribute {
  readonly name: string;
  readonly content: Content[];
}

/** A template and the values for its slots. */
export class Instance {
  readonly content: readonly Content[];
  readonly values: Values;
  /** What is wrong with the content. */
  readonly damage: Damage | undefined;

  constructor(content: readonly Content[], values: Values, { damage }: { readonly damage?: Damage | undefined } = {}) {
    this.content = content;
    this.values = values;
    this.damage = damage;
  }
}

export type Content = string | Slot | Element | Instance;

/** What slots are filled with. */
export interface Values {
  /** `undefined`: there is none. A value may be XML itself. */
  readonly get: (index: number) => string | readonly string[] | Instance | undefined;
}

export const NO_VALUES: Values = { get: () => undefined };
