/** The conversation as a list that follows its end while the reader is there, and else stays where they read. */
import { find } from "./dom.js";
import { isLocal } from "./timeline.js";
import { TurnView } from "./turn.js";

const NEAR = 64; // pixels from the end that count as being there

export class Thread {
  #scroller = find("scroller");
  #list = find("turns");
  #newest = find("newest");
  #views = new Map();
  #timeline = null;
  #outbox = null;
  #follows = true;

  constructor() {
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#newest.addEventListener("click", () => this.toEnd());
    const watcher = new ResizeObserver(() => this.#settle());
    watcher.observe(this.#scroller);
    watcher.observe(find("content"));
  }

  show(timeline, outbox) {
    this.#timeline = timeline;
    this.#outbox = outbox;
  }

  /** Draw one item that changed, or all of them. */
  draw(item) {
    if (item && this.#views.has(item.key)) this.#views.get(item.key).update(item);
    else this.#drawAll();
    if (item?.state === "sending") this.#follows = true;
    this.#settle();
  }

  note(key, text) {
    this.#views.get(key)?.note(text);
    return this.#views.has(key);
  }

  toEnd() {
    this.#follows = true;
    this.#settle();
    this.#scroller.focus({ preventScroll: true });
  }

  /** Let `grow` put older turns above without moving what the reader looks at. */
  async keepingPlace(grow) {
    const { scrollHeight, scrollTop } = this.#scroller;
    this.#follows = false;
    await grow();
    this.#scroller.scrollTop = scrollTop + this.#scroller.scrollHeight - scrollHeight;
  }

  #drawAll() {
    const items = this.#timeline.items;
    const keys = new Set(items.map((item) => item.key));
    for (const [key, view] of this.#views) {
      if (keys.has(key)) continue;
      view.node.remove();
      this.#views.delete(key);
    }
    items.forEach((item, index) => this.#place(item, index));
    find("empty").hidden = items.length > 0;
    find("earlier").hidden = this.#timeline.earlier === null || items.every(isLocal);
  }

  /** A node that is where it should be is not touched: moving it would stop a recording being played. */
  #place(item, index) {
    const view = this.#views.get(item.key);
    if (view) view.update(item);
    else this.#views.set(item.key, new TurnView(item, this.#outbox));
    const { node } = this.#views.get(item.key);
    if (this.#list.children[index] !== node) this.#list.insertBefore(node, this.#list.children[index] ?? null);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#follows = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#newest.hidden = this.#follows;
  }

  #settle() {
    if (this.#follows && this.#views.size) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }
}
