// A person's chats: newest first, with what was said last and how much is unread; found by typing.

import { avatar } from "./avatar.js";
import { unreadBadge } from "./badge.js";
import { el, fill, icon, iconButton } from "./dom.js";
import { draftOf } from "./drafts.js";
import { newChat } from "./newchat.js";
import { store } from "./store.js";
import { doing } from "./typing.js";
import { brief } from "./when.js";

/**
 * @param {any} pane
 * @returns {{element: HTMLElement, focus: (chat: number|null) => void, find: () => void, step: (by: number) => void}}
 */
export function chatList(pane) {
  const person = pane.person;
  const rows = new Map();
  const search = el("input", {
    type: "search",
    class: "chats-search",
    placeholder: "Search, @name or link",
    ariaLabel: "Find a chat, or open @name or a link",
    autocomplete: "off",
    spellcheck: false,
    on: { input: show, keydown: searchKeys },
  });
  const list = el("div", { class: "chats-list", role: "list", on: { keydown: listKeys } });
  const empty = el("p", { class: "chats-empty" });
  const element = el(
    "nav",
    { class: "chats", ariaLabel: `Chats of ${person.name}` },
    el(
      "div",
      { class: "chats-head" },
      el("label", { class: "chats-find" }, icon("search"), search),
      iconButton("compose", "New channel or group", () => void newChat(pane)),
    ),
    list,
    empty,
  );
  store.on("chats", (change) => change.person === person.id && show());
  store.on("typing", (change) => change.person === person.id && row(change.chat)?.show());
  document.addEventListener("draft", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.person === person.id) row(detail.chat)?.show();
  });
  pane.addEventListener("chat", show);
  show();
  return { element, focus, find, step };

  function row(chat) {
    return rows.get(chat);
  }

  function show() {
    const wanted = search.value.trim().toLowerCase();
    const mine = (chat) => chat.member || chat.id === pane.chat;
    const chats = store.chats(person.id).filter((chat) => mine(chat) && fits(chat, wanted));
    const nodes = chats.map((chat) => made(chat).node);
    nodes.forEach((node, at) => list.children[at] !== node && list.insertBefore(node, list.children[at] ?? null));
    while (list.children.length > nodes.length) list.lastElementChild.remove();
    empty.hidden = nodes.length > 0;
    empty.textContent = emptyText(wanted);
    mark();
  }

  function made(chat) {
    const known = rows.get(chat.id) ?? chatRow(pane, chat.id);
    rows.set(chat.id, known);
    known.show();
    return known;
  }

  function emptyText(wanted) {
    if (!store.knows(person.id)) return "Loading…";
    if (wanted) return "Nothing found. Enter opens @name or a t.me link.";
    return "No chats yet. Write @name above and press Enter.";
  }

  function mark() {
    const all = buttons();
    for (const [id, { button }] of rows) {
      if (id === pane.chat) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.tabIndex = -1;
    }
    const stop = all.find((button) => button.ariaCurrent) ?? all[0];
    if (stop) stop.tabIndex = 0;
  }

  function buttons() {
    return [...list.querySelectorAll(".chat")];
  }

  function focus(chat) {
    const button = rows.get(chat)?.button;
    (button?.isConnected ? button : buttons()[0] ?? search).focus();
  }

  function find() {
    search.focus();
    search.select();
  }

  function step(by) {
    const chats = store.chats(person.id);
    const at = chats.findIndex((chat) => chat.id === pane.chat);
    const next = chats[at < 0 ? 0 : at + by];
    if (next) void pane.open(next.id, { focus: true });
  }

  function searchKeys(event) {
    if (event.key === "ArrowDown") focus(null);
    else if (event.key === "Enter") enter();
    else if (event.key === "Escape" && search.value) empties();
    else if (event.key === "Escape" && pane.chat !== null) pane.found();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function empties() {
    search.value = "";
    show();
  }

  function enter() {
    const wanted = search.value.trim();
    if (!wanted) return;
    const found = buttons()[0];
    if (/^@|^(https?:\/\/)?t\.me\/|^tg:/i.test(wanted) || !found) {
      void pane.openLink(/^[@a-z]+:\/\/|^@|^t\.me\/|^\+?\d{7,15}$/i.test(wanted) ? wanted : `@${wanted}`);
    } else found.click();
    empties();
  }

  function listKeys(event) {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    if (to < 0) search.focus();
    else all[to]?.focus();
  }
}

function fits(chat, wanted) {
  return `${chat.title}\n@${chat.username ?? ""}`.toLowerCase().includes(wanted);
}

/** One line of the list. */
function chatRow(pane, id) {
  const button = el("button", {
    type: "button",
    class: "chat",
    dataset: { chatId: id },
    on: { click: () => void pane.open(id, { focus: true }) },
  });
  const node = el("div", { role: "listitem" }, button);
  let drawn = "";
  return { node, button, show };

  function show() {
    const chat = store.chat(pane.person.id, id);
    if (!chat) return;
    const types = doing(store.typingIn(pane.person.id, id), chat);
    const draft = pane.chat === id ? "" : draftOf(pane.person.id, id);
    const now = JSON.stringify([chat, types, draft, chat.last && brief(chat.last.date)]);
    if (now === drawn) return;
    drawn = now;
    fill(
      button,
      avatar(chat, "large"),
      el("span", { class: "chat-title" }, kindIcon(chat), el("bdi", { text: chat.title })),
      el("span", { class: "chat-when" }, tick(chat), chat.last && el("time", { text: brief(chat.last.date) })),
      el("span", { class: "chat-last" }, types ? el("span", { class: "chat-typing", text: types }) : said(chat, draft)),
      unreadBadge(chat.unread),
    );
  }
}

function kindIcon(chat) {
  const name = { bot: "bot", channel: "channel", group: "group" }[chat.kind];
  return name ? icon(name) : null;
}

function tick(chat) {
  if (!chat.last?.out || chat.kind === "saved") return null;
  return icon(chat.last.id <= chat.read_outbox_up_to ? "read" : "sent");
}

function said(chat, draft) {
  if (draft) return [el("span", { class: "chat-draft", text: "Draft: " }), el("bdi", { text: draft })];
  if (!chat.last) return "";
  const from = chat.kind === "group" && (chat.last.out ? "You" : chat.last.from);
  return [from && el("span", { class: "chat-from", text: `${from}: ` }), el("bdi", { text: chat.last.text })];
}
