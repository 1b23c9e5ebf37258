/** The server's events. A lost connection is opened again, and the first event then tells everything anew. */
import * as api from "./api.js";

const PAUSES = [0, 0.5, 1, 2, 4, 8]; // seconds before each further try
const STEADY = 2_000; // milliseconds after which a connection counts as good
const ASLEEP = 60_000; // milliseconds in the background after which a connection is not trusted

export class Stream {
  #timeline;
  #told;
  #source = null;
  #tries = 0;
  #timer = 0;
  #steady = 0;
  #hiddenAt = 0;

  /** `told.state(name)`: connecting, live, lost, offline or ended; `told.note({key, text})`. */
  constructor(timeline, told) {
    this.#timeline = timeline;
    this.#told = told;
    addEventListener("online", () => this.#soon(0));
    addEventListener("offline", () => this.#drop("offline"));
    document.addEventListener("visibilitychange", () => this.#woken());
  }

  open() {
    this.#close();
    const source = new EventSource("/api/events");
    this.#source = source;
    const on = (name, heed) => source.addEventListener(name, (event) => heed(JSON.parse(event.data)));
    on("timeline", (whole) => this.#begun(whole));
    on("item", (item) => this.#timeline.upsert(item));
    on("delta", (delta) => this.#timeline.append(delta) || this.#again());
    on("note", (note) => this.#told.note(note));
    source.addEventListener("error", () => this.#failed());
  }

  #begun(whole) {
    this.#timeline.replace(whole);
    this.#told.state("live");
    clearTimeout(this.#steady);
    this.#steady = setTimeout(() => (this.#tries = 0), STEADY);
  }

  async #failed() {
    const refused = this.#source.readyState === EventSource.CLOSED;
    this.#again();
    if (refused && (await ended())) this.#drop("ended");
  }

  #again() {
    this.#close();
    this.#told.state(navigator.onLine ? "lost" : "offline");
    this.#soon(PAUSES[Math.min(this.#tries, PAUSES.length - 1)]);
    this.#tries += 1;
  }

  #soon(seconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), seconds * 1000);
  }

  #drop(state) {
    this.#close();
    clearTimeout(this.#timer);
    this.#told.state(state);
  }

  #close() {
    clearTimeout(this.#steady);
    this.#source?.close();
    this.#source = null;
  }

  #woken() {
    if (document.hidden) this.#hiddenAt = Date.now();
    else if (this.#source && this.#hiddenAt && Date.now() - this.#hiddenAt > ASLEEP) this.open();
  }
}

/** Whether the server knows us no longer, which an EventSource does not tell. */
async function ended() {
  try {
    await api.chat();
    return false;
  } catch (refused) {
    return refused.status === 401;
  }
}
