// What somebody writes: a message, a reply, a change of an own one, a command, or an inline query.
import { byId } from "./dom.js";
import { closeInline, inlineKey, typedInline } from "./inline.js";
import { closeMenu, menuKey, typedCommand } from "./commands.js";
import { post } from "./link.js";
import { gist } from "./messages.js";
import { messagesOf, onChange, store } from "./store.js";
import { toast } from "./toasts.js";

const text = byId("text");
const form = byId("form");
let replyTo = null;
let editing = null;
let place = "";
const drafts = new Map();

export function startComposer() {
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  text.addEventListener("input", typed);
  text.addEventListener("keydown", (event) => {
    if (inlineKey(event) || menuKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    else if (event.key === "Escape" && (replyTo || editing)) endContext();
    else if (event.key === "ArrowUp" && !text.value) editLast(event);
  });
  byId("context-end").addEventListener("click", () => { endContext(); text.focus(); });
  onChange(changed);
}

/** Where something is sent, as the server takes it. */
export const where = () => ({ person: store.person, chat: store.chat, ...(store.topic ? { topic: store.topic } : {}) });

export const replying = () => (replyTo ? { reply_to: replyTo.message_id } : {});

function typed() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 180)}px`;
  const isInline = typedInline(text.value);
  if (isInline) closeMenu(); else typedCommand(text.value);
}

/** Put words into the field, as if they were typed. */
export function write(words) {
  text.value = words;
  text.focus();
  text.setSelectionRange(words.length, words.length);
  typed();
}

async function send() {
  const words = text.value.trim();
  if (!words) return;
  const isEdit = editing;
  text.value = "";
  typed();
  closeMenu();
  closeInline();
  const answer = isEdit
    ? await post("/edit", { person: store.person, chat: store.chat, message: isEdit.message_id, text: words })
    : await say(words);
  if (!answer.done) { toast(answer.why); if (!text.value) write(words); return; }
  endContext();
}

/** Say something where we are. @returns {Promise<any>} */
export const say = (words) => post("/say", { ...where(), ...replying(), text: words });

export function beginReply(message) { begin(message, null, `Reply to ${message.from.first_name}`); }

export function beginEdit(message) {
  begin(null, message, "Edit message");
  write(message.text);
}

function begin(reply, edit, title) {
  replyTo = reply;
  editing = edit;
  byId("context").hidden = false;
  byId("context-text").replaceChildren();
  const name = document.createElement("bdi");
  name.className = "strong";
  name.textContent = title;
  const words = document.createElement("span");
  words.className = "gist";
  words.dir = "auto";
  words.textContent = gist(reply || edit);
  byId("context-text").append(name, words);
  text.focus();
}

export function endContext() {
  const wasEdit = editing;
  replyTo = editing = null;
  byId("context").hidden = true;
  if (wasEdit) { text.value = ""; typed(); }
}

function editLast(event) {
  const mine = messagesOf().findLast((one) => isEditable(one));
  if (mine) { event.preventDefault(); beginEdit(mine); }
}

export const isEditable = (message) => message.from.id === store.person && Boolean(message.text) && !message.via_bot && !message.forward_origin;

/** Somewhere else: what was begun here waits here. */
function changed(news) {
  const here = `${store.person}:${store.chat}:${store.topic}`;
  if (here !== place) {
    if (place && !editing) drafts.set(place, text.value);
    endContext();
    place = here;
    text.value = drafts.get(here) || "";
    typed();
  }
  const asked = (news.messages || []).find((one) => one.wants_reply && one.chat === store.chat);
  if (asked && asked.chat === store.person) beginReply(asked);
}
