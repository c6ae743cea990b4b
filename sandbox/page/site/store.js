// What the page knows: people, their chats, their conversations; kept true by the stream of events.

import { chatPath, get, post } from "./api.js";
import { Live } from "./live.js";
import { Conversation } from "./thread.js";

const TYPING_LASTS = 6000;
const AGAIN_AFTER = 700;
/** Milliseconds to wait for everybody's chats; whose are late are shown when they come. */
const NOT_LONGER = 3000;

/**
 * The one place that knows. Views read it and listen: `people`, `chats` {person}, `messages` {person, chat, put |
 * removed | reset} (also of conversations that nobody looks at), `typing` {person, chat}, `connection` {state}, `start`
 * (everything was asked anew), and events of other kinds by their own names, as they came.
 */
class Store extends EventTarget {
  constructor() {
    super();
    /** @type {Map<number, any>} */
    this.people = new Map();
    /** The answer of /api/start: title, tries, offers, links, told. @type {any} */
    this.start = null;
    this.connection = "open";
    this.chatsOf = new Map();
    this.conversations = new Map();
    this.typing = new Map();
    this.starting = null;
    this.live = new Live({
      event: (event) => this.take(event),
      reset: () => this.restart(),
      state: (state) => this.connected(state),
    });
  }

  /**
   * @param {string} kind
   * @param {(detail: any) => void} fn
   * @returns {() => void} stop listening
   */
  on(kind, fn) {
    const hear = (event) => fn(event.detail);
    this.addEventListener(kind, hear);
    return () => this.removeEventListener(kind, hear);
  }

  tell(kind, detail = {}) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  /** @param {number} id */
  person(id) {
    return this.people.get(id) ?? null;
  }

  /**
   * A person's chats, newest first; empty until they are loaded.
   * @param {number} person
   * @returns {any[]}
   */
  chats(person) {
    const known = this.chatsOf.get(person);
    if (!known) return [];
    known.sorted ??= [...known.chats.values()].sort((one, other) => moment(other) - moment(one));
    return known.sorted;
  }

  /**
   * One chat of a person, or null if it is not among theirs.
   * @param {number} person
   * @param {number} chat
   */
  chat(person, chat) {
    return this.chatsOf.get(person)?.chats.get(chat) ?? null;
  }

  /** Whether this person's chats have been loaded. */
  knows(person) {
    return this.chatsOf.has(person);
  }

  /** How many messages a person has not read, over all chats. */
  unread(person) {
    return this.chats(person).reduce((sum, chat) => sum + (chat.unread || 0), 0);
  }

  /**
   * @param {number} person
   * @param {number} chat
   * @returns {Conversation}
   */
  conversation(person, chat) {
    const key = `${person}/${chat}`;
    let found = this.conversations.get(key);
    if (!found) {
      found = new Conversation(person, chat, (change) => this.tell("messages", { person, chat, ...change }));
      this.conversations.set(key, found);
    }
    return found;
  }

  /**
   * A chat that an answer brought: take it in.
   * @param {number} person
   * @param {any} chat
   */
  putChat(person, chat) {
    const known = this.chatsOf.get(person);
    if (!known) return;
    const before = known.chats.get(chat.id);
    known.chats.set(chat.id, { ...before, ...chat, members: chat.members ?? before?.members ?? null });
    known.sorted = null;
    this.tell("chats", { person, chat: chat.id });
  }

  /** @param {any} person */
  putPerson(person) {
    this.people.set(person.id, person);
    this.tell("people");
  }

  /**
   * Those who write in a chat just now: [{name, action}]; a name is known of those who said something before.
   * @param {number} person
   * @param {number} chat
   */
  typingIn(person, chat) {
    return [...(this.typing.get(`${person}/${chat}`)?.values() ?? [])];
  }

