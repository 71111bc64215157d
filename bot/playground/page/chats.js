// Who one is, and where: people, the private chat, groups, and a forum's topics.
import { byId, element, named } from "./dom.js";
import { openChoice } from "./dialogs.js";
import { colour, gist, initial } from "./messages.js";
import { action, group, look, messagesOf, onChange, store, tellAll, titleOf, topicsOf } from "./store.js";
import { hour } from "./times.js";

const DOING = { typing: "typing", upload_photo: "sending a photo" };
const select = byId("person");
const list = byId("chat-list");
/** The newest message that was seen, by person and place. */
const seen = new Map();
let shown = "";
let people = "";

export function startChats(given) {
  select.addEventListener("change", () => {
    const wasGroup = group();
    store.person = Number(select.value);
    if (!wasGroup) look(store.person);
    tellAll();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    goTo(Number(button.dataset.chat), button.dataset.topic ? Number(button.dataset.topic) : null);
    given.chosen();
  });
  onChange(show);
}

export function goTo(chat, topic) {
  look(chat, topic);
  tellAll();
}

const placeKey = (chat, topic) => `${store.person}:${chat}:${topic ?? ""}`;

function places() {
  const found = [{ chat: store.person, topic: null, title: store.bot.first_name, kind: "bot" }];
  for (const one of store.groups) {
    found.push({ chat: one.id, topic: null, title: one.title, kind: one.forum ? "forum" : "group" });
    if (one.forum) for (const topic of topicsOf(one.id).slice(1)) found.push({ chat: one.id, topic: topic.id, title: topic.name, kind: "topic", byBot: topic.byBot });
  }
  return found;
}

function show() {
  if (!store.people.length) return;
  const names = JSON.stringify(store.people);
  if (names !== people) {
    people = names;
    select.replaceChildren(...store.people.map((one) => element("option", { value: one.id, text: `${one.name} (${one.language})` })));
  }
  select.value = String(store.person);
  const last = messagesOf().at(-1);
  if (last && !document.hidden) seen.set(placeKey(store.chat, store.topic), last.message_id);
  header();
  const entries = places().map(entry);
  const signature = JSON.stringify(entries.map((one) => one.signature));
  if (signature === shown) return;
  shown = signature;
  const focused = document.activeElement?.closest?.("#chat-list button")?.dataset.place;
  list.replaceChildren(...entries.map((one) => one.make()));
  if (focused) list.querySelector(`[data-place="${focused}"]`)?.focus();
}

function entry(one) {
  const messages = messagesOf(one.chat, one.topic).filter((each) => !each.forum_topic_created);
  const last = messages.at(-1);
  const known = seen.get(placeKey(one.chat, one.topic)) || 0;
  const unread = messages.filter((each) => each.message_id > known && each.from.id !== store.person).length;
  const isHere = one.chat === store.chat && one.topic === store.topic;
  const words = last ? `${one.kind !== "bot" && last.from.id !== store.person ? `${last.from.first_name}: ` : ""}${gist(last)}` : hint(one);
  const signature = [one, isHere, unread, words, last && hour(last.date)];
  const make = () => element("li", { class: one.kind },
    element("button", { type: "button", class: "chat", "data-chat": one.chat, "data-topic": one.topic ?? undefined, "data-place": `${one.chat}:${one.topic ?? ""}`, "aria-current": isHere ? "true" : undefined },
      one.kind === "topic" ? element("span", { class: "hash", "aria-hidden": "true", text: "#" }) : element("span", { class: `avatar ${avatarOf(one.chat)}`, "aria-hidden": "true", text: initial(one.title) }),
      element("span", { class: "chat-words" }, element("span", { class: "chat-top" }, named(one.title, { class: "strong" }), last && element("span", { class: "dim", text: hour(last.date) })),
        element("span", { class: "chat-last dim" }, named(words, { class: "gist" }), unread > 0 && !isHere && element("span", { class: "badge" }, String(unread), element("span", { class: "hidden", text: " unread" }))))));
  return { signature, make };
}

const hint = (one) => ({ bot: "private chat with the bot", group: "a group with the bot", forum: "General", topic: one.byBot ? "a topic that the bot made" : "a topic" })[one.kind];
const avatarOf = (chat) => (group(chat) ? colour(chat) : "brand");

function header() {
  const here = group();
  const topic = store.topic ? topicsOf(store.chat).find((one) => one.id === store.topic) : null;
  byId("title").replaceChildren(named(topic ? `${here.title} › ${topic.name}` : titleOf(store.chat)));
  byId("avatar").className = `avatar ${avatarOf(store.chat)}`;
  byId("avatar").textContent = initial(titleOf(store.chat));
  const doing = action();
  const status = byId("status");
  const words = !store.connected ? "connecting…" : doing ? `${here ? `${store.bot.first_name} is ` : ""}${DOING[doing] || "working"}…` : here ? `${here.members} members and the bot` : "bot";
  status.classList.toggle("doing", Boolean(doing) && store.connected);
  if (status.textContent !== words) status.textContent = words;
}

/** Let somebody choose a chat. @param {(chat: number, topic: number | null) => void} act */
export function chooseChat(title, act) {
  openChoice(title, places().map((one) => ({
    label: element("span", { class: "choice-words" }, one.kind === "topic" && element("span", { class: "hash", "aria-hidden": "true", text: "#" }), named(one.title)),
    act: () => act(one.chat, one.topic),
  })));
}

