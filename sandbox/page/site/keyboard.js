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
