/** One turn on the page: what was sent, what was perceived in it, and the answer as it grows. */
import { button, make } from "./dom.js";
import { isLocal, isUnderWay } from "./timeline.js";
import { bubble } from "./parts.js";
import { senses } from "./senses.js";
import { moment, say } from "./words.js";

export class TurnView {
  #said = make("div", { class: "bubble" });
  #meta = make("p", { class: "meta" });
  #senses = make("div", { class: "perceived" });
  #words = make("p", { class: "words", dir: "auto" });
  #doing = make("p", { class: "doing" }, make("span", { class: "dots", "aria-hidden": "true" }));
  #ended = make("p", { class: "ended" });
  #notes = make("div", { class: "notes" });
  #answer;
  #drawn = { parts: "", observations: "" };
  #outbox;

  constructor(item, outbox) {
    this.#outbox = outbox;
    this.#doing.append(make("span"));
    const name = say("by_you", { time: moment(item.at) });
    this.#answer = make(
      "article",
      { class: "answer", "aria-label": say("by_parley") },
      this.#words,
      this.#doing,
      this.#ended,
      this.#notes,
    );
    this.node = make(
      "li",
      { class: "turn" },
      make("article", { class: "said", "aria-label": name }, this.#said, this.#meta, this.#senses),
      this.#answer,
    );
    this.node.dataset.key = item.key;
    this.update(item);
  }

  update(item) {
    this.node.dataset.state = item.state;
    this.#redraw("parts", item.parts, () => this.#said.replaceChildren(...bubble(item.parts)));
    this.#redraw("observations", item.observations, () => this.#senses.replaceChildren(...[senses(item)].filter(Boolean)));
    this.#status(item);
    this.#answered(item);
  }

  /** Something said beside the answer. */
  note(text) {
    this.#notes.append(make("p", { class: "note", dir: "auto", text }));
    this.#answer.hidden = false;
  }

  /** Draw again only what changed, so that a recording being played goes on. */
  #redraw(name, value, draw) {
    const drawn = JSON.stringify(value);
    if (drawn === this.#drawn[name]) return;
    this.#drawn[name] = drawn;
    draw();
  }

  #status(item) {
    this.#redraw("status", [item.state, item.at, item.problem ?? ""], () => {
      const unsent = item.state === "unsent";
      this.#meta.replaceChildren(
        make("time", { dateTime: item.at, text: moment(item.at) }),
        make("span", { class: "state", text: say(`state_${item.state}`) }),
        ...(item.problem ? [make("span", { class: "problem", text: item.problem })] : []),
        ...(unsent ? [button({ class: "plain", text: say("retry") }, () => this.#outbox.retry(item.key))] : []),
        ...(unsent ? [button({ class: "plain", text: say("discard") }, () => this.#outbox.discard(item.key))] : []),
      );
    });
  }

  #answered(item) {
    this.#write(item.text);
    this.#words.lang = item.language ?? "";
    this.#doing.hidden = !isUnderWay(item);
    this.#doing.lastElementChild.textContent = isUnderWay(item) ? say(`doing_${doing(item)}`) : "";
    const ended = item.state === "stopped" || item.state === "failed";
    this.#ended.hidden = !ended;
    this.#ended.textContent = ended ? say(`ended_${item.state}`) : "";
    this.#answer.hidden = isLocal(item) && !this.#notes.childElementCount;
    this.#answer.setAttribute("aria-busy", String(isUnderWay(item)));
  }

  /** An answer that grows is added to, not set anew, which keeps what the reader has selected. */
  #write(text) {
    const shown = this.#words.textContent;
    if (text !== shown) {
      if (shown && text.startsWith(shown)) this.#words.firstChild.appendData(text.slice(shown.length));
      else this.#words.textContent = text;
    }
    this.#words.hidden = !text;
  }
}

/** What is being done for this turn now. */
function doing({ state, text, parts, observations }) {
  if (state === "waiting") return "waiting";
  if (text) return "writing";
  const untold = (kind) => parts.some((part, index) => part.kind === kind && !observations.some((one) => one.part === index));
  if (untold("voice")) return "listening";
  return untold("photo") ? "looking" : "thinking";
}
