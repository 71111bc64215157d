// The list of chats and what is behind the scenes: columns where there is room, else drawers.
import { byId } from "./dom.js";

const veil = byId("veil");
const DRAWERS = {
  chats: { pane: byId("chats"), opener: byId("open-chats"), closer: byId("close-chats"), media: matchMedia("(max-width: 759px)") },
  scenes: { pane: byId("scenes"), opener: byId("open-scenes"), closer: byId("close-scenes"), media: matchMedia("(max-width: 1119px)") },
};

export function startDrawers() {
  for (const [name, one] of Object.entries(DRAWERS)) {
    one.isOpen = !one.media.matches;
    one.opener.addEventListener("click", () => (one.isOpen ? close(name) : open(name)));
    one.closer.addEventListener("click", () => close(name));
    one.media.addEventListener("change", () => { one.isOpen = !one.media.matches; settle(); });
  }
  veil.addEventListener("click", closeDrawers);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && overlaid()) closeDrawers(); });
  settle();
}

const overlaid = () => Object.entries(DRAWERS).find(([, one]) => one.isOpen && one.media.matches)?.[0];

export function open(name) {
  const one = DRAWERS[name];
  one.isOpen = true;
  settle();
  if (one.media.matches) one.pane.querySelector("button, select, input")?.focus();
}

function close(name) {
  const one = DRAWERS[name];
  one.isOpen = false;
  settle();
  one.opener.focus();
}

/** Close what lies over the conversation, if anything does. */
export function closeDrawers() {
  const name = overlaid();
  if (name) close(name);
}

/** Let the page be as the drawers are: what is closed or covered cannot be reached. */
function settle() {
  const over = overlaid();
  veil.hidden = !over;
  for (const [name, one] of Object.entries(DRAWERS)) {
    one.pane.classList.toggle("open", one.isOpen);
    one.pane.inert = !one.isOpen || Boolean(over && over !== name);
    one.opener.setAttribute("aria-expanded", String(one.isOpen));
  }
  document.body.classList.toggle("without-scenes", !DRAWERS.scenes.isOpen);
  document.querySelector("main").inert = Boolean(over);
}