  /** Ask for everything that views stand on, then listen. Raises Refused. */
  async load() {
    const start = await get("/api/start");
    this.start = start;
    this.people = new Map(start.people.map((person) => [person.id, person]));
    this.chatsOf = new Map([...this.chatsOf].filter(([person]) => this.people.has(person)));
    const loaded = Promise.all(start.people.map((person) => this.untilChats(person.id)));
    await Promise.race([loaded, pause(NOT_LONGER)]);
    this.tell("people");
    this.tell("start");
    this.live.open(`${start.epoch}-${start.seq}`);
  }

  /** At first, when what was missed is gone, or when the server is another one: ask for everything until it answers. */
  restart() {
    this.starting ??= this.untilLoaded().finally(() => (this.starting = null));
    return this.starting;
  }

  async untilLoaded() {
    for (;;) {
      try {
        return await this.load();
      } catch {
        this.connected("lost");
        await pause(AGAIN_AFTER);
      }
    }
  }

  /** Ask for a person's chats until there is an answer, as long as they are here. */
  async untilChats(person) {
    while (this.people.has(person)) {
      try {
        return await this.loadChats(person);
      } catch {
        await pause(AGAIN_AFTER);
      }
    }
  }

  async loadChats(person) {
    const { chats } = await get(`/api/people/${person}/chats`);
    this.chatsOf.set(person, { chats: new Map(chats.map((chat) => [chat.id, chat])), sorted: null });
    this.tell("chats", { person });
  }

  /**
   * Say that a chat is read up to a message.
   * @param {number} person
   * @param {number} chat
   * @param {number} upTo
   */
  async read(person, chat, upTo) {
    await post(`${chatPath(person, chat)}/read`, { up_to: upTo });
  }

  connected(state) {
    if (this.connection === state) return;
    this.connection = state;
    this.tell("connection", { state });
  }

  take(event) {
    const { person, kind } = event;
    if (kind === "message") this.arrived(person, event.chat, event.message);
    else if (kind === "edit") this.conversation(person, event.chat).change(event.message);
    else if (kind === "delete") this.deleted(person, event.chat, event.ids);
    else if (kind === "chat") this.putChat(person, event.chat);
    else if (kind === "gone") this.gone(person, event.chat);
    else if (kind === "typing") this.types(person, event.chat, event.from, event.action);
    else if (kind === "people") this.replacePeople(event.people);
    else this.tell(kind, event);
  }

  arrived(person, chat, message) {
    const taken = this.conversation(person, chat).put(message);
    if (!taken) this.tell("messages", { person, chat, put: [message] });
    this.types(person, chat, message.from?.id ?? chat, "cancel");
  }

  deleted(person, chat, ids) {
    for (const conversation of this.conversations.values()) {
      const here = chat === null ? conversation.chat > 0 : conversation.chat === chat;
      if (conversation.person === person && here) conversation.remove(ids);
    }
  }

  gone(person, chat) {
    const known = this.chatsOf.get(person);
    if (!known?.chats.delete(chat)) return;
    known.sorted = null;
    this.tell("chats", { person, chat, gone: true });
  }

  replacePeople(people) {
    const fresh = people.filter((person) => !this.chatsOf.has(person.id));
    this.people = new Map(people.map((person) => [person.id, person]));
    this.tell("people");
    fresh.forEach((person) => void this.untilChats(person.id));
  }

  types(person, chat, from, action) {
    const key = `${person}/${chat}`;
    const here = this.typing.get(key) ?? new Map();
    const known = here.get(from);
    if (action === "cancel" && !known) return;
    clearTimeout(known?.timer);
    here.delete(from);
    if (action !== "cancel") {
      const timer = setTimeout(() => this.types(person, chat, from, "cancel"), TYPING_LASTS);
      here.set(from, { name: this.nameOf(person, chat, from), action, timer });
    }
    this.typing.set(key, here);
    this.tell("typing", { person, chat });
  }

  nameOf(person, chat, id) {
    const said = this.conversation(person, chat).messages.findLast((message) => message.from?.id === id);
    return said?.from.name ?? this.person(id)?.name ?? "";
  }
}

function moment(chat) {
  return chat.last ? chat.last.date : 0;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export const store = new Store();
