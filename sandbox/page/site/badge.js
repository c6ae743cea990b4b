// The round number of what is unread: short for the eye, said in full.

import { el } from "./dom.js";

const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/**
 * @param {number} count
 * @returns {HTMLElement|null} null: there is nothing unread
 */
export function unreadBadge(count) {
  if (!(count > 0)) return null;
  return el("span", { class: "badge" }, SHORT.format(count), el("span", { class: "hidden", text: " unread" }));
}
