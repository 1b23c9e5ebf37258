/** Turns on their way to the server: one after another, tried again under the same key, so that none comes twice. */
import * as api from "./api.js";
import { address, release } from "./blobs.js";
import { murmur } from "./notice.js";
import { Kept } from "./kept.js";
import { uuid4 } from "./uuid.js";
import { say } from "./words.js";

const PAUSES = [0.5, 2]; // seconds before the second and the third try
const LONGEST = 20; // seconds, whatever the server asks for

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

export class Outbox {
  #timeline;
  #turns = new Map();
  #last = Promise.resolve();
  #kept = new Kept("sessionStorage", "unsent");

  constructor(timeline) {
    this.#timeline = timeline;
  }

  /** Whether the page can be left without losing a photo or a recording. */
  get safe() {
    return [...this.#turns.values()].every(isWritten);
  }

  /** Written turns that a reload kept from being sent; photos and recordings cannot be kept. */
  restore() {
    for (const turn of JSON.parse(this.#kept.value || "[]")) {
      this.#turns.set(turn.key, { ...turn, photos: [], voice: null });
      this.#show(turn.key, "unsent");
    }
  }

  send(text, photos, voice) {
    const key = uuid4();
    this.#turns.set(key, { key, text, photos, voice, at: new Date().toISOString() });
    this.#keep();
    this.retry(key);
  }

  retry(key) {
    this.#show(key, "sending");
    murmur(say("state_sending"));
    this.#last = this.#last.then(() => this.#deliver(key));
  }

  discard(key) {
    this.#forget(key);
    this.#timeline.remove(key);
  }

  /** The server has it, as the answer to a post or the stream tells. */
  arrived(key) {
    if (this.#turns.has(key)) this.#forget(key);
  }

  async #deliver(key) {
    for (let attempt = 0; this.#turns.has(key); attempt += 1) {
      try {
        const item = await api.post(this.#turns.get(key));
        this.#timeline.acknowledge(item);
        this.arrived(key);
        murmur(say("state_waiting"));
        return;
      } catch (refused) {
        if (!(refused instanceof api.Refused)) throw refused;
        if (!refused.passing || attempt >= PAUSES.length) return this.#failed(key, refused.message);
        await sleep(Math.min(refused.after ?? PAUSES[attempt], LONGEST));
      }
    }
  }

  #failed(key, problem) {
    if (!this.#turns.has(key)) return;
    this.#show(key, "unsent", problem);
    murmur(`${say("state_unsent")} ${problem}`);
  }

  #show(key, state, problem = "") {
    const { at, text, photos, voice } = this.#turns.get(key);
    const parts = [
      ...(text ? [{ kind: "text", text }] : []),
      ...photos.map((photo) => ({ kind: "photo", url: address(photo), type: photo.type })),
      ...(voice ? [{ kind: "voice", url: address(voice), type: voice.type }] : []),
    ];
    this.#timeline.upsert({ key, state, at, parts, observations: [], text: "", language: null, problem });
  }

  #forget(key) {
    const { photos, voice } = this.#turns.get(key);
    for (const blob of [...photos, voice]) release(blob);
    this.#turns.delete(key);
    this.#keep();
  }

  #keep() {
    const written = [...this.#turns.values()].filter(isWritten);
    this.#kept.value = written.length ? JSON.stringify(written.map(({ key, text, at }) => ({ key, text, at }))) : "";
  }
}

const isWritten = ({ photos, voice }) => !photos.length && !voice;
