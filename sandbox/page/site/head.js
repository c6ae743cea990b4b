// The head of a conversation: whose it is, what they do just now, and what is pinned.

import { chatPath, get } from "./api.js";
import { avatar } from "./avatar.js";
import { openChatInfo } from "./chatinfo.js";
import { clear, el, fill, icon, iconButton } from "./dom.js";
import { store } from "./store.js";
import { doing } from "./typing.js";

const COUNT = new Intl.NumberFormat("en");

/**
 * @param {any} pane
 * @returns {{element: HTMLElement, show: (chat: any) => void}}
 */
export function head(pane) {
  const title = el("button", { type: "button", class: "head-title", on: { click: () => void openChatInfo(pane) } });
  const pinned = pinnedBar(pane);
  const back = iconButton("back", "Back to the chats", () => pane.back(), { class: "head-back" });
  const bar = el("div", { class: "head-bar" }, back, title);
  return { element: el("header", { class: "head" }, bar, pinned.element), show };

  function show(chat) {
    const typing = doing(store.typingIn(pane.person.id, chat.id), chat);
    const state = el("span", { class: "head-state", text: typing || about(chat) });
    state.classList.toggle("is-typing", Boolean(typing));
    const name = el("span", { class: "head-name" }, el("bdi", { text: chat.title }));
    fill(title, avatar(chat, "middle"), name, state);
    title.title = "Details";
    pinned.show(chat);
  }
}

function about(chat) {
  if (chat.kind === "bot") return "bot";
  if (chat.kind === "saved") return "your own notes";
  if (chat.kind === "private") return chat.username ? `@${chat.username}` : "";
  const noun = chat.kind === "channel" ? "subscriber" : "member";
  if (chat.members === null || chat.members === undefined) return chat.kind;
  return `${COUNT.format(chat.members)} ${noun}${chat.members === 1 ? "" : "s"}`;
}

/** The line of what is pinned; pressing it goes there. */
function pinnedBar(pane) {
  const text = el("span", { class: "pinned-text" });
  const button = el(
    "button",
    { type: "button", class: "pinned", hidden: true, on: { click: () => void pane.jump(shown) } },
    el("span", { class: "pinned-line" }),
    el("span", { class: "pinned-head", text: "Pinned message" }),
    text,
    icon("pin"),
  );
  let shown = null;
  store.on("messages", ({ person, chat, put }) => {
    const changed = person === pane.person.id && chat === pane.chat && put?.find((one) => one.id === shown);
    if (changed) write(changed);
  });
  return { element: button, show };

  function show(chat) {
    if (chat.pinned === shown && !button.hidden) return;
    shown = chat.pinned ?? null;
    button.hidden = shown === null;
    clear(text);
    if (shown !== null) void look(chat.id, shown);
  }

  async function look(chat, id) {
    const known = store.conversation(pane.person.id, chat).get(id);
    const message = known ?? (await ask(chat, id));
    if (shown === id && message) write(message);
  }

  async function ask(chat, id) {
    try {
      const { messages } = await get(`${chatPath(pane.person.id, chat)}/messages?around=${id}&limit=1`);
      return messages.find((message) => message.id === id);
    } catch {
      return null;
    }
  }

  function write(message) {
    text.textContent = message.text || mediaWord(message.media) || message.service?.text || "Message";
  }
}

function mediaWord(media) {
  if (!media) return "";
  return media.name || `${media.kind[0].toUpperCase()}${media.kind.slice(1).replace("_", " ")}`;
}
