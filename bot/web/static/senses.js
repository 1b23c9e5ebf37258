/** What was heard and seen in a message, and how sure that is: in words, with a bar beside them. */
import { make } from "./dom.js";
import { answer, knows, percent, say, thing, tongue } from "./words.js";

const LINES = 4; // lines of text in a photo shown at first
const MOODS = { sentiment: "mood", emotion: "voice_mood" };
const LABELS = { transcript: "heard", caption: "sees", answer: "answers", "text-in-image": "reads", ...MOODS };
const NAMES = { caption: thing, answer, sentiment: answer, emotion: answer }; // what is said in the page's language

/** A list of what was perceived, one entry a part and sense; null when there is nothing to tell. */
export function senses({ parts, observations }) {
  const entries = grouped(observations.filter(isTold)).map((group) => entry(group, parts));
  return entries.length ? make("ul", { class: "senses", role: "list", "aria-label": say("perceived") }, ...entries) : null;
}

/** A mood that nobody could tell is nothing to a reader: they did not ask. */
const isTold = ({ kind, outcome }) => !(kind in MOODS) || outcome === "perceived";

/** Observations of one sense in one part together: what was heard first, then photo after photo, then moods. */
function grouped(observations) {
  const groups = new Map();
  for (const observation of observations) {
    const name = `${observation.part} ${observation.kind}`;
    groups.set(name, [...(groups.get(name) ?? []), observation]);
  }
  const rank = ([{ kind, part }]) => (kind === "transcript" ? -1 : kind in MOODS ? Number.MAX_SAFE_INTEGER : part);
  return [...groups.values()].sort((one, other) => rank(one) - rank(other));
}

function entry(group, parts) {
  const perceived = group.filter((observation) => observation.outcome === "perceived");
  const lines = perceived.map(line);
  const rest = lines.slice(LINES);
  return make(
    "li",
    { class: perceived.length ? "sense" : "sense none" },
    make("span", { class: "label", text: label(group[0], parts) }),
    make(
      "div",
      { class: "found" },
      ...(perceived.length ? lines.slice(0, LINES) : [make("p", { text: unperceived(group[0]) })]),
      rest.length ? make("details", {}, make("summary", { text: say("more_lines", { count: rest.length }) }), ...rest) : null,
    ),
  );
}

function line({ kind, text, confidence, language }) {
  const share = Math.min(Math.max(confidence, 0), 1);
  const bar = make("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(share));
  const sure = make("span", { class: "sure" }, bar, make("span", { text: say("sure", { percent: percent(share) }) }));
  const tag = kind in MOODS ? "span" : "q";
  return make("p", { class: "line" }, make(tag, { dir: "auto", lang: language ?? "", text: NAMES[kind]?.(text) ?? text }), sure);
}

function label({ kind, part, language }, parts) {
  const what = LABELS[kind] ?? "sees";
  if (what === "heard") return language ? say("heard_in", { name: tongue(language) }) : say("heard");
  const photos = parts.flatMap((given, index) => (given.kind === "photo" ? [index] : []));
  const number = photos.indexOf(part) + 1;
  return photos.length > 1 && number ? say("of_photo", { what: say(what), number }) : say(what);
}

function unperceived({ kind, outcome }) {
  const key = `${kind}_${outcome}`;
  return say(knows(key) ? key : "caption_failed");
}
