// What the people, bots and channels behind the curtain are called.

import { store } from "./store.js";

const known = new Map();

/**
 * Take names in, as the server gives them with the ledger.
 * @param {Record<string, string>} names by id
 */
export function learn(names) {
  for (const [id, name] of Object.entries(names)) known.set(Number(id), name);
}

/**
 * A name for an id as bots write it; the id itself where nobody told one.
 * @param {number|string|null|undefined} id
 * @returns {string}
 */
export function nameOf(id) {
  if (id === null || id === undefined) return "";
  if (id === 0) return "not signed in yet";
  const number = Number(id);
  return store.people.get(number)?.name ?? known.get(number) ?? String(id);
}
