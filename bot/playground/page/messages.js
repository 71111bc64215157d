// The conversation: bubbles by sender and day, kept where somebody reads while new ones come.
import { byId, element, icon, named } from "./dom.js";
import { keyboard, markWaiting } from "./keyboard.js";
import { media } from "./media.js";
import { group, messageOf, messagesOf, onChange, store } from "./store.js";
import { formatted } from "./text.js";
import { day, dayKey, hour } from "./times.js";

const TOGETHER = 300; // seconds between two messages that stand as one
const AT_END = 80; // pixels

const list = byId("messages");
const down = byId("down");
/** @type {Map<string, {node: HTMLElement, signature: string}>} */
const shown = new Map();
let place = "";
let newest = 0;
let unseen = 0;
/** What is done with a message, and with a command in its text. */
let does = { menu: (_message, _anchor) => {}, command: (_words) => {} };

export function startMessages(given) {
  does = given;
  onChange(show);
  list.addEventListener("scroll", () => { if (isAtEnd()) seen(); else down.hidden = false; }, { passive: true });
  down.addEventListener("click", () => { list.scrollTo({ top: list.scrollHeight }); list.focus(); });
  new ResizeObserver(() => { if (wasAtEnd) toEnd(); }).observe(list);
}

let wasAtEnd = true;
const isAtEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < AT_END;
const toEnd = () => { list.scrollTop = list.scrollHeight; };

function seen() {
  wasAtEnd = true;
  unseen = 0;
  down.hidden = true;
  byId("unseen").hidden = true;
}
list.addEventListener("scroll", () => { wasAtEnd = isAtEnd(); }, { passive: true });

function show() {
  const here = `${store.person}:${store.chat}:${store.topic}`;
  const isOther = here !== place;
  const follow = isOther || wasAtEnd;
  if (isOther) {
    shown.clear();
    list.replaceChildren();
    place = here;
    newest = 0;
    seen();
  }
  const messages = messagesOf();
  const wanted = items(messages);
  const keys = new Set(wanted.map((one) => one.key));
  for (const [key, { node }] of shown) if (!keys.has(key)) { node.remove(); shown.delete(key); }
  let at = list.firstChild;
  for (const one of wanted) {
    let known = shown.get(one.key);
    if (!known || known.signature !== one.signature) {
      const node = one.make();
      if (known) {
        const focused = focusWithin(known.node);
        if (at === known.node) at = node;
        known.node.replaceWith(node);
        if (focused) focusLike(node, focused);
      }
      known = { node, signature: one.signature };
      shown.set(one.key, known);
    }
    if (known.node === at) at = at.nextSibling;
    else list.insertBefore(known.node, at);
  }
  const last = messages.at(-1);
  const isMine = last && last.from.id === store.person;
  if (last && last.message_id > newest) {
    if (newest && !follow && !isMine) {
      unseen += messages.filter((one) => one.message_id > newest).length;
      byId("unseen").textContent = String(unseen);
      byId("unseen").hidden = false;
      down.hidden = false;
    }
    if (follow || isMine) toEnd();
    newest = last.message_id;
  } else if (follow) toEnd();
  markWaiting(list);
}

/** What is to stand in the list, in order: days and messages, each with what it depends on. */
function items(messages) {
  const found = [];
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    if (!before || dayKey(before.date) !== dayKey(message.date)) {
      const words = day(message.date);
      found.push({
        key: `d${dayKey(message.date)}`,
        signature: words,
        make: () => element("h2", { class: "day" }, element("span", { text: words })),
      });
    }
    if (message.forum_topic_created) {
      found.push({
        key: `m${message.message_id}`,
        signature: "topic",
        make: () => element("p", { class: "service" }, named(message.from.first_name), " opened the topic ", named(message.forum_topic_created.name)),
      });
      return;
    }
    const first = !before || !belongTogether(before, message);
    const last = !after || !belongTogether(message, after);
    const answered = message.reply_to ? messageOf(message.reply_to) : null;
    const summary = answered && !answered.forum_topic_created ? gist(answered) : "";
    found.push({
      key: `m${message.message_id}`,
      signature: JSON.stringify([message, first, last, summary, hour(message.date)]),
      make: () => bubble(message, first, last, answered, summary),
    });
  });
  return found;
}

const belongTogether = (one, next) =>
  one.from.id === next.from.id && !one.forum_topic_created && next.date - one.date < TOGETHER && dayKey(one.date) === dayKey(next.date);

/** What a message is about, in a line. */
export function gist(message) {
  const words = message.text || message.caption;
  if (words) return words.length > 100 ? `${words.slice(0, 100)}…` : words;
  const kind = ["photo", "sticker", "voice", "location", "contact", "dice", "poll"].find((one) => one in message);
  return kind ? { photo: "Photo", sticker: "Sticker", voice: "Voice message", location: "Location", contact: "Contact", dice: "Dice", poll: "Poll" }[kind] : "…";
}

