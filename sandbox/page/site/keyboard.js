// The keyboard that a bot puts under the field where one writes.

import { el } from "./dom.js";

/**
 * @param {any} keyboard
 * @param {any} pane
 * @returns {HTMLElement}
 */
export function replyKeyboard(keyboard, pane) {
  const rows = keyboard.rows.map((row) => row.map(({ text }) => el("button", { text, on: { click: () => pane.fill(text) } })));
  return el("div", { class: "reply-keyboard" }, rows.flat());
}

/**
 * Which keyboard stands now: that of the newest message that says anything about it, unless it takes it away.
 * @param {any[]} messages of one conversation, oldest first
 * @returns {{keyboard: any, message: any}|null}
 */
export function standingKeyboard(messages) {
  const message = messages.findLast((one) => one.keyboard && !one.out);
  return message && message.keyboard.kind !== "remove" ? { keyboard: message.keyboard, message } : null;
}
