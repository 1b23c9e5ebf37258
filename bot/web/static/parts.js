/** What somebody sent: text, photos as thumbnails, voice notes as players. */
import { button, icon, make } from "./dom.js";
import { enlarge } from "./lightbox.js";
import { knows, say } from "./words.js";

function photo({ url }, number) {
  const name = say("photo", { number });
  const picture = make("img", { src: url, alt: name, loading: "lazy", decoding: "async" });
  const open = button(
    { class: "thumb", "aria-label": say("photo_open", { number }) },
    () => enlarge(url, name),
    picture,
  );
  picture.addEventListener("error", () => open.replaceWith(make("span", { class: "thumb gone", text: say("photo_gone") })));
  return open;
}

function voice({ url }) {
  return make("audio", { controls: true, preload: "metadata", src: url, "aria-label": say("voice") });
}

function unread({ what, reason }) {
  const kind = knows(`unread_${what}`) ? `unread_${what}` : "unread_other";
  const why = knows(`unread_${reason}`) ? say(`unread_${reason}`) : "";
  return make("p", { class: "unread", text: `${say(kind)} ${why}`.trim() });
}

/** The content of a bubble. */
export function bubble(parts) {
  const photos = parts.filter((part) => part.kind === "photo").map((part, index) => photo(part, index + 1));
  return [
    photos.length ? make("div", { class: photos.length > 1 ? "photos several" : "photos" }, ...photos) : null,
    ...parts.filter((part) => part.kind === "voice").map(voice),
    ...parts.filter((part) => part.kind === "unread").map(unread),
    ...parts.filter((part) => part.kind === "text").map((part) => make("p", { class: "words", dir: "auto", text: part.text })),
  ].filter(Boolean);
}

/** A thumbnail of a file that is not sent yet; its name where the browser cannot draw it. */
export function preview(url, name) {
  const picture = make("img", { src: url, alt: "" });
  picture.addEventListener("error", () => picture.replaceWith(make("span", { class: "file" }, icon("photo"), make("bdi", { text: name }))));
  return picture;
}
