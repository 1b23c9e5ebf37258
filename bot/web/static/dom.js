/** Elements made by script. Text goes in as text, never as markup. */
const SVG = "http://www.w3.org/2000/svg";

export const find = (id) => document.getElementById(id);

/** An element: `given` sets properties (class, text, hidden, ...) and, where a name has a dash, attributes. */
export function make(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter(Boolean));
  return node;
}

/** One of the drawings in icons.svg. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  drawing.append(use);
  return drawing;
}

/** A button that does one thing. */
export function button(given, act, ...children) {
  const node = make("button", { type: "button", ...given }, ...children);
  node.addEventListener("click", act);
  return node;
}
