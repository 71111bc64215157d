// Inline mode: "@bot words" shows what the bot offers; the one that is chosen is sent "via" it.
import { byId, element, named } from "./dom.js";
import { post } from "./link.js";
import { store } from "./store.js";

const DEBOUNCE = 250;
const panel = byId("inline");
const list = byId("inline-results");
const text = byId("text");
let timer = 0;
let asked = 0;
let offers = [];
let query = "";
let at = -1;
let does = { where: () => ({}), chosen: () => {} };

export function startInline(given) {
  does = given;
  list.addEventListener("keydown", (event) => inlineKey(event));
}

/** @param {string} words @returns {boolean} Whether this is an inline query. */
export function typedInline(words) {
  const prefix = `@${store.bot.username} `.toLowerCase();
  clearTimeout(timer);
  if (!store.bot.username || !words.toLowerCase().startsWith(prefix)) { closeInline(); return false; }
  const typed = words.slice(prefix.length).trim();
  timer = setTimeout(() => ask(typed), DEBOUNCE);
  if (panel.hidden) show([], typed ? "Looking…" : "Type a question");
  return true;
}

async function ask(typed) {
  const mine = (asked += 1);
  const answer = await post("/inline", { ...does.where(), text: typed });
  if (mine !== asked) return; // somebody typed on
  query = answer.query || "";
  const results = answer.results || [];
  const count = results.length === 1 ? "One quote to send" : `${results.length} quotes to send`;
  show(results, !answer.done ? answer.why : results.length ? count : typed.length < 3 ? "Type a question" : "Nothing in the news answers this");
}

function show(results, title) {
  offers = results;
  panel.hidden = false;
  byId("inline-title").textContent = title;
  list.replaceChildren(...results.map((one, index) => element(
    "li",
    { id: `offer-${index}`, class: "offer", role: "option", "aria-selected": "false", on: { click: () => choose(index) } },
    named(one.title, { class: "strong" }),
    element("span", { class: "dim", dir: "auto", text: one.description }),
  )));
  list.hidden = !results.length;
  select(results.length ? 0 : -1);
}

function select(index) {
  at = index;
  [...list.children].forEach((one, number) => {
    one.setAttribute("aria-selected", String(number === index));
    if (number === index) one.scrollIntoView({ block: "nearest" });
  });
  for (const one of [text, list]) {
    if (index < 0) one.removeAttribute("aria-activedescendant");
    else one.setAttribute("aria-activedescendant", `offer-${index}`);
  }
}

/** @returns {boolean} Whether a key in the field was for the results. */
export function inlineKey(event) {
  if (panel.hidden) return false;
  if (event.key === "Escape") { closeInline(); return true; }
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); if (at >= 0) choose(at); return true; }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !offers.length) return false;
  event.preventDefault();
  select((at + step + offers.length) % offers.length);
  return true;
}

async function choose(index) {
  const result = offers[index].id;
  closeInline();
  const answer = await post("/choose", { ...does.where(), query, result });
  does.chosen(answer);
}

export function closeInline() {
  clearTimeout(timer);
  asked += 1;
  panel.hidden = true;
  offers = [];
  select(-1);
}
