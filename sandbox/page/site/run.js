// How far somebody is with one thing to try: its steps tick off by what really happens, whoever does it and however.

import { store } from "./store.js";

/** One thing to try, and what of it has happened since it was begun. */
export class Run {
  /** @param {any} given a try, as the server gives it */
  constructor(given) {
    this.given = given;
    this.begin();
  }

  /** From the first step; what is there already does not count. */
  begin() {
    this.done = 0;
    this.since = Date.now() / 1000;
    this.known = new Map();
    for (const [person, chat] of this.given.steps.flatMap((step) => [step, step.seen ?? {}]).map(placeOf)) {
      this.known.set(`${person}/${chat}`, store.chat(person, chat)?.last?.id ?? 0);
    }
  }

  /** Whether this is about the same thing to try, with the same people in the same chats. */
  is(given) {
    return JSON.stringify(given) === JSON.stringify(this.given);
  }

  get steps() {
    return this.given.steps;
  }

  get isOver() {
    return this.done >= this.steps.length;
  }

  /** The step that comes next, null when all are done. */
  get next() {
    return this.steps[this.done] ?? null;
  }

  /**
   * Look whether this message is what a step waits for; then that step is done, and those before it.
   * @returns {boolean} whether anything ticked off
   */
  hear(person, chat, message) {
    if (!this.isNew(person, chat, message)) return false;
    for (let at = this.steps.length - 1; at >= this.done; at -= 1) {
      const seen = expected(this.steps[at]);
      if (!seen || !fits(seen, person, chat, message)) continue;
      this.done = at + 1;
      return true;
    }
    return false;
  }

  /** A step that is nothing but looking is done by looking. */
  looked(person, chat) {
    const step = this.next;
    if (step?.do !== "open" || step.seen || step.person !== person || step.chat !== chat) return false;
    this.done += 1;
    return true;
  }

  isNew(person, chat, message) {
    const key = `${person}/${chat}`;
    const last = this.known.get(key) ?? 0;
    return message.id > last || (message.edited ?? 0) >= this.since;
  }
}

function placeOf({ person, chat }) {
  return [person, chat];
}

/** What is to be seen when a step is done. */
function expected(step) {
  if (step.seen) return { person: step.person, chat: step.chat, ...step.seen };
  const mine = { person: step.person, chat: step.chat, out: true };
  if (step.do === "attach") return { ...mine, media: true };
  return step.do === "send" || step.do === "reply" ? { ...mine, exactly: step.value } : null;
}

function fits(seen, person, chat, message) {
  return (
    seen.person === person &&
    seen.chat === chat &&
    (seen.out === undefined || seen.out === message.out) &&
    (seen.media === undefined || seen.media === Boolean(message.media)) &&
    (seen.exactly === undefined || seen.exactly.trim() === message.text.trim()) &&
    (seen.text === undefined || says(message, seen.text)) &&
    (seen.button === undefined || findButton(message, { data: seen.button, label: seen.button }) !== null)
  );
}

/** Whether a message's text, or an address in it, is as this pattern says. */
export function says(message, pattern) {
  return new RegExp(pattern, "u").test(message.text) || linkIn(message, pattern) !== null;
}

/**
 * The address in a message that fits a pattern.
 * @returns {string|null}
 */
export function linkIn(message, pattern) {
  const wanted = new RegExp(pattern, "u");
  const urls = message.entities.map(({ type, url, offset, length }) =>
    type === "text_link" ? url : type === "url" ? message.text.slice(offset, offset + length) : null,
  );
  return urls.find((url) => url && wanted.test(url)) ?? null;
}

/**
 * The callback button of a message that fits a label or its data.
 * @returns {any|null}
 */
export function findButton(message, { label, data }) {
  const fitting = (pattern, text) => pattern !== undefined && new RegExp(pattern, "u").test(text);
  return (message.buttons ?? []).flat().find((button) => fitting(label, button.text) || fitting(data, decoded(button.data))) ?? null;
}

function decoded(data) {
  return data ? new TextDecoder().decode(Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))) : "";
}
