// Nodes, made without markup from strings: whatever anybody wrote goes in as text.

/** @param {string} id @returns {HTMLElement & any} */
export const byId = (id) => document.getElementById(id);

/**
 * Make an element.
 * @param {string} tag
 * @param {Record<string, any>} [given] `class`, `text`, `on` (listeners by event), or attributes;
 *   `false` and `undefined` leave an attribute out.
 * @param {...(Node | string | null | undefined | false)} children
 */
export function element(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === false || value === null) continue;
    if (name === "class") made.className = value;
    else if (name === "text") made.textContent = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name of a symbol in icons.svg */
export function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/icons.svg#${name}`);
  made.append(use);
  return made;
}

/** A name or a title: isolated, so that a direction override in it turns nothing else around. */
export const named = (text, given = {}) => element("bdi", { text, ...given });
