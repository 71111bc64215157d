// What the page knows: chats with their messages, calls, and what people may do; and who looks.

/** @typedef {{message_id: number, chat: number, from: any, date: number, text?: string} & Record<string, any>} Message */

const MOST_MESSAGES = 400;
const MOST_CALLS = 1500;

export const store = {
  bot: { id: 0, first_name: "Kabar", username: "" },
  /** @type {{id: number, name: string, language: string}[]} */
  people: [],
  /** @type {{id: number, title: string, forum: boolean, members: number}[]} */
  groups: [],
  /** @type {Map<number, Map<number, Message>>} */
  chats: new Map(),
  /** @type {Map<number, any>} */
  calls: new Map(),
  /** @type {Map<string, any>} */
  presses: new Map(),
  /** @type {Map<string, {name: string, until: number}>} */
  actions: new Map(),
  commands: [],
  clock: { now: Date.now() / 1000, at: performance.now(), chats: {} },
  /** Who looks, and at what: a topic is the id of the message that opened it. */
  person: 0,
  chat: 0,
  topic: null,
  connected: false,
};

const listeners = [];

/** Be told of each change, with what came of it. @param {(news: any) => void} act */
export const onChange = (act) => listeners.push(act);

export const tellAll = (news = {}) => listeners.forEach((act) => act(news));

/** Take in what the server tells. */
export function apply(told) {
  if (told.all) {
    for (const map of [store.chats, store.calls, store.presses, store.actions]) map.clear();
    store.bot = told.bot;
    store.people = told.people;
    store.groups = told.groups;
    for (const one of [...told.people, ...told.groups]) store.chats.set(one.id, new Map());
    if (!store.people.some((one) => one.id === store.person)) store.person = store.people[0].id;
    if (!isSeen(store.chat)) look(store.person);
  }
  for (const message of told.messages || []) {
    const chat = store.chats.get(message.chat);
    if (!chat) continue;
    chat.set(message.message_id, message);
    if (chat.size > MOST_MESSAGES) chat.delete(chat.keys().next().value);
  }
  for (const call of told.calls || []) {
    store.calls.set(call.id, call);
    if (store.calls.size > MOST_CALLS) store.calls.delete(store.calls.keys().next().value);
  }
  for (const action of told.actions || []) {
    const key = `${action.chat}:${action.thread ?? ""}`;
    if (action.seconds > 0) {
      const until = performance.now() + action.seconds * 1000;
      store.actions.set(key, { name: action.name, until });
      setTimeout(() => tellAll({}), action.seconds * 1000 + 30);
    } else store.actions.delete(key);
  }
  for (const press of told.presses || []) store.presses.set(press.id, press);
  if (told.commands) store.commands = told.commands;
  if (told.clock) store.clock = { ...told.clock, at: performance.now() };
  tellAll(told);
}

const isSeen = (chat) => chat === store.person || store.groups.some((one) => one.id === chat);

/** Look at a chat, in a forum at one of its topics. */
export function look(chat, topic = null) {
  store.chat = chat;
  store.topic = topic;
}

export const person = () => store.people.find((one) => one.id === store.person);
export const group = (id = store.chat) => store.groups.find((one) => one.id === id);
export const titleOf = (id) => (group(id) ? group(id).title : store.bot.first_name);

/** The messages of a chat or a topic, oldest first. @returns {Message[]} */
export function messagesOf(chat = store.chat, topic = store.topic) {
  const all = [...(store.chats.get(chat) || new Map()).values()];
  if (!group(chat)?.forum) return all;
  return all.filter((one) => (topic ? one.message_thread_id === topic : !one.message_thread_id));
}

export const messageOf = (id, chat = store.chat) => store.chats.get(chat)?.get(id);

/** A forum's topics, with the general one. @returns {{id: number | null, name: string, byBot: boolean}[]} */
export function topicsOf(chat) {
  if (!group(chat)?.forum) return [];
  const made = [...store.chats.get(chat).values()].filter((one) => one.forum_topic_created);
  return [
    { id: null, name: "General", byBot: false },
    ...made.map((one) => ({
      id: one.message_id,
      name: one.forum_topic_created.name,
      byBot: one.from.id === store.bot.id,
    })),
  ];
}

/** What the bot is doing where we look, until it is over. */
export function action() {
  const one = store.actions.get(`${store.chat}:${store.topic ?? ""}`);
  return one && one.until > performance.now() ? one.name : null;
}

/** The playground's time in milliseconds. */
export const now = () => store.clock.now * 1000 + (performance.now() - store.clock.at);

/** By which clock the chat lives that we look at. */
export const diary = () => store.clock.chats[store.chat] || { zone: "UTC", offset: 0, digest: 0, subscribed: false };

/** The commands of the menu, as Telegram picks them: the narrowest scope, first in one's language. */
export function commands() {
  const language = (person()?.language || "en").split("-")[0];
  const isGroup = Boolean(group());
  const scopes = [
    `chat_member:${store.chat}:${store.person}`,
    `chat:${store.chat}`,
    isGroup ? "all_group_chats" : "all_private_chats",
    "default",
  ];
  for (const scope of scopes)
    for (const code of [language, ""]) {
      const found = store.commands.find((one) => one.scope === scope && one.language === code);
      if (found && found.commands.length) return found.commands;
    }
  return [];
}
