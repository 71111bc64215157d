// Behind the scenes: the clock, and the Bot API calls, all or those behind one message.
import { byId, element } from "./dom.js";
import { post } from "./link.js";
import { gist } from "./messages.js";
import { diary, now, onChange, store } from "./store.js";
import { moment, soon } from "./times.js";
import { toast } from "./toasts.js";

const list = byId("calls");
/** @type {{chat: number, message: any} | null} */
let chosen = null;
/** @type {Map<number, {node: HTMLElement, signature: string}>} */
const shown = new Map();
let mode = "";

export function startScenes() {
  for (const button of document.querySelectorAll("[data-hours]")) button.addEventListener("click", () => push({ hours: Number(button.dataset.hours) }));
  byId("to-digest").addEventListener("click", () => push({ to: "digest" }));
  byId("all-calls").addEventListener("click", () => { chosen = null; show(); list.focus(); });
  onChange(show);
  setInterval(tick, 1000);
}

async function push(by) {
  const answer = await post("/clock", { person: store.person, chat: store.chat, ...by });
  if (answer.done) toast("The clock is later now."); else toast(answer.why);
}

/** Show the calls behind a message. */
export function showCallsOf(message) {
  chosen = { chat: message.chat, message };
  show();
}

function tick() {
  if (!store.people.length) return;
  const at = now() / 1000;
  const shownTime = byId("now");
  shownTime.textContent = moment(at);
  shownTime.dateTime = new Date(at * 1000).toISOString();
  const { zone, digest, subscribed } = diary();
  byId("zone").textContent = zone;
  const words = digest ? `To ${soon(digest)}${subscribed ? " (the digest here)" : ""}` : "To tomorrow 07:00";
  if (byId("to-digest").textContent !== words) byId("to-digest").textContent = words;
}

function show() {
  tick();
  const all = [...store.calls.values()];
  const calls = chosen ? all.filter((one) => one.about.some(([chat, id]) => chat === chosen.chat && id === chosen.message.message_id)) : all.reverse();
  byId("all-calls").hidden = !chosen;
  byId("log-about").textContent = chosen
    ? `${calls.length ? "" : "No calls "}behind “${gist(chosen.message)}”`
    : "Choose “Calls behind it” in a message’s menu to see its own.";
  const wanted = JSON.stringify([Boolean(chosen), chosen?.message.message_id]);
  if (wanted !== mode) { shown.clear(); list.replaceChildren(); mode = wanted; }
  const ids = new Set(calls.map((one) => one.id));
  for (const [id, { node }] of shown) if (!ids.has(id)) { node.remove(); shown.delete(id); }
  let at = list.firstChild;
  for (const call of calls) {
    const signature = `${call.status}`;
    let known = shown.get(call.id);
    if (!known || known.signature !== signature) {
      const node = entry(call, known?.node.querySelector("details")?.open ?? Boolean(chosen));
      if (known) { if (at === known.node) at = node; known.node.replaceWith(node); }
      known = { node, signature };
      shown.set(call.id, known);
    }
    if (known.node === at) at = at.nextSibling;
    else list.insertBefore(known.node, at);
  }
}

function entry(call, open) {
  const failed = call.status && call.status !== 200;
  const status = call.status ? String(call.status) : "…";
  const brief = call.params.text || call.params.caption || call.params.action || "";
  const details = element("details", { open },
    element("summary", {}, element("span", { class: "method", text: call.method }), " ", element("span", { class: failed ? "bad" : "good", text: status }), brief && element("bdi", { class: "brief", text: ` ${brief.slice(0, 80)}` })));
  // Hundreds of them: what nobody opens is not made.
  const fill = () => { if (details.open && !details.querySelector("pre")) details.append(element("pre", { tabindex: "0", "aria-label": `Parameters of ${call.method}`, text: `${call.error ? `${call.error}\n\n` : ""}${JSON.stringify(call.params, null, 2)}` })); };
  details.addEventListener("toggle", fill);
  fill();
  return element("li", {}, details);
}
