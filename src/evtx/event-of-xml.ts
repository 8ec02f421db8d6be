import type { Damage } from './binary-xml.ts';
import { Element, Instance, NO_VALUES, Slot, type Attribute, type Content, type Values } from './element.ts';
import { UNNAMED, WindowsEvent, type SystemField } from './event.ts';
import { MOST_DEPTH } from './limits.ts';

/** Attributes of the elements below `System`, and what they are called; `undefined` is the element's own text. */
const SYSTEM_PLACES: ReadonlyMap<string, ReadonlyMap<string | undefined, SystemField>> = new Map<
  string,
  ReadonlyMap<string | undefined, SystemField>
>([
  [
    'Provider',
    new Map([
      ['Name', 'Provider_Name'],
      ['Guid', 'Provider_Guid'],
      ['EventSourceName', 'Provider_EventSourceName'],
    ]),
  ],
  [
    'EventID',
    new Map([
      [undefined, 'EventID'],
      ['Qualifiers', 'Qualifiers'],
    ]),
  ],
  ['Version', new Map([[undefined, 'Version']])],
  ['Level', new Map([[undefined, 'Level']])],
  ['Task', new Map([[undefined, 'Task']])],
  ['Opcode', new Map([[undefined, 'Opcode']])],
  ['Keywords', new Map([[undefined, 'Keywords']])],
  [
    'TimeCreated',
    new Map([
      ['SystemTime', 'TimeCreated'],
      [undefined, 'TimeCreated'],
    ]),
  ],
  ['EventRecordID', new Map([[undefined, 'EventRecordID']])],
  [
    'Correlation',
    new Map([
      ['ActivityID', 'Correlation_ActivityID'],
      ['RelatedActivityID', 'Correlation_RelatedActivityID'],
    ]),
  ],
  [
    'Execution',
    new Map([
      ['ProcessID', 'Execution_ProcessID'],
      ['ThreadID', 'Execution_ThreadID'],
    ]),
  ],
  ['Channel', new Map([[undefined, 'Channel']])],
  ['Computer', new Map([[undefined, 'Computer']])],
  ['Security', new Map([['UserID', 'Security_UserID']])],
]);

/** An event, and what is wrong with its XML. */
export interface ReadEvent {
  readonly event: WindowsEvent;
  readonly damage: Damage | undefined;
}

/** The event that XML says; `undefined` where there is no element `Event` in it. */
export function eventOfXml(content: readonly Content[], budget: Budget): ReadEvent | undefined {
  return new XmlEvent(budget).read(content);
}

/** So many elements and values, and characters, may still be written out. */
export interface Budget {
  steps: number;
  characters: number;
}

/** Told of an element and the values of the template that it stands in. */
type Visit = (element: Element, values: Values) => void;

class XmlEvent {
  readonly #event = new WindowsEvent();
  #damage: Damage | undefined;
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  read(content: readonly Content[]): ReadEvent | undefined {
    let isEvent = false;
    this.#visit(content, NO_VALUES, 0, (root, values) => {
      if (isEvent || root.name !== 'Event') return;
      isEvent = true;
      this.#visit(root.content, values, 1, this.#readPart);
    });
    return isEvent ? { event: this.#event.end(), damage: this.#damage } : undefined;
  }

  readonly #readPart: Visit = (part, values) => {
    switch (part.name) {
      case 'System':
        this.#visit(part.content, values, 2, this.#readSystem);
        break;
      case 'EventData':
      case 'UserData':
      case 'DebugData':
      case 'ProcessingErrorData':
        this.#readData(part, values, 2);
        break;
      case 'RenderingInfo':
        // Its `Level` and `Task` are words for those above, and not to be taken for them.
        this.#visit(part.content, values, 2, (child, inner) =>
          this.#addTexts(child.name === 'Message' ? child.name : `RenderingInfo_${child.name}`, child, inner, 3),
        );
        break;
      default:
        this.#readDatum(part, values, 2);
    }
  };

  readonly #readSystem: Visit = (element, values) => {
    const places = SYSTEM_PLACES.get(element.name);
    if (places === undefined) return;
    for (const [attribute, field] of places) {
      const content = attribute === undefined ? element.content : findAttribute(element, attribute)?.content;
      if (content !== undefined && content.length > 0) this.#event.set(field, this.#text(content, values));
    }
  };

  #readData(parent: Element, values: Values, depth: number): void {
    this.#visit(parent.content, values, depth, (child, inner) => this.#readDatum(child, inner, depth + 1));
  }

  /** `Data` by its name, anything else by that of its element; of elements in elements the innermost name counts. */
  #readDatum(element: Element, values: Values, depth: number): void {
    if (this.#step(depth)) return;
    const given = findAttribute(element, 'Name');
    const name = given === undefined ? element.name : this.#text(given.content, values);
    for (const attribute of element.attributes) {
      if (attribute === given || attribute.name.startsWith('xmlns')) continue;
      if (element.name !== UNNAMED && element.name !== 'ComplexData')
        this.#event.add(`${element.name}_${attribute.name}`, this.#text(attribute.content, values));
    }
    if (this.#hasElements(element.content, values)) this.#readData(element, values, depth);
    else this.#addTexts(name === '' ? UNNAMED : name, element, values, depth);
  }

  #hasElements(content: readonly Content[], values: Values): boolean {
    return content.some((each) => {
      if (this.#step(0)) return false;
      if (each instanceof Slot) return values.get(each.index) instanceof Instance;
      return typeof each !== 'string';
    });
  }

  /** A list in the place of a value repeats the element. */
  #addTexts(name: string, { content }: Element, values: Values, depth: number): void {
    const [only] = content;
    const value = content.length === 1 && only instanceof Slot ? values.get(only.index) : undefined;
    if (Array.isArray(value) && value.length > 0) {
      for (const each of value as readonly string[]) if (!this.#step(depth)) this.#event.add(name, this.#take(each));
      return;
    }
    this.#event.add(name, this.#text(content, values));
  }

  /** Goes through the elements in content, also those in templates and values. */
  #visit(content: readonly Content[], values: Values, depth: number, visit: Visit): void {
    for (const each of content) {
      if (typeof each === 'string' || this.#step(depth)) continue;
      if (each instanceof Element) {
        visit(each, values);
        continue;
      }
      const inner = each instanceof Slot ? values.get(each.index) : each;
      if (!(inner instanceof Instance)) continue;
      this.#damage ??= inner.damage;
      this.#visit(inner.content, inner.values, depth + 1, visit);
    }
  }

  #text(content: readonly Content[], values: Values): string {
    let text = '';
    for (const each of content) {
      if (this.#step(0)) break;
      if (typeof each === 'string') text += this.#take(each);
      else if (each instanceof Slot) {
        const value = values.get(each.index);
        if (typeof value === 'string') text += this.#take(value);
        else if (Array.isArray(value)) text += this.#take(value.join());
      }
    }
    return text;
  }

  /** As much of a text as the record may still have. */
  #take(text: string): string {
    const left = this.#budget.characters;
    this.#budget.characters = Math.max(0, left - text.length);
    if (text.length <= left) return text;
    this.#damage ??= 'characters';
    return text.slice(0, left);
  }

  /** Counts a step. @returns whether it is one too many */
  #step(depth: number): boolean {
    this.#budget.steps -= 1;
    if (depth > MOST_DEPTH) this.#damage ??= 'depth';
    else if (this.#budget.steps < 0) this.#damage ??= 'steps';
    else return false;
    return true;
  }
}

function findAttribute({ attributes }: Element, name: string): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}
