/** What the page says beside the conversation: a notice that stays until closed, and words for screen readers. */
import { find } from "./dom.js";

const SPOKEN = 5; // finished answers kept in the live region

const box = find("notice");
const [sentence, close] = [box.querySelector("p"), box.querySelector("button")];
let focusAfter = null;

close.addEventListener("click", () => {
  hush();
  focusAfter?.focus();
});

/** Show a sentence above the composer; closing it gives the focus to `after`. */
export function tell(text, after = find("text")) {
  focusAfter = after;
  sentence.textContent = text;
  box.hidden = false;
}

export function hush() {
  box.hidden = true;
  sentence.textContent = "";
}

/** For screen readers: how sending goes. */
export function murmur(text) {
  find("status").textContent = text;
}

/** For screen readers: an answer, once it is whole. */
export function announce(text) {
  const log = find("log");
  const line = document.createElement("p");
  line.textContent = text;
  log.append(line);
  while (log.children.length > SPOKEN) log.firstElementChild.remove();
}
