/** The web chat: brings the conversation, the stream of events and the composer together. */
import "./theme.js";
import * as api from "./api.js";
import { Composer } from "./composer.js";
import { find } from "./dom.js";
import { Finished } from "./finished.js";
import { tell } from "./notice.js";
import { Outbox } from "./outbox.js";
import { Stopper } from "./stopper.js";
import { Stream } from "./stream.js";
import { Thread } from "./thread.js";
import { isLocal, Timeline } from "./timeline.js";
import { uuid4 } from "./uuid.js";
import { say } from "./words.js";

const SIGNS = { connecting: "connecting", lost: "reconnecting", offline: "offline" };

const thread = new Thread();
const finished = new Finished();
const stopper = new Stopper();
const timeline = new Timeline(changed);
const outbox = new Outbox(timeline);
const composer = new Composer((text, photos, voice) => outbox.send(text, photos, voice));
const stream = new Stream(timeline, { state: linked, note: noted });

function changed(item) {
  thread.draw(item);
  const items = item ? [item] : timeline.items;
  items.filter((one) => !isLocal(one)).forEach((one) => outbox.arrived(one.key));
  finished.heed(items);
  stopper.show(timeline.items);
}

/** What the page shows of its connection. */
function linked(state) {
  const sign = find("link");
  sign.hidden = !(state in SIGNS);
  sign.textContent = state in SIGNS ? say(SIGNS[state]) : "";
  document.body.dataset.link = state;
  if (state === "ended") tell(say("session_ended"));
}

function noted({ key, text }) {
  if (key === null || !thread.note(key, text)) tell(text);
}

/** Do what a button asks; what the server refuses is told. */
async function attempt(act) {
  try {
    await act();
  } catch (refused) {
    if (!(refused instanceof api.Refused)) throw refused;
    tell(refused.message);
  }
}

async function older() {
  const page = await api.chat(timeline.earlier);
  await thread.keepingPlace(() => timeline.prepend(page));
}

find("earlier").addEventListener("click", () => attempt(older));

const question = find("ask-new");
find("new").addEventListener("click", () => question.showModal());
question.addEventListener("close", () => {
  const agreed = question.returnValue === "yes";
  question.returnValue = "";
  if (agreed) attempt(() => api.begin(uuid4()));
});

find("logout")?.addEventListener("click", () => attempt(async () => {
  await api.logout();
  location.assign("/");
}));

addEventListener("beforeunload", (event) => {
  if (composer.holdsMedia || !outbox.safe) event.preventDefault();
});

thread.show(timeline, outbox);
outbox.restore();
linked("connecting");
stream.open();
find("text").focus();