/** The class of somebody's colour; the bot has its own. */
export const colour = (id) => (id === store.bot.id ? "brand" : `hue-${Math.abs(Number(id)) % 7}`);
export const initial = (name) => [...name.replace(/[^\p{L}\p{N}]/gu, "")][0]?.toUpperCase() || "?";

function bubble(message, first, last, answered, summary) {
  const mine = message.from.id === store.person;
  const inGroup = Boolean(group());
  const content = element("div", { class: "bubble" });
  if (inGroup && !mine && first) content.append(element("div", { class: `sender ${colour(message.from.id)}` }, named(message.from.first_name)));
  if (message.forward_origin) content.append(element("p", { class: "forwarded" }, "Forwarded from ", origin(message.forward_origin)));
  if (message.via_bot) content.append(element("p", { class: "forwarded" }, "via ", element("span", { class: "mention", text: `@${message.via_bot.username}` })));
  if (summary) content.append(quoteOf(answered, summary));
  content.append(...media(message));
  const words = message.text ?? message.caption;
  if (words) {
    const entities = message.entities || message.caption_entities;
    content.append(element("div", { class: "words", dir: "auto" }, formatted(words, entities, does)));
  }
  const preview = previewOf(message);
  if (preview) content.append(preview);
  content.append(foot(message));
  const classes = ["message", mine ? "mine" : "theirs", first && "first", last && "last", inGroup && !mine && "with-avatar"];
  return element(
    "article",
    { class: classes.filter(Boolean).join(" "), "data-id": message.message_id, tabindex: "-1", "aria-label": `${mine ? "You" : message.from.first_name}, ${hour(message.date)}`,
      on: { contextmenu: (event) => { if (event.target.closest("a")) return; event.preventDefault(); does.menu(message, event.currentTarget.querySelector(".more")); } } },
    inGroup && !mine && last && element("div", { class: `avatar small ${colour(message.from.id)}`, "aria-hidden": "true", text: initial(message.from.first_name) }),
    element("div", { class: "column" }, content, keyboard(message)),
  );
}

function origin(given) {
  const name = given.sender_user?.first_name || given.chat?.title || given.sender_user_name || "somebody";
  return named(name, { class: "strong" });
}

function quoteOf(answered, summary) {
  const jump = () => {
    const node = shown.get(`m${answered.message_id}`)?.node;
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1200);
  };
  return element(
    "button",
    { type: "button", class: `answered ${colour(answered.from.id)}`, on: { click: jump }, "aria-label": `In reply to: ${summary}` },
    element("span", { class: "strong" }, named(answered.from.first_name)),
    element("span", { class: "gist", dir: "auto", text: summary }),
  );
}

/** Where a link leads to, where the bot asks for it to be shown; nothing is fetched. */
function previewOf(message) {
  const options = message.link_preview_options;
  if (!options || options.is_disabled || !options.url) return null;
  const address = parsed(options.url);
  if (!address) return null;
  // The link in the text leads to a sentence of the same page.
  const linked = (message.entities || []).find((one) => one.type === "text_link" && one.url.split("#")[0] === options.url.split("#")[0]);
  const title = linked ? message.text.slice(linked.offset, linked.offset + linked.length) : address.pathname;
  const host = address.hostname.replace(/^www\./, "");
  return element("a", { class: "preview", href: options.url, target: "_blank", rel: "noopener noreferrer" },
    named(host, { class: "strong" }), element("span", { class: "gist", dir: "auto", text: title }));
}

function parsed(address) {
  try { return new URL(address); } catch { return null; }
}

function foot(message) {
  return element(
    "div",
    { class: "foot" },
    message.edit_date && element("span", { text: "edited" }),
    element("time", { datetime: new Date(message.date * 1000).toISOString(), text: hour(message.date) }),
    element("button", { type: "button", class: "more", "aria-haspopup": "menu", "aria-label": "Message menu", on: { click: (event) => does.menu(message, event.currentTarget) } }, icon("more")),
  );
}

/** What of a node has the focus, so that what comes in its place can have it: a button, by its words. */
function focusWithin(node) {
  const active = document.activeElement;
  if (!active || !node.contains(active)) return null;
  return { words: active.textContent, data: active.dataset.data, tag: active.tagName };
}

function focusLike(node, { words, data, tag }) {
  const buttons = [...node.querySelectorAll("button, a")];
  const same =
    buttons.find((one) => data && one.dataset.data === data) ||
    buttons.find((one) => one.tagName === tag && one.textContent === words) ||
    node.querySelector(".rows button, .rows a") ||
    node;
  same.focus({ preventScroll: true });
}
