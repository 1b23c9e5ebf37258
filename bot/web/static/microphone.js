/** The record button and the bar that shows while recording. */
import { find } from "./dom.js";
import { hush, tell } from "./notice.js";
import { canRecord, NoRecording, Recorder } from "./recorder.js";
import { duration, limits, say } from "./words.js";

export class Microphone {
  #bar = find("recording");
  #button = find("record");
  #clock = find("recorded");
  #level = find("level");
  #recorder = new Recorder((seconds, loudness) => this.#tick(seconds, loudness));
  #finishing = null;
  #taken;
  #changed;

  /** `taken(file)` gets a finished recording; `changed()` follows every start and end. */
  constructor(taken, changed) {
    this.#taken = taken;
    this.#changed = changed;
    this.#button.hidden = !canRecord();
    this.#button.addEventListener("click", () => this.#start());
    find("record-done").addEventListener("click", () => this.#done());
    find("record-cancel").addEventListener("click", () => this.#cancel());
    this.#bar.addEventListener("keydown", (event) => event.key === "Escape" && this.#cancel());
  }

  get running() {
    return this.#recorder.running;
  }

  /** End the recording and hand it on; asked twice, it does so once. */
  finish() {
    this.#finishing ??= this.#finish().finally(() => (this.#finishing = null));
    return this.#finishing;
  }

  async #finish() {
    this.#show(false);
    const sound = await this.#recorder.finish();
    if (sound.size) this.#taken(new File([sound], say("voice"), { type: sound.type }));
    else tell(say("record_empty"));
  }

  async #start() {
    if (this.running) return;
    this.#button.disabled = true;
    try {
      await this.#recorder.start();
      hush();
      this.#tick(0, 0);
      this.#show(true);
      find("record-done").focus();
    } catch (error) {
      if (!(error instanceof NoRecording)) throw error;
      tell(say(`record_${error.message}`));
    } finally {
      this.#button.disabled = false;
    }
  }

  async #done() {
    await this.finish();
    find("send").focus();
  }

  #cancel() {
    this.#recorder.cancel();
    this.#show(false);
    this.#button.focus();
  }

  async #tick(seconds, loudness) {
    this.#clock.textContent = duration(seconds);
    this.#level.style.setProperty("--share", String(loudness));
    if (seconds < limits.max_audio_minutes * 60) return;
    await this.#done();
    tell(say("record_limit", { minutes: limits.max_audio_minutes }));
  }

  #show(on) {
    this.#bar.hidden = !on;
    this.#button.hidden = on;
    this.#changed();
  }
}
