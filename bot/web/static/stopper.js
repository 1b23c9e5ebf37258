/** The stop button: there while an answer is made, and it stops the one under way. */
import * as api from "./api.js";
import { find } from "./dom.js";
import { tell } from "./notice.js";
import { isUnderWay } from "./timeline.js";
import { say } from "./words.js";

export class Stopper {
  #button = find("stop");
  #word = this.#button.querySelector("span");
  #key = null;
  #asked = new Set();

  constructor() {
    this.#button.addEventListener("click", () => this.#stop());
  }

  show(items) {
    this.#key = items.find(isUnderWay)?.key ?? null;
    const hadFocus = document.activeElement === this.#button;
    this.#button.hidden = this.#key === null;
    if (hadFocus && this.#button.hidden) find("text").focus();
    const asked = this.#asked.has(this.#key);
    this.#button.setAttribute("aria-disabled", String(asked));
    this.#word.textContent = say(asked ? "stopping" : "stop");
  }

  async #stop() {
    const key = this.#key;
    if (key === null || this.#asked.has(key)) return;
    this.#asked.add(key);
    this.#button.setAttribute("aria-disabled", "true");
    this.#word.textContent = say("stopping");
    try {
      await api.stop(key);
    } catch (refused) {
      if (!(refused instanceof api.Refused)) throw refused;
      this.#asked.delete(key);
      this.#word.textContent = say("stop");
      this.#button.setAttribute("aria-disabled", "false");
      tell(refused.message);
    }
  }
}
