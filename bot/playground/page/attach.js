// What can be sent beside words: for each a form, where there is something to say.
import { byId, element } from "./dom.js";
import { field, openDialog, openMenu } from "./dialogs.js";
import { post } from "./link.js";
import { messagesOf, store } from "./store.js";
import { toast } from "./toasts.js";

const CITIES = [
  ["Jakarta", -6.2088, 106.8456], ["Jayapura", -2.5337, 140.7181], ["London", 51.5074, -0.1278],
  ["New York", 40.7128, -74.006], ["Kathmandu", 27.7172, 85.324], ["Sydney", -33.8688, 151.2093],
];

let where = () => ({});

export function startAttach(given) {
  where = given.where;
  const button = byId("attach");
  button.addEventListener("click", () => openMenu(button, "Send something else", [
    { label: "📍 Location…", act: location },
    { label: "📰 Forwarded channel post…", act: channelPost },
    { label: "🖼 Photo…", act: photo },
    { label: "🎤 Voice message", act: () => send("voice") },
    { label: "👍 Sticker", act: () => send("sticker") },
    { label: "👤 Contact…", act: contact },
    { label: "📊 Poll…", act: poll },
    { label: "🎲 Dice", act: () => send("dice") },
  ]));
}

async function send(kind, given = {}) {
  tell(await post("/send", { ...where(), kind, ...given }));
}

const tell = (answer) => { if (!answer.done) toast(answer.why); };

function location() {
  const latitude = field("Latitude", { type: "number", step: "any", min: -90, max: 90, value: CITIES[0][1] });
  const longitude = field("Longitude", { type: "number", step: "any", min: -180, max: 180, value: CITIES[0][2] });
  const cities = element("p", { class: "chips", role: "group", "aria-label": "Cities" }, ...CITIES.map(([name, lat, long]) =>
    element("button", { type: "button", class: "pill", text: name, on: { click: () => { latitude.input.value = lat; longitude.input.value = long; } } })));
  openDialog("Send a location", [element("p", { class: "dim", text: "The bot learns the time zone of it." }), cities, latitude.node, longitude.node],
    [{ label: "Send", act: (close) => { close(); send("location", { latitude: latitude.input.value, longitude: longitude.input.value }); } }]);
}

function photo() {
  const caption = field("Caption", { required: false, maxlength: 1024 });
  openDialog("Send a photo", [caption.node], [{ label: "Send", act: (close) => { close(); send("photo", { caption: caption.input.value.trim() }); } }]);
}

function contact() {
  const name = field("Name", { value: "Citra", maxlength: 100 });
  const phone = field("Telephone", { value: "+62 21 555 0100", maxlength: 100 });
  openDialog("Send a contact", [name.node, phone.node], [{ label: "Send", act: (close) => { close(); send("contact", { name: name.input.value, phone: phone.input.value }); } }]);
}

function poll() {
  const question = field("Question", { value: "Tea or coffee?", maxlength: 100 });
  const options = field("Options, one a line", { rows: 3, value: "Tea\nCoffee" });
  openDialog("Send a poll", [question.node, options.node], [{ label: "Send", act: (close) => { close(); send("poll", { question: question.input.value, options: options.input.value.split("\n") }); } }]);
}

function channelPost() {
  const channel = field("Channel", { value: "Kabar Pagi", maxlength: 100 });
  const words = field("Post", { rows: 4, value: `Putin called Erdogan, they say. ${someLink()}`, maxlength: 4096 });
  openDialog("Forward a channel’s post", [channel.node, words.node],
    [{ label: "Forward", act: async (close) => { close(); tell(await post("/say", { ...where(), channel: channel.input.value, text: words.input.value })); } }]);
}

/** A link that the bot gave last, or one of nowhere. */
function someLink() {
  const links = messagesOf().filter((one) => one.from.id === store.bot.id).flatMap((one) => one.entities || []).filter((one) => one.type === "text_link" && one.url);
  return links.at(-1)?.url.split("#")[0] || "https://example.org/news/1";
}
