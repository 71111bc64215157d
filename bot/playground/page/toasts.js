// What the bot says in passing, and what it wants to be read.
import { byId, element } from "./dom.js";
import { openDialog } from "./dialogs.js";

const SHOWN = 4000;

/** @param {string} words @param {boolean} [isAlert] One that stays until it is closed. */
export function toast(words, isAlert = false) {
  if (isAlert) {
    openDialog("Kabar", [element("p", { dir: "auto", text: words })], []);
    return;
  }
  const one = element("p", { class: "toast", dir: "auto", text: words });
  byId("toasts").append(one);
  setTimeout(() => one.remove(), SHOWN);
}
