// What to try, where nothing was said yet.
import { byId, element } from "./dom.js";
import { group, messagesOf, onChange, person, store } from "./store.js";

const EXAMPLES = {
  en: ["Who did Putin call?", "/latest"],
  id: ["Siapa yang ditelepon Putin?", "/latest"],
  zh: ["普京給誰打了電話？", "/latest"],
  ar: ["بمن اتصل بوتين؟", "/latest"],
};
let shown = "";

export function startEmpty({ say }) {
  onChange(() => {
    const section = byId("empty");
    const isEmpty = store.people.length > 0 && !messagesOf().some((one) => !one.forum_topic_created);
    section.hidden = !isEmpty;
    const key = `${store.person}:${store.chat}`;
    if (!isEmpty || key === shown) return;
    shown = key;
    const isGroup = Boolean(group());
    const [question, latest] = EXAMPLES[person().language.split("-")[0]] || EXAMPLES.en;
    const chips = isGroup ? [`/ask ${question}`, `@${store.bot.username} ${question}`, latest] : ["/start", question, latest, "/digest"];
    section.replaceChildren(
      element("p", {}, isGroup
        ? "In a group the bot speaks when it is spoken to: by /ask, by its name where privacy mode is off, or by a reply to it."
        : "Ask about the news, in any language. /start gives a short tour with today’s stories."),
      element("p", { class: "chips", role: "group", "aria-label": "Examples" }, ...chips.map((words) =>
        element("button", { type: "button", class: "chip", dir: "auto", text: words, on: { click: () => say(words) } }))),
    );
  });
}
