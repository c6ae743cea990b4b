// Choosing a chat: where messages are forwarded to, where a bot is asked.

import { chatPath, post } from "./api.js";
import { avatar } from "./avatar.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { store } from "./store.js";
import { plainName } from "./words.js";

/**
 * Let the person choose one of their chats, their Saved Messages or somebody else of the page.
 * @param {import("./pane.js").Pane} pane
 * @param {string} title what for
 * @returns {Promise<number|null>}
 */
export async function chooseChat(pane, title) {
  const known = store.chats(pane.person.id).filter((chat) => chat.can_write);
  const chats = [...known, ...others(pane.person.id)];
  const list = el("ul", { class: "chooser-list", ariaLabel: "Chats" });
  const field = el("input", { type: "search", placeholder: "Search", ariaLabel: "Search chats", autocomplete: "off" });
  const opened = openDialog({ title, content: [el("div", { class: "chooser" }, field, list)] });
  const draw = () => {
    const wanted = field.value.trim().toLowerCase();
    const found = chats.filter((chat) => `${chat.title} ${chat.username ?? ""}`.toLowerCase().includes(wanted));
    list.replaceChildren(...found.map((chat) => entry(chat, () => opened.close(chat.id))),
      ...(found.length ? [] : [el("li", { class: "none", text: "No such chat" })]));
  };
  field.addEventListener("input", draw);
  opened.node.addEventListener("keydown", (event) => walk(event, field, list));
  draw();
  field.focus();
  const chosen = (await opened.closed) ?? null;
  return chosen === null || store.chat(pane.person.id, chosen) ? chosen : meet(pane, chosen);
}

/** Who is on the page and not among the chats yet. */
function others(me) {
  const strangers = [...store.people.values()].filter((person) => !store.chat(me, person.id));
  return strangers.map((person) =>
    person.id === me
      ? { id: me, kind: "saved", title: "Saved Messages" }
      : { id: person.id, kind: "private", title: person.name },
  );
}

/** Find somebody of the page by their number, as one finds who is among one's contacts. */
async function meet(pane, id) {
  try {
    const { chat } = await post(`/api/people/${pane.person.id}/open`, { link: `+${store.people.get(id).phone}` });
    store.putChat(pane.person.id, chat);
    return chat.id;
  } catch (refused) {
    pane.toast(refused.message);
    return null;
  }
}

function entry(chat, choose) {
  return el("li", {}, el("button", { type: "button", dataset: { chatId: String(chat.id) }, on: { click: choose } },
    avatar(chat), el("bdi", { text: plainName(chat.title) })));
}

/** Arrow keys go from the field through the chats; Enter in the field takes the first. */
function walk(event, field, list) {
  const stops = [field, ...list.querySelectorAll("button")];
  const at = stops.indexOf(document.activeElement);
  if (event.key === "Enter" && at === 0) {
    event.preventDefault();
    stops[1]?.click();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || at < 0) return;
  event.preventDefault();
  stops[Math.max(0, Math.min(stops.length - 1, at + step))].focus();
}

/**
 * Forward messages to a chat that the person chooses, and go there.
 * @param {any[]} messages of one chat
 * @param {import("./pane.js").Pane} pane
 * @returns {Promise<boolean>} whether they were forwarded
 */
export async function forward(messages, pane) {
  const what = messages.length > 1 ? `Forward ${messages.length} messages to…` : "Forward to…";
  const to = await chooseChat(pane, what);
  if (to === null) return false;
  try {
    const body = { ids: messages.map((message) => message.id), from: messages[0].chat };
    await post(`${chatPath(pane.person.id, to)}/messages/forward`, body);
  } catch (refused) {
    pane.toast(refused.message);
    return false;
  }
  if (to === pane.chat) pane.toast("Forwarded.");
  else await pane.open(to);
  return true;
}
