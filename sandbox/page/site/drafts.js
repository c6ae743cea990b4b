// Where texts that were begun are kept until they are sent: one for each chat of each person, over a reload as well.

const PREFIX = "draft";
const held = new Map();

/**
 * What was begun in a chat; empty if nothing was.
 * @param {number} person
 * @param {number} chat
 * @returns {string}
 */
export function draftOf(person, chat) {
  const key = keyOf(person, chat);
  if (!held.has(key)) held.set(key, stored((storage) => storage.getItem(key)) ?? "");
  return held.get(key);
}

/**
 * Keep what was begun; an empty text forgets it. The document hears `draft` {person, chat}.
 * @param {number} person
 * @param {number} chat
 * @param {string} text
 */
export function keepDraft(person, chat, text) {
  if (draftOf(person, chat) === text) return;
  const key = keyOf(person, chat);
  held.set(key, text);
  stored((storage) => (text ? storage.setItem(key, text) : storage.removeItem(key)));
  document.dispatchEvent(new CustomEvent("draft", { detail: { person, chat } }));
}

function keyOf(person, chat) {
  return `${PREFIX} ${person} ${chat}`;
}

// A browser may forbid storage or have none left: then drafts last as long as the page.
function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}
