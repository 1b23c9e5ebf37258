/** What this browser keeps for the page; where storage is switched off or full, nothing, and nothing breaks. */
export class Kept {
  #store;
  #name;

  /** `area`: "localStorage" or "sessionStorage". */
  constructor(area, name) {
    this.#name = name;
    try {
      this.#store = window[area];
    } catch {
      this.#store = null;
    }
  }

  get value() {
    return this.#store?.getItem(this.#name) ?? "";
  }

  set value(text) {
    try {
      if (text) this.#store?.setItem(this.#name, text);
      else this.#store?.removeItem(this.#name);
    } catch {
      // full: what was kept before stands
    }
  }
}
