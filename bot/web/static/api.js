/** The calls to the server. What it refuses comes back as Refused, worded in the page's language. */
import { csrf, say } from "./words.js";

const DEADLINE = 300_000; // milliseconds, for the slowest upload
const PASSING = new Set([408, 429, 502, 503, 504]);

/** `passing`: worth another try by itself, `after` so many seconds when the server told. */
export class Refused extends Error {
  constructor(message, { status = 0, after = null } = {}) {
    super(message);
    this.status = status;
    this.after = after;
    this.passing = status === 0 || PASSING.has(status);
  }
}

async function refusal(response) {
  const told = await response.json().catch(() => null);
  const after = Number(response.headers.get("Retry-After"));
  const message = response.status === 401 ? say("session_ended") : (told?.message ?? say("refused"));
  return new Refused(message, { status: response.status, after: after > 0 ? after : null });
}

async function call(path, body) {
  const options = body ? { method: "POST", body, headers: { "X-CSRF-Token": csrf } } : {};
  let response;
  try {
    response = await fetch(path, { ...options, signal: AbortSignal.timeout(DEADLINE), credentials: "same-origin" });
  } catch {
    throw new Refused(say("unreachable"));
  }
  if (!response.ok) throw await refusal(response);
  return response.status === 200 || response.status === 202 ? response.json().catch(() => null) : null;
}

const keyed = (key) => {
  const form = new FormData();
  form.append("key", key);
  return form;
};

/** A page of the conversation older than turn `before`; the newest without. */
export const chat = (before = null) => call(before === null ? "/api/chat" : `/api/chat?before=${before}`);

/** `photos`: blobs; `voice`: a blob or null. Their file names stay here. Sent again with the same key it is one turn. */
export function post({ key, text, photos, voice }) {
  const form = keyed(key);
  form.append("text", text);
  for (const photo of photos) form.append("photo", photo, "photo");
  if (voice) form.append("voice", voice, "voice");
  return call("/api/turns", form);
}

export const stop = (key) => call("/api/stop", keyed(key));

export const begin = (key) => call("/api/new", keyed(key));

export const logout = () => call("/logout", new FormData());
