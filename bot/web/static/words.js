/** The page's sentences, and how numbers, times and names of languages are said in its language. */
const told = JSON.parse(document.getElementById("page").textContent);
const locale = told.lang === "zh" ? "zh-Hans" : "en";

export const { csrf, limits } = told;

/** The sentence with its facts filled in. */
export function say(key, facts = {}) {
  return told.texts[key].replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
}

export const knows = (key) => key in told.texts;

/** What a photo shows, by its name in the page's language where there is one. */
export const thing = (name) => (Object.hasOwn(told.things, name) ? told.things[name] : name);

/** A short answer about a photo, or a mood, in the page's language where there is a word for it. */
export function answer(text) {
  const key = text.toLowerCase().replace(/[ .]+$/, "");
  return Object.hasOwn(told.answers, key) ? told.answers[key] : text;
}

const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
/** A share from 0 to 1; nothing a model perceives is wholly certain. */
export const percent = (share) => percents.format(Math.min(share, 0.99));

const tongues = new Intl.DisplayNames(locale, { type: "language", fallback: "code" });

/** The name of a BCP 47 tag; the tag itself when it is none. */
export function tongue(tag) {
  try {
    return tongues.of(tag);
  } catch {
    return tag;
  }
}

const region = navigator.languages.find((tag) => tag.split("-")[0] === told.lang) ?? locale; // which clock people read
const clock = new Intl.DateTimeFormat(region, { hour: "numeric", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(region, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });

/** The hour for today, with the day for any other. */
export function moment(iso) {
  const at = new Date(iso);
  return (at.toDateString() === new Date().toDateString() ? clock : calendar).format(at);
}

/** Seconds as minutes:seconds. */
export function duration(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
