// Where one is: person and chat in the address, what each person has open in this tab's own memory.

const KEY = "open";

/** @returns {{person: number|null, chat: number|null}} */
export function here() {
  const [, person, chat] = /^#\/(\d+)(?:\/(-?\d+))?$/.exec(location.hash) ?? [];
  return { person: person ? Number(person) : null, chat: chat ? Number(chat) : null };
}

/**
 * Write the place into the address; a chat that was opened is a step that the browser's Back takes back.
 * @param {number} person
 * @param {number|null} chat
 */
export function go(person, chat) {
  const hash = chat === null ? `#/${person}` : `#/${person}/${chat}`;
  if (location.hash === hash) return;
  const step = chat !== null && here().person === person && here().chat === null;
  history[step ? "pushState" : "replaceState"](null, "", hash);
}

/** The chat that this person had open. @param {number} person @returns {number|null} */
export function openChat(person) {
  return read()[person] ?? null;
}

/** @param {number} person @param {number|null} chat */
export function keepOpen(person, chat) {
  sessionStorage.setItem(KEY, JSON.stringify({ ...read(), [person]: chat }));
}

/** A switch of this tab that a reload keeps. @param {string} name @param {string} [fallback] */
export function kept(name, fallback = "") {
  return sessionStorage.getItem(name) ?? fallback;
}

/** @param {string} name @param {string} value */
export function keep(name, value) {
  sessionStorage.setItem(name, value);
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}
