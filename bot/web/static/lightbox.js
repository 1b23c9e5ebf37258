/** A photo, large. Escape, the button or a click beside the photo closes it; the focus goes back where it was. */
import { find } from "./dom.js";

const dialog = find("lightbox");
const picture = dialog.querySelector("img");

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
dialog.addEventListener("close", () => picture.removeAttribute("src"));

export function enlarge(url, name) {
  picture.src = url;
  picture.alt = name;
  dialog.setAttribute("aria-label", name);
  dialog.showModal();
}
