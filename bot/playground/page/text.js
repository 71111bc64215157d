// Text with entities to nodes. Offsets count UTF-16 units, as those of JavaScript's strings do.
import { element, icon } from "./dom.js";

const FOLDED = 3; // lines of a long quote that are shown, as at Telegram

/**
 * @param {string} text
 * @param {any[]} [entities]
 * @param {{command?: (words: string) => void}} [does] What a press on a command in the text does.
 */
export function formatted(text, entities = [], does = {}) {
  return part(text, entities, 0, text.length, does);
}

function part(text, entities, from, to, does) {
  const parts = document.createDocumentFragment();
  const inside = entities
    .filter((one) => one.offset >= from && one.offset + one.length <= to)
    .sort((a, b) => a.offset - b.offset || b.length - a.length || isBlock(b) - isBlock(a));
  let at = from;
  for (const one of inside) {
    if (one.offset < at) continue;
    const isQuote = one.type.endsWith("blockquote");
    let before = text.slice(at, one.offset);
    // A quote stands on lines of its own: the break around it is its edge, not an empty line.
    if (isQuote) before = before.replace(/\n$/, "");
    parts.append(before);
    const end = one.offset + one.length;
    const within = part(text, inside.filter((each) => each !== one), one.offset, end, does);
    parts.append(dressed(one, text.slice(one.offset, end), within, does));
    at = end;
    if (isQuote && text[at] === "\n") at += 1;
  }
  parts.append(text.slice(at, to));
  return parts;
}

const isBlock = (one) => Number(one.type.endsWith("blockquote") || one.type === "pre");
const PLAIN = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };

function dressed(entity, words, within, does) {
  const tag = PLAIN[entity.type];
  if (tag) return element(tag, {}, within);
  switch (entity.type) {
    case "pre": return element("pre", {}, element("code", {}, within));
    case "blockquote": return element("blockquote", { dir: "auto" }, within);
    case "expandable_blockquote": return folding(within);
    case "spoiler": return spoiler(within);
    case "text_link": case "url": return link(entity.url || words, within);
    case "bot_command":
      return element("button", { type: "button", class: "inline-link", on: { click: () => does.command?.(words) } }, within);
    case "mention": case "hashtag": return element("span", { class: "mention" }, within);
    default: return element("span", {}, within);
  }
}

function link(address, within) {
  const full = /^[a-z]+:/i.test(address) ? address : `https://${address}`;
  if (!/^https?:\/\//i.test(full)) return element("span", {}, within);
  return element("a", { href: full, target: "_blank", rel: "noopener noreferrer" }, within);
}

/** A long quote: three lines of it, until it is unfolded. */
function folding(within) {
  const body = element("div", { class: "quote-body" }, within);
  const quote = element("blockquote", { class: "folding folded", dir: "auto" }, body);
  const button = element("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": "The whole quote" }, icon("fold"));
  const set = (open) => {
    quote.classList.toggle("folded", !open);
    button.setAttribute("aria-expanded", String(open));
  };
  const isOpen = () => button.getAttribute("aria-expanded") === "true";
  button.addEventListener("click", (event) => { event.stopPropagation(); set(!isOpen()); });
  quote.addEventListener("click", (event) => {
    if (event.target.closest("a, button") || String(getSelection())) return;
    set(!isOpen());
  });
  body.addEventListener("focusin", () => set(true)); // a link that is out of sight
  quote.append(button);
  requestAnimationFrame(() => {
    // One that is short has nothing to unfold.
    const line = parseFloat(getComputedStyle(body).lineHeight) || 20;
    if (quote.isConnected && body.scrollHeight <= line * FOLDED + 4) { set(true); button.remove(); quote.classList.remove("folding"); }
  });
  return quote;
}

function spoiler(within) {
  const hidden = element("span", { class: "spoiler-text", "aria-hidden": "true" }, within);
  const button = element("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden: press to show" }, hidden);
  const show = () => {
    button.replaceWith(element("span", {}, ...hidden.childNodes));
  };
  button.addEventListener("click", show);
  button.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); show(); }
  });
  return button;
}
