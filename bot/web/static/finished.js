/** Tells screen readers an answer once it is whole, and never piece by piece. */
import { announce } from "./notice.js";
import { isLocal, isUnderWay } from "./timeline.js";
import { say } from "./words.js";

export class Finished {
  #awaited = new Set();

  heed(items) {
    for (const item of items) {
      if (isLocal(item) || isUnderWay(item)) this.#awaited.add(item.key);
      else if (this.#awaited.delete(item.key)) announce(spoken(item));
    }
  }
}

function spoken({ state, text }) {
  const ended = state === "done" ? "" : say(`ended_${state}`);
  return `${say("by_parley")}: ${text} ${ended}`.trim();
}
