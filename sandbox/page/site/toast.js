// What the page says in passing.

import { el } from "./dom.js";

/** @param {string} text */
export function toast(text) {
  const node = el("p", { class: "toast", role: "status", text });
  document.body.append(node);
  setTimeout(() => node.remove(), 3000);
}

/** @param {string} text */
export async function alertBox(text) {
  alert(text);
}

/** @param {string} text @returns {Promise<boolean>} */
export async function confirmBox(text) {
  return confirm(text);
}
