/** Light and dark: the system's choice until somebody presses the button, then theirs, kept for the next visit. */
import { find } from "./dom.js";
import { Kept } from "./kept.js";
import { say } from "./words.js";

const kept = new Kept("localStorage", "theme");
const system = matchMedia("(prefers-color-scheme: dark)");
const button = find("theme");

const isDark = () => (kept.value ? kept.value === "dark" : system.matches);

function show() {
  if (kept.value) document.documentElement.dataset.theme = kept.value;
  button.setAttribute("aria-pressed", String(isDark()));
  button.title = say(isDark() ? "theme_light" : "theme_dark");
}

button.addEventListener("click", () => {
  const chosen = isDark() ? "light" : "dark";
  kept.value = chosen;
  document.documentElement.dataset.theme = chosen;
  show();
});
system.addEventListener("change", show);
show();
