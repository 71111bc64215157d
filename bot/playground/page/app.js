"use strict";
// Everything that anybody wrote is put into the page as text, never as markup.

const $ = (id) => document.getElementById(id);
let state = null, shownState = "", replyTo = null, editing = null;

function element(tag, text, classes) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (classes) made.className = classes;
  return made;
}

async function post(path, body) {
  await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  await refresh();
}

const person = () => Number($("person").value);
const chat = () => Number($("chat").value) || person();
const here = () => state.chats.find((one) => one.id === chat());

// Offsets of entities are UTF-16 code units, as those of JavaScript's strings are.
function formatted(text, entities, from, to) {
  const parts = document.createDocumentFragment();
  const inside = (entities || [])
    .filter((one) => one.offset >= from && one.offset + one.length <= to)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  let at = from;
  for (const one of inside) {
    if (one.offset < at) continue;
    parts.append(text.slice(at, one.offset));
    const end = one.offset + one.length;
    const node = dressed(one, text.slice(one.offset, end));
    node.append(formatted(text, inside.filter((each) => each !== one), one.offset, end));
    parts.append(node);
    at = end;
  }
  parts.append(text.slice(at, to));
  return parts;
}

function dressed(entity, words) {
  switch (entity.type) {
    case "bold": return element("b");
    case "italic": return element("i");
    case "code": case "pre": return element("code");
    case "blockquote": return element("blockquote");
    case "expandable_blockquote": {
      const quote = element("blockquote", undefined, "folded");
      quote.tabIndex = 0;
      quote.setAttribute("role", "button");
      quote.setAttribute("aria-label", "Long quote: press to unfold");
      const unfold = () => { quote.classList.remove("folded"); quote.removeAttribute("role"); quote.removeAttribute("aria-label"); };
      quote.addEventListener("click", unfold);
      quote.addEventListener("keydown", (event) => { if (event.key === "Enter") unfold(); });
      return quote;
    }
    case "text_link": case "url": {
      const link = element("a");
      const address = entity.url || words;
      if (/^https?:\/\//i.test(address)) { link.href = address; link.target = "_blank"; link.rel = "noopener noreferrer"; }
      return link;
    }
    case "bot_command": {
      const link = element("a");
      link.href = "#";
      link.addEventListener("click", (event) => { event.preventDefault(); say(words); });
      return link;
    }
    default: return element("span");
  }
}

function messageNode(message) {
  const mine = message.from.id === person();
  const item = element("li", undefined, mine ? "message mine" : "message");
  const bubble = element("div", undefined, "bubble");
  const answered = here().messages.find((one) => one.message_id === message.reply_to);
  if (answered) bubble.append(element("div", answered.text || answered.caption || "…", "answered"));
  if (!mine && !message.from.is_bot) bubble.append(element("b", message.from.first_name));
  const text = message.text || message.caption || "(a picture)";
  const words = element("div", undefined, "words");
  words.append(formatted(text, message.entities, 0, text.length));
  bubble.append(words);
  const foot = element("div", undefined, "foot");
  if (message.edit_date) foot.append(element("span", "edited"));
  foot.append(element("span", new Date(message.date * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })));
  const act = element("button", mine ? "edit" : "reply");
  act.type = "button";
  act.addEventListener("click", () => begin(message, mine));
  foot.append(act);
  bubble.append(foot);
  item.append(bubble);
  for (const row of (message.reply_markup && message.reply_markup.inline_keyboard) || []) {
    const line = element("div", undefined, "row");
    for (const button of row) {
      const made = element("button", button.text);
      made.type = "button";
      if (button.callback_data) made.addEventListener("click", () => post("/press", { person: person(), chat: chat(), message: message.message_id, data: button.callback_data }));
      else made.addEventListener("click", () => { $("text").value = button.switch_inline_query || ""; $("text").focus(); });
      line.append(made);
    }
    item.append(line);
  }
  return item;
}

function begin(message, mine) {
  editing = mine ? message : null;
  replyTo = mine ? null : message;
  $("replying").hidden = false;
  $("replying").firstElementChild.textContent = (mine ? "Editing: " : "Reply to: ") + (message.text || "").slice(0, 60);
  if (mine) $("text").value = message.text;
  $("text").focus();
}

function endReply() { editing = replyTo = null; $("replying").hidden = true; }

async function say(text) {
  const body = { person: person(), chat: chat(), text };
  if (editing) await post("/edit", { ...body, message: editing.message_id });
  else await post("/say", replyTo ? { ...body, reply_to: replyTo.message_id } : body);
  endReply();
}

function options(select, entries) {
  const kept = select.value;
  select.replaceChildren(...entries.map(([value, label]) => { const one = element("option", label); one.value = value; return one; }));
  if (entries.some(([value]) => String(value) === kept)) select.value = kept;
}

function show() {
  const key = JSON.stringify([state.chats, person(), chat(), state.calls, state.commands]);
  $("now").textContent = new Date(state.now).toLocaleString();
  if (key === shownState) return;
  shownState = key;
  const list = $("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  list.replaceChildren(...here().messages.filter((one) => one.text || one.caption).map(messageNode));
  if (atEnd) list.scrollTop = list.scrollHeight;
  $("title").textContent = here().title;
  $("calls").replaceChildren(...state.calls.slice().reverse().map((call) => {
    const line = element("li");
    line.append(element("b", call.method + " "), element("span", call.status === 200 ? "200" : String(call.status || "…"), call.status === 200 ? "" : "bad"), element("span", call.text ? " " + call.text : ""));
    return line;
  }));
  const last = state.calls[state.calls.length - 1];
  const waits = last && last.method === "sendChatAction" && last.chat === String(chat());
  $("status").textContent = waits ? "typing…" : "bot";
  const language = (state.people.find((one) => one.id === person()) || {}).language;
  const commands = state.commands[language] || state.commands.en || [];
  $("menu").replaceChildren(...commands.map((one) => {
    const item = element("li"), button = element("button");
    button.type = "button";
    button.append(element("b", "/" + one.command), element("span", one.description));
    button.addEventListener("click", () => { toggleMenu(false); say("/" + one.command); });
    item.append(button);
    return item;
  }));
}

function toggleMenu(open) {
  $("menu").hidden = !open;
  $("slash").setAttribute("aria-expanded", String(open));
}

async function refresh() {
  try {
    state = await (await fetch("/state")).json();
  } catch { $("status").textContent = "the bot has ended"; return; }
  options($("person"), state.people.map((one) => [one.id, `${one.name} (${one.language})`]));
  options($("chat"), [["", "private chat"], [state.group, "group"]]);
  show();
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  say(text);
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); $("form").requestSubmit(); }
});
$("slash").addEventListener("click", () => toggleMenu($("menu").hidden));
$("replying").lastElementChild.addEventListener("click", endReply);
for (const select of [$("person"), $("chat")]) select.addEventListener("change", () => { endReply(); shownState = ""; show(); });
for (const button of document.querySelectorAll("[data-hours]")) button.addEventListener("click", () => post("/clock", { hours: Number(button.dataset.hours) }));
refresh();
setInterval(refresh, 500);
