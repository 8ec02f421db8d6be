/** Headers are few and files are many; hostile headers may be endless. */
const ENTRIES = 64;
const KEY_CHARACTERS = 8_192;

/** Remembers what was made of a text, for texts of usual length: when there are too many it forgets all. */
export class BoundedCache<Value> {
  readonly #values = new Map<string, Value>();

  get(key: string, create: () => Value): Value {
    if (key.length > KEY_CHARACTERS) return create();
    let value = this.#values.get(key);
    if (value === undefined) {
      value = create();
      if (this.#values.size >= ENTRIES) this.#values.clear();
      this.#values.set(key, value);
    }
    return value;
  }
}
