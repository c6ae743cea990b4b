// How the chat's own events are told: "Alice joined the group", "Draftkeep pinned a message".

import { el } from "./dom.js";

/**
 * A service message, in the middle of the conversation.
 * @param {object} message one that has `service`
 * @param {import("./pane.js").Pane} pane
 * @returns {HTMLElement}
 */
export function serviceLine(message, pane) {
  const { text } = message.service;
  const target = message.reply_to?.id;
  const jump = { type: "button", class: "told", text, dir: "auto", on: { click: () => pane.jump(target) } };
  return el("article", {
    class: "message service",
    tabIndex: -1,
    dataset: { messageId: String(message.id) },
    ariaLabel: text,
  }, target ? el("button", jump) : el("span", { class: "told", dir: "auto", text }));
}
