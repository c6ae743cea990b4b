// Which messages a press on the page is about.

import { store } from "./store.js";

/**
 * The messages that a node stands for: one, or all of an album's.
 * @param {HTMLElement} node one with `data-message-id`
 * @returns {number[]}
 */
export function idsOf(node) {
  return (node.dataset.messageIds ?? node.dataset.messageId).split(" ").map(Number);
}

/**
 * What is meant by a press on some node: a picture of an album alone, or everything that its article holds.
 * @param {Element} target
 * @param {import("./pane.js").Pane} pane
 * @returns {{article: HTMLElement, message: any, messages: any[]}|null} null where there is no message
 */
export function subjectOf(target, pane) {
  const article = target.closest?.("article.message");
  if (!article) return null;
  const known = store.conversation(pane.person.id, pane.chat);
  const messages = idsOf(target.closest("[data-message-id]")).map((id) => known.get(id)).filter(Boolean);
  return messages.length ? { article, messages, message: messages[0] } : null;
}
