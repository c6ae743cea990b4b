// What the page knows of one conversation: an unbroken run of its messages, and whether there are more on either side.

import { chatPath, get } from "./api.js";

const PAGE = 50;

/** The messages of one chat as one person sees them, oldest first, without gaps between the first and the last. */
export class Conversation {
  /**
   * @param {number} person
   * @param {number} chat
   * @param {(change: {put?: any[], removed?: number[], reset?: boolean}) => void} told
   */
  constructor(person, chat, told) {
    this.person = person;
    this.chat = chat;
    this.told = told;
    /** @type {any[]} */
    this.messages = [];
    this.older = true;
    this.newer = false;
    this.loaded = false;
    this.asking = new Map();
    this.turn = 0;
    /** What happened while an answer was on its way, which may not know of it. @type {(() => void)[]|null} */
    this.meanwhile = null;
  }

  /** @param {number} id */
  get(id) {
    const at = this.place(id);
    return this.messages[at]?.id === id ? this.messages[at] : null;
  }

  /** The newest ones; what was there before is forgotten. */
  loadLatest() {
    return this.once("latest", () => this.replace(`limit=${PAGE}`));
  }

  /** Those around one message; what was there before is forgotten. */
  loadAround(id) {
    return this.once(`around ${id}`, () => this.replace(`around=${id}&limit=${PAGE}`));
  }

  /** Fifty more at the old end; nothing if there are none. */
  loadOlder() {
    if (!this.older || !this.messages.length) return Promise.resolve();
    return this.once("older", async () => {
      const first = this.messages[0].id;
      const page = await this.ask(`before=${first}&limit=${PAGE}`);
      if (this.messages[0]?.id !== first) return;
      this.older = page.older && page.messages.length > 0;
      this.merge(page.messages);
    });
  }

  /** Fifty more at the new end; nothing if there are none. */
  loadNewer() {
    if (!this.newer || !this.messages.length) return Promise.resolve();
    return this.once("newer", async () => {
      const last = this.messages.at(-1).id;
      const page = await this.ask(`after=${last}&limit=${PAGE}`);
      if (this.messages.at(-1)?.id !== last) return;
      this.newer = page.newer && page.messages.length > 0;
      this.merge(page.messages);
    });
  }

  /**
   * Ask anew for what is shown, after a time of which nothing is known.
   * @param {number|null} near the message to stay at; null: the end
   */
  refresh(near) {
    return near === null ? this.loadLatest() : this.loadAround(near);
  }

  /**
   * One that is new or has changed. One that would leave a gap is not taken: it comes when its part is loaded.
   * @param {any} message
   * @returns {boolean} whether it was taken
   */
  put(message) {
    this.meanwhile?.push(() => this.take(message));
    return this.take(message);
  }

  take(message) {
    const first = this.messages[0]?.id ?? 0;
    const last = this.messages.at(-1)?.id ?? 0;
    const apart = (this.newer && message.id > last) || (this.older && message.id < first);
    if (!this.loaded || apart) return false;
    this.merge([message]);
    return true;
  }

  /**
   * One that has changed, if it is here.
   * @param {any} message
   */
  change(message) {
    const put = () => this.get(message.id) && this.merge([message]);
    this.meanwhile?.push(put);
    put();
  }

  /** @param {number[]} ids */
  remove(ids) {
    this.meanwhile?.push(() => this.drop(ids));
    this.drop(ids);
  }

  drop(ids) {
    const gone = new Set(ids);
    const removed = this.messages.filter((message) => gone.has(message.id)).map((message) => message.id);
    if (!removed.length) return;
    this.messages = this.messages.filter((message) => !gone.has(message.id));
    this.told({ removed });
  }

  /** Have these instead of what was there; of several questions on their way only the last one counts. */
  async replace(query) {
    const turn = ++this.turn;
    const { messages, older, newer } = await this.ask(query);
    if (turn !== this.turn) return;
    this.messages = messages;
    this.older = older;
    this.newer = newer;
    this.loaded = true;
    this.told({ reset: true });
  }

  /** Take messages in, each at its place; most often all of them belong to one end. */
  merge(messages) {
    for (const message of messages) {
      const at = this.place(message.id);
      const known = this.messages[at]?.id === message.id;
      this.messages.splice(at, known ? 1 : 0, message);
    }
    this.told({ put: messages });
  }

  /** Where the message of this id is, or would be. */
  place(id) {
    let low = 0;
    let high = this.messages.length;
    if (high && this.messages[high - 1].id < id) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.messages[middle].id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  ask(query) {
    return get(`${chatPath(this.person, this.chat)}/messages?${query}`);
  }

  /** The same question is asked once at a time; who asks again gets the first one's answer. */
  once(name, load) {
    const running = this.asking.get(name);
    if (running) return running;
    this.meanwhile ??= [];
    const asked = load().finally(() => this.answered(name));
    this.asking.set(name, asked);
    return asked;
  }

  /** An answer came: what happened on its way is true of it too. */
  answered(name) {
    this.asking.delete(name);
    if (this.asking.size) return;
    const happened = this.meanwhile ?? [];
    this.meanwhile = null;
    happened.forEach((again) => again());
  }
}
