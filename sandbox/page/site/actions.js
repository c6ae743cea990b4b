// What can be done with messages, by whom, and how it is asked of the server.

import { chatPath, post } from "./api.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { copied } from "./entities.js";
import { store } from "./store.js";
import { choiceBox } from "./toast.js";

/** Ids of channels and groups are written -100…; links carry what is behind. */
const MARKED = -1_000_000_000_000;

/** The chat of a message as this person has it. */
export function chatOf(message, pane) {
  return store.chat(pane.person.id, message.chat) ?? {};
}

/** What this person may do with a message. @returns {Record<string, boolean>} */
export function rights(message, pane) {
  const chat = chatOf(message, pane);
  const rules = Boolean(chat.creator || chat.admin);
  const several = chat.kind === "group" || chat.kind === "channel";
  const open = !message.protected && !chat.protected;
  const said = !message.service;
  return {
    reply: said && Boolean(chat.can_write),
    edit: said && message.out && !message.forward && !message.via_bot && (Boolean(message.text) || captioned(message)),
    pin: said && (!several || rules),
    copy: said && open && Boolean(message.text),
    link: said && several,
    forward: said && open,
    remove: !several || rules || message.out,
    download: open && Boolean(message.media?.url),
  };
}

function captioned(message) {
  return ["photo", "video", "animation", "audio", "voice", "document"].includes(message.media?.kind);
}

/** Ask one thing of the server; what it refuses is said. @returns {Promise<boolean>} */
async function ask(path, body, pane) {
  try {
    await post(path, body);
    return true;
  } catch (refused) {
    pane.toast(refused.message);
    return false;
  }
}

/**
 * @param {any} message
 * @param {boolean} pinned whether it is to be
 * @param {import("./pane.js").Pane} pane
 */
export function pin(message, pinned, pane) {
  const path = `${chatPath(pane.person.id, message.chat)}/messages/${message.id}`;
  return ask(`${path}/${pinned ? "pin" : "unpin"}`, {}, pane);
}

/**
 * Delete messages, after asking: in a private chat on this side alone or on both, elsewhere for everyone.
 * @param {any[]} messages of one chat
 * @param {import("./pane.js").Pane} pane
 * @returns {Promise<boolean>} whether they are gone
 */
export async function remove(messages, pane) {
  const { kind } = chatOf(messages[0], pane);
  const what = messages.length > 1 ? `these ${messages.length} messages` : "this message";
  const all = { label: "Delete for everyone", value: true, main: true, danger: true };
  const mine = { label: "Delete for me", value: false, danger: true };
  const forAll = await choiceBox(`Delete ${what}?`, kind === "bot" || kind === "private" ? [mine, all] : [all]);
  if (forAll === undefined) return false;
  const body = { ids: messages.map((message) => message.id), for_all: forAll };
  return ask(`${chatPath(pane.person.id, messages[0].chat)}/messages/delete`, body, pane);
}

/** @param {any[]} messages @param {import("./pane.js").Pane} pane */
export function copyText(messages, pane) {
  const texts = messages.map((message) => message.text).filter(Boolean);
  return copied(texts.join("\n\n"), texts.length > 1 ? "Texts copied." : "Text copied.", pane);
}

/** The link that leads to a message of a channel or a group. */
export function copyLink(message, pane) {
  const { username } = chatOf(message, pane);
  const chat = username ?? `c/${MARKED - message.chat}`;
  return copied(`https://t.me/${chat}/${message.id}`, "Link copied.", pane);
}

/** Show a message as the server has it, with everything that a bubble does not show. */
export function showSource(message, pane) {
  const json = JSON.stringify(message, null, 2);
  const copy = el("button", {
    type: "button", class: "button", text: "Copy", on: { click: () => copied(json, "JSON copied.", pane) },
  });
  openDialog({
    title: "What was sent",
    className: "source-dialog",
    content: [el("pre", { class: "source", dir: "ltr", tabIndex: 0, ariaLabel: "The message as JSON", text: json }),
      el("div", { class: "dialog-buttons" }, copy)],
  });
}
