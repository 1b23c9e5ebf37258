/** The turns of this chat as the server tells them, oldest first, and those on their way to it. */
const LOCAL = new Set(["sending", "unsent"]);
const UNDER_WAY = new Set(["waiting", "working"]);

export const isLocal = (item) => LOCAL.has(item.state);
export const isUnderWay = (item) => UNDER_WAY.has(item.state);

const codePoints = (text) => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

export class Timeline {
  #items = new Map();
  #changed;
  earlier = null; // what to ask older turns by; null when there are none

  /** `changed(item)` after one item changed, `changed(null)` after any may have. */
  constructor(changed) {
    this.#changed = changed;
  }

  get items() {
    return [...this.#items.values()];
  }

  get(key) {
    return this.#items.get(key);
  }

  /** The server's whole view: older turns already fetched stay when it joins on to them, and so does what is unsent. */
  replace({ items, earlier }) {
    const ours = this.items;
    const joint = items.length ? ours.findIndex((item) => item.key === items[0].key) : -1;
    const before = ours.slice(0, Math.max(joint, 0)).filter((item) => !isLocal(item));
    const fresh = new Set(items.map((item) => item.key));
    const unsent = ours.filter((item) => isLocal(item) && !fresh.has(item.key));
    if (!before.length) this.earlier = earlier;
    this.#hold([...before, ...items, ...unsent]);
  }

  /** A page of older turns. */
  prepend({ items, earlier }) {
    this.earlier = earlier;
    this.#hold([...items.filter((item) => !this.#items.has(item.key)), ...this.items]);
  }

  /** A new or changed item. */
  upsert(item) {
    this.#items.set(item.key, { ...item, length: codePoints(item.text) });
    this.#changed(this.#items.get(item.key));
  }

  /** The answer to a post, which may come after the stream has told more of the same turn. */
  acknowledge(item) {
    const ours = this.#items.get(item.key);
    if (!ours || isLocal(ours)) this.upsert(item);
  }

  /** A further piece of an answer; false when it does not join on to what is here. */
  append({ key, at, text }) {
    const item = this.#items.get(key);
    if (!item || item.length !== at) return false;
    item.text += text;
    item.length += codePoints(text);
    this.#changed(item);
    return true;
  }

  remove(key) {
    this.#items.delete(key);
    this.#changed(null);
  }

  #hold(items) {
    this.#items = new Map(items.map((item) => [item.key, { ...item, length: codePoints(item.text) }]));
    this.#changed(null);
  }
}
