// Dialogs and menus that lie over the page: the focus goes in, Escape closes, the focus goes back.
import { element } from "./dom.js";

let counted = 0;

/**
 * Open a dialog.
 * @param {string} title
 * @param {Node[]} content
 * @param {{label: string, act: (close: () => void) => void}[]} actions Beside the one that closes.
 * @returns {() => void} What closes it.
 */
export function openDialog(title, content, actions) {
  const id = `dialog-${(counted += 1)}`;
  const close = () => dialog.close();
  const buttons = actions.map((one, index) => element("button", { type: index ? "button" : "submit", class: "pill strong-pill", text: one.label, on: index ? { click: () => one.act(close) } : {} }));
  const form = element("form", { method: "dialog", class: "dialog-form", on: { submit: (event) => { event.preventDefault(); if (actions[0]) actions[0].act(close); else close(); } } },
    element("h2", { id, text: title }), ...content,
    element("p", { class: "dialog-buttons" }, element("button", { type: "button", class: "pill", text: actions.length ? "Cancel" : "Close", on: { click: close } }), ...buttons));
  const dialog = element("dialog", { "aria-labelledby": id }, form);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) close(); });
  document.body.append(dialog);
  dialog.showModal();
  return close;
}

/** A labelled field of a form. */
export function field(label, given = {}) {
  const id = `field-${(counted += 1)}`;
  const input = element(given.rows ? "textarea" : "input", { id, class: "field", required: true, ...given });
  if (given.rows && given.value) input.value = given.value;
  return { node: element("p", { class: "field-row" }, element("label", { for: id, text: label }), input), input };
}

/** A list to choose one of, in a dialog. @param {{label: Node, act: () => void}[]} entries */
export function openChoice(title, entries) {
  const list = element("ul", { class: "choices" }, ...entries.map((one) => element("li", {}, element("button", { type: "button", class: "choice", on: { click: () => { close(); one.act(); } } }, one.label))));
  const close = openDialog(title, [list], []);
  list.querySelector("button")?.focus();
}

let openMenuNow = null;

/**
 * Open a menu at a button.
 * @param {HTMLElement} anchor
 * @param {string} label
 * @param {{label: string, act: () => void}[]} entries
 */
export function openMenu(anchor, label, entries) {
  if (openMenuNow) { const same = openMenuNow.anchor === anchor; openMenuNow.close(); if (same) return; }
  const items = entries.map((one) => element("button", { type: "button", role: "menuitem", tabindex: "-1", class: "menu-item", text: one.label, on: { click: () => { close(); one.act(); } } }));
  const menu = element("div", { class: "popup", role: "menu", "aria-label": label, on: { keydown: onKey } }, ...items);
  function onKey(event) {
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); items[(to + items.length) % items.length].focus(); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
    if (event.key === "Tab") close();
  }
  const outside = (event) => { if (!menu.contains(event.target) && !anchor.contains(event.target)) close(false); };
  function close(focus = true) {
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    openMenuNow = null;
    if (focus && anchor.isConnected) anchor.focus();
  }
  openMenuNow = { anchor, close };
  document.querySelector("main").append(menu); // within a landmark
  anchor.setAttribute("aria-expanded", "true");
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  menu.style.top = `${at.bottom + height + 8 > innerHeight ? Math.max(8, at.top - height - 6) : at.bottom + 6}px`;
  document.addEventListener("pointerdown", outside, true);
  items[0]?.focus();
}
