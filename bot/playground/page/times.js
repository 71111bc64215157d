// Times, by the clock of the chat that is looked at: its zone is an offset that the server tells.
import { diary, now } from "./store.js";

/** A moment shifted so that its UTC fields are the chat's local ones. @param {number} seconds */
const local = (seconds) => new Date((seconds + diary().offset) * 1000);
const shown = (date, options) => date.toLocaleString("en-GB", { timeZone: "UTC", ...options });

/** "07:00" */
export const hour = (seconds) => shown(local(seconds), { hour: "2-digit", minute: "2-digit" });

/** What names a day: equal for moments of one local day. */
export const dayKey = (seconds) => local(seconds).toISOString().slice(0, 10);

/** "Today", "Yesterday", "3 January", "3 January 2022" */
export function day(seconds) {
  const today = now() / 1000;
  if (dayKey(seconds) === dayKey(today)) return "Today";
  if (dayKey(seconds) === dayKey(today - 86400)) return "Yesterday";
  const sameYear = local(seconds).getUTCFullYear() === local(today).getUTCFullYear();
  return shown(local(seconds), { day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) });
}

/** "Sat 28 Nov 2026, 18:35:07" */
export const moment = (seconds) =>
  shown(local(seconds), { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** "Sun 07:00", or "tomorrow 07:00" */
export function soon(seconds) {
  const today = now() / 1000;
  if (dayKey(seconds) === dayKey(today)) return `today ${hour(seconds)}`;
  if (dayKey(seconds) === dayKey(today + 86400)) return `tomorrow ${hour(seconds)}`;
  return shown(local(seconds), { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
