// What a message holds beside words.
import { element, icon, named } from "./dom.js";

/** @returns {HTMLElement[]} */
export function media(message) {
  return Object.entries(KINDS).filter(([kind]) => kind in message).map(([kind, make]) => make(message[kind], message));
}

const card = (symbol, title, more) =>
  element("div", { class: "card" }, element("span", { class: "card-icon", "aria-hidden": "true" }, symbol), element("div", {}, named(title, { class: "strong" }), more && element("div", { class: "dim", text: more })));

const KINDS = {
  photo: (sizes, message) => {
    const size = sizes.at(-1);
    if (!size.file_id.startsWith("photo-")) return card("🖼", "Photo", "a made-up one");
    return element("a", { class: "picture", href: `/pictures/${size.file_id}`, target: "_blank" },
      element("img", { src: `/pictures/${size.file_id}`, alt: message.caption || "Picture", loading: "lazy", width: size.width, height: size.height }));
  },
  sticker: (sticker) => element("div", { class: "sticker", role: "img", "aria-label": `Sticker ${sticker.emoji || ""}`, text: sticker.emoji || "🙂" }),
  dice: (dice) => element("div", { class: "sticker", role: "img", "aria-label": `Dice: ${dice.value}`, text: "⚀⚁⚂⚃⚄⚅"[dice.value - 1] || dice.emoji }),
  voice: (voice) => card("🎤", "Voice message", `0:0${Math.min(voice.duration, 9)}`),
  location: (place) => card(icon("pin"), "Location", `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`),
  contact: (contact) => card("👤", contact.first_name, contact.phone_number),
  poll: (poll) => element("div", { class: "poll" }, element("p", { class: "strong", dir: "auto", text: poll.question }), element("ul", {}, ...poll.options.map((one) => element("li", { dir: "auto", text: one.text })))),
};
