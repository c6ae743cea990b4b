// How one message looks: its words, and the hour.

import { el } from "./dom.js";
import { hour } from "./when.js";

/**
 * @param {any} message
 * @param {any} pane
 * @returns {HTMLElement}
 */
export function bubble(message, pane) {
  const said = message.service?.text ?? message.text;
  const dataset = { messageId: message.id };
  return el("article", { class: "bubble", dataset }, el("bdi", { text: said }), el("time", { text: hour(message.date) }));
}

/**
 * @param {any[]} messages
 * @param {any} pane
 * @returns {HTMLElement}
 */
export function album(messages, pane) {
  return bubble(messages[0], pane);
}
