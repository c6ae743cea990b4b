// One person's place on the page: their chats and one conversation, side by side or one of them, as the width allows.

import { chatList } from "./chatlist.js";
import { ConversationView } from "./conversation.js";
import { el } from "./dom.js";
import { openLink } from "./linking.js";
import { go, keepOpen, openChat } from "./place.js";
import { alertBox, toast } from "./toast.js";

/**
 * Fires `chat` {chat}, `reply` {message}, `edit` {message}, `fill` {text}, `attach` {files}: who writes hears them.
 */
export class Pane extends EventTarget {
  /** @param {any} person */
  constructor(person) {
    super();
    this.person = person;
    /** @type {number|null} the chat that is open */
    this.chat = null;
    this.shown = false;
    this.view = new ConversationView(this);
    this.list = chatList(this);
    this.element = el(
      "section",
      {
        class: "pane",
        id: `pane-${person.id}`,
        role: "tabpanel",
        ariaLabel: person.name,
        dataset: { personId: person.id },
      },
      el("p", { class: "pane-who" }, el("b", {}, el("bdi", { text: person.name })), el("span", { text: person.note })),
      this.list.element,
      this.view.element,
    );
    this.mark();
  }

  /**
   * Open a chat, at what is unread, or at one message.
   * @param {number} chat
   * @param {{message?: number|null, focus?: boolean}} [at]
   */
  async open(chat, { message = null, focus = false } = {}) {
    if (chat !== this.chat) this.change(chat);
    this.mark();
    await this.view.open(chat, message);
    if (focus) this.focus();
  }

  /** Open the chat that this person had open before the page was loaded again. */
  restore() {
    const chat = openChat(this.person.id);
    if (chat !== null && this.chat === null) void this.open(chat);
  }

  /** Close the conversation; on a narrow pane that is the way back to the chats. */
  back() {
    if (this.chat === null) return;
    const chat = this.chat;
    this.change(null);
    this.view.close();
    this.list.focus(chat);
  }

  /** Be shown or be out of sight, with everything kept. @param {boolean} on */
  show(on) {
    const back = on && !this.shown;
    this.shown = on;
    this.element.inert = !on;
    if (back) this.view.returned();
  }

  /** Be gone, with the person. */
  leave() {
    this.shown = false;
    this.change(null);
    this.view.close();
    this.element.remove();
  }

  /** Look for a chat; on a narrow pane the chats come first. */
  find() {
    this.element.dataset.view = "chats";
    this.list.find();
  }

  /** Leave the search, back to the conversation. */
  found() {
    this.mark();
    this.focus();
  }

  /** Close what is on top; false if nothing was. */
  escape() {
    const open = this.chat !== null;
    this.back();
    return open;
  }

  change(chat) {
    this.chat = chat;
    keepOpen(this.person.id, chat);
    if (this.shown) go(this.person.id, chat);
    this.mark();
    this.view.uncover(chat !== null);
    this.fire("chat", { chat });
  }

  mark() {
    this.element.dataset.view = this.chat === null ? "chats" : "chat";
  }

  /** Put the focus where one writes, or else on the chats. */
  focus() {
    if (this.chat === null) this.list.focus(null);
    else this.view.focus();
  }

  /** @param {any} message */
  reply(message) {
    this.fire("reply", { message });
  }

  /** @param {any} message */
  edit(message) {
    this.fire("edit", { message });
  }

  /** @param {string} text */
  fill(text) {
    this.fire("fill", { text });
  }

  /** @param {File[]|null} [files] null: let the person choose */
  attach(files = null) {
    this.fire("attach", { files });
  }

  /** @param {string} url */
  openLink(url) {
    return openLink(this, url);
  }

  /** @param {number} message */
  jump(message) {
    return this.view.jump(message);
  }

  /** @param {string} text */
  toast(text) {
    toast(text);
  }

  /** @param {string} text */
  alert(text) {
    return alertBox(text);
  }

  fire(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
