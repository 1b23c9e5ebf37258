/** Where a message is made: text, files by choosing, pasting or dropping, and the microphone. */
import { find } from "./dom.js";
import { Kept } from "./kept.js";
import { Microphone } from "./microphone.js";
import { hush, tell } from "./notice.js";
import { Tray } from "./tray.js";

const LINES = 6; // the composer grows up to so many

export class Composer {
  #form = find("composer");
  #text = find("text");
  #files = find("files");
  #draft = new Kept("sessionStorage", "draft");
  #tray = new Tray(() => this.#weigh());
  #microphone = new Microphone((file) => this.#add([file]), () => this.#weigh());
  #send;

  /** `send(text, photos, voice)` */
  constructor(send) {
    this.#send = send;
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("input", () => this.#written());
    find("attach").addEventListener("click", () => this.#files.click());
    this.#files.addEventListener("change", () => this.#chosen());
    document.addEventListener("paste", (event) => this.#pasted(event));
    this.#heedDrops();
    this.#text.value = this.#draft.value;
    this.#written();
  }

  /** Whether leaving the page would lose a photo or a recording. */
  get holdsMedia() {
    return !this.#tray.empty || this.#microphone.running;
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#microphone.running) await this.#microphone.finish();
    const text = this.#text.value.trim();
    if (!text && this.#tray.empty) return;
    const { photos, voice } = this.#tray.take();
    this.#text.value = "";
    this.#written();
    hush();
    this.#send(text, photos, voice);
    this.#text.focus();
  }

  /** Enter sends, except while an input method composes; Safari ends composing before the key, and tells it by 229. */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #written() {
    this.#draft.value = this.#text.value;
    this.#text.style.height = "auto";
    const most = LINES * parseFloat(getComputedStyle(this.#text).lineHeight);
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, most)}px`;
    this.#weigh();
  }

  /** A message without anything in it cannot be sent. */
  #weigh() {
    const nothing = !this.#text.value.trim() && !this.holdsMedia;
    find("send").setAttribute("aria-disabled", String(nothing));
  }

  #add(files) {
    const problems = this.#tray.add(files);
    if (problems.length) tell(problems.join("\n"));
    else hush();
  }

  #chosen() {
    this.#add(this.#files.files);
    this.#files.value = "";
    this.#text.focus();
  }

  #pasted(event) {
    const files = event.clipboardData?.files;
    if (!files?.length || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#add(files);
    this.#text.focus();
  }

  #heedDrops() {
    const veil = find("veil");
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      veil.hidden = false;
    });
    addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) veil.hidden = true;
    });
    addEventListener("drop", (event) => {
      veil.hidden = true;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.#add(event.dataTransfer.files);
      this.#text.focus();
    });
  }
}
