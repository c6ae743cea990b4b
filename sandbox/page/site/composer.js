// Where one writes.

import { chatPath, post } from "./api.js";
import { el } from "./dom.js";
import { store } from "./store.js";

/**
 * @param {any} pane
 * @returns {HTMLElement}
 */
export function composer(pane) {
  const field = el("textarea", { rows: 1, ariaLabel: "Message", placeholder: "Message", on: { keydown: key } });
  return el("div", { class: "composer" }, field);

  async function key(event) {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    const text = field.value;
    field.value = "";
    const { messages } = await post(`${chatPath(pane.person.id, pane.chat)}/messages`, { text });
    messages.forEach((message) => store.conversation(pane.person.id, pane.chat).put(message));
  }
}
