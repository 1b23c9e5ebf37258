/** Photos and a recording that go with the next message. */
import { address, release } from "./blobs.js";
import { button, find, icon, make } from "./dom.js";
import { preview } from "./parts.js";
import { limits, say } from "./words.js";

const PHOTO_NAMES = /\.(avif|bmp|gif|hei[cf]|jpe?g|png|tiff?|webp)$/i;
const VOICE_NAMES = /\.(aac|amr|flac|m4a|mp3|og[ag]|opus|wav|weba|webm)$/i;
const MB = 1_000_000; // bytes
const NAME = 40; // characters of a file's name that are shown

export class Tray {
  #list = find("tray");
  #photos = [];
  #voice = null;
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  get empty() {
    return !this.#photos.length && !this.#voice;
  }

  get #size() {
    return [...this.#photos, this.#voice].reduce((sum, file) => sum + (file?.size ?? 0), 0);
  }

  /** Take files in; what cannot be taken comes back as sentences. */
  add(files) {
    const problems = Array.from(files, (file) => this.#take(file)).filter(Boolean);
    this.#draw();
    return [...new Set(problems)];
  }

  /** Hand everything over and be empty. */
  take() {
    const taken = { photos: this.#photos, voice: this.#voice };
    this.#photos = [];
    this.#voice = null;
    this.#draw();
    return taken;
  }

  #take(file) {
    const name = shown(file.name);
    const kind = kindOf(file);
    if (!kind) return say("limit_kind", { name });
    if (!file.size) return say("limit_empty", { name });
    if (file.size > limits.max_media_mb * MB) return say("limit_size", { name, most: limits.max_media_mb });
    if (this.#size + file.size > limits.max_message_mb * MB) return say("limit_message", { name, most: limits.max_message_mb });
    if (kind === "voice") return this.#hear(file);
    if (this.#photos.length >= limits.max_photos) return say("limit_photos", { most: limits.max_photos });
    this.#photos.push(file);
    return null;
  }

  #hear(file) {
    if (this.#voice) return say("limit_voice");
    this.#voice = file;
    return null;
  }

  #draw() {
    this.#list.replaceChildren(
      ...this.#photos.map((photo, index) => this.#photoTile(photo, index)),
      ...(this.#voice ? [this.#voiceTile()] : []),
    );
    this.#list.hidden = this.empty;
    this.#changed();
  }

  #photoTile(photo, index) {
    const remove = () => release(...this.#photos.splice(index, 1));
    const tile = preview(address(photo), shown(photo.name));
    return make("li", { class: "photo" }, tile, this.#remover(say("remove_photo", { number: index + 1 }), remove));
  }

  #voiceTile() {
    const player = make("audio", { controls: true, src: address(this.#voice), "aria-label": say("voice") });
    const remove = () => {
      release(this.#voice);
      this.#voice = null;
    };
    return make("li", { class: "voice" }, player, this.#remover(say("remove_voice"), remove));
  }

  #remover(name, remove) {
    const act = () => {
      remove();
      this.#draw();
      (this.#list.querySelector("button") ?? find("text")).focus();
    };
    return button({ class: "remove", "aria-label": name, title: name }, act, icon("close"));
  }
}

function kindOf({ type, name }) {
  if (type.startsWith("image/") || PHOTO_NAMES.test(name)) return "photo";
  return type.startsWith("audio/") || VOICE_NAMES.test(name) ? "voice" : null;
}

/** A file's name, cut and set apart, so that no direction mark in it turns the sentence around. */
function shown(name) {
  const letters = Array.from(name);
  return `\u2068${letters.length > NAME ? `${letters.slice(0, NAME).join("")}…` : name}\u2069`;
}
