// The command menu: opened by its button, or by a "/" that somebody types.
import { byId, element } from "./dom.js";
import { commands, group, store } from "./store.js";

const panel = byId("menu");
const list = byId("menu-list");
const button = byId("slash");
let does = { say: (_words) => {} };

export function startCommands(given) {
  does = given;
  button.addEventListener("click", () => {
    if (!panel.hidden) { closeMenu(); return; }
    fill("");
    open();
    list.querySelector("button")?.focus();
  });
  panel.addEventListener("keydown", (event) => {
    const items = [...list.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); items[(to + items.length) % items.length]?.focus(); }
    if (event.key === "Escape") { event.stopPropagation(); closeMenu(); byId("text").focus(); }
  });
  document.addEventListener("pointerdown", (event) => {
    if (!panel.contains(event.target) && !byId("form").contains(event.target)) closeMenu();
  });
}

function open() {
  panel.hidden = false;
  button.setAttribute("aria-expanded", "true");
}

export function closeMenu() {
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
}

/** Show the commands that begin as what is typed. */
export function typedCommand(words) {
  if (/^\/[a-z0-9_]*$/i.test(words)) { fill(words.slice(1).toLowerCase()); if (list.children.length) open(); else closeMenu(); }
  else closeMenu();
}

/** From the field into the menu. @returns {boolean} Whether the key was for the menu. */
export function menuKey(event) {
  if (panel.hidden) return false;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const items = list.querySelectorAll("button");
    items[event.key === "ArrowDown" ? 0 : items.length - 1]?.focus();
    return true;
  }
  if (event.key === "Escape") { closeMenu(); return true; }
  return false;
}

function fill(begin) {
  const found = commands().filter((one) => one.command.startsWith(begin));
  list.replaceChildren(...found.map((one) =>
    element("li", {}, element("button", { type: "button", class: "command", on: { click: () => choose(one.command) } },
      element("span", { class: "strong", text: `/${one.command}` }), element("span", { class: "dim", dir: "auto", text: one.description })))));
}

function choose(command) {
  closeMenu();
  byId("text").value = "";
  byId("text").focus();
  does.say(group() ? `/${command}@${store.bot.username}` : `/${command}`);
}
