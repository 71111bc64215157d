// Puts the page together. Everything that anybody wrote is put into it as text, never as markup.
import { startAttach } from "./attach.js";
import { chooseChat, goTo, startChats } from "./chats.js";
import { startCommands } from "./commands.js";
import { beginEdit, beginReply, endContext, isEditable, replying, say, startComposer, where, write } from "./composer.js";
import { openMenu } from "./dialogs.js";
import { closeDrawers, open, startDrawers } from "./drawers.js";
import { startEmpty } from "./empty.js";
import { startInline } from "./inline.js";
import { startKeyboard, takePresses } from "./keyboard.js";
import { listen, post } from "./link.js";
import { startMessages } from "./messages.js";
import { showCallsOf, startScenes } from "./scenes.js";
import { apply, onChange, store, tellAll } from "./store.js";
import { toast } from "./toasts.js";

const tell = (answer) => { if (!answer.done) toast(answer.why); };
const speak = async (words) => tell(await say(words));

function messageMenu(message, anchor) {
  const entries = [
    { label: "Reply", act: () => beginReply(message) },
    { label: "Forward…", act: () => forward(message) },
    { label: "Calls behind it", act: () => { showCallsOf(message); open("scenes"); } },
  ];
  if (isEditable(message)) entries.splice(1, 0, { label: "Edit", act: () => beginEdit(message) });
  openMenu(anchor, "Message", entries);
}

function forward(message) {
  chooseChat("Forward to", async (chat, topic) => {
    const from = message.chat;
    goTo(chat, topic);
    tell(await post("/forward", { ...where(), from, message: message.message_id }));
  });
}

function switchInline(query, here) {
  const words = `@${store.bot.username} ${query}`;
  if (here) write(words);
  else chooseChat("Share in", (chat, topic) => { goTo(chat, topic); write(words); });
}

startDrawers();
startMessages({ menu: messageMenu, command: speak });
startKeyboard({ switchInline });
startCommands({ say: speak });
startInline({ where: () => ({ ...where(), ...replying() }), chosen: (answer) => { tell(answer); write(""); endContext(); } });
startComposer();
startAttach({ where: () => ({ ...where(), ...replying() }) });
startChats({ chosen: closeDrawers });
startScenes();
startEmpty({ say: speak });
onChange((news) => takePresses(news.presses));
listen(apply, (connected) => { store.connected = connected; tellAll(); });
