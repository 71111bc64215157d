// The buttons under a message: presses that wait for the bot, and those that open inline mode.
import { element, icon } from "./dom.js";
import { post } from "./link.js";
import { store } from "./store.js";
import { toast } from "./toasts.js";

const PATIENCE = 15_000; // as long Telegram lets a button wait

let does = { switchInline: (_query, _here) => {} };
/** Buttons that were pressed and not answered, by where they are, with when. */
const waiting = new Map();
const told = new Set();

export const startKeyboard = (given) => { does = given; };

/** @returns {HTMLElement | null} */
export function keyboard(message) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows || !rows.length) return null;
  return element("div", { class: "rows" }, ...rows.map((row) => element("div", { class: "row" }, ...row.map((one) => made(message, one)))));
}

function made(message, button) {
  const words = element("span", { class: "label", dir: "auto", text: button.text });
  if (button.url) return element("a", { class: "key", href: button.url, target: "_blank", rel: "noopener noreferrer" }, words, icon("out"));
  const isShare = "switch_inline_query" in button;
  if (isShare || "switch_inline_query_current_chat" in button) {
    const query = button.switch_inline_query ?? button.switch_inline_query_current_chat;
    return element("button", { type: "button", class: "key", "aria-haspopup": isShare ? "dialog" : undefined, on: { click: () => does.switchInline(query, !isShare) } }, words, icon("share"));
  }
  const data = button.callback_data;
  return element("button", { type: "button", class: "key", "data-data": data, on: { click: (event) => press(message, data, event.currentTarget) } }, words);
}

const keyOf = (person, chat, message, data) => `${person}:${chat}:${message}:${data}`;

async function press(message, data, button) {
  const key = keyOf(store.person, store.chat, message.message_id, data);
  if (waiting.has(key)) return;
  waiting.set(key, performance.now());
  button.classList.add("waiting");
  button.setAttribute("aria-busy", "true");
  setTimeout(() => done(key), PATIENCE);
  const answer = await post("/press", { person: store.person, chat: store.chat, message: message.message_id, data });
  if (!answer.done) { done(key); toast(answer.why); }
}

function done(key) {
  waiting.delete(key);
  markWaiting(document);
}

/** Show which buttons wait. @param {ParentNode} root */
export function markWaiting(root) {
  for (const button of root.querySelectorAll(".key[data-data]")) {
    const message = button.closest(".message").dataset.id;
    const waits = waiting.has(keyOf(store.person, store.chat, message, button.dataset.data));
    button.classList.toggle("waiting", waits);
    if (waits) button.setAttribute("aria-busy", "true"); else button.removeAttribute("aria-busy");
  }
}

/** Take in what the bot answered to presses: a passing word, or one that has to be read. */
export function takePresses(presses) {
  for (const one of presses || []) {
    if (!one.answer || told.has(one.id)) continue;
    told.add(one.id);
    waiting.delete(keyOf(one.person, one.chat, one.message, one.data));
    if (one.person === store.person && one.answer.text) toast(one.answer.text, one.answer.alert);
  }
}
