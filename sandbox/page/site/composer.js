// Where one writes: the field with its buttons, what is done with what was written, and what stands in its way.

import { Answers } from "./answers.js";
import { Attach } from "./attach.js";
import { Bar, lastOwn } from "./bars.js";
import { Commands } from "./commands.js";
import { el, icon, iconButton } from "./dom.js";
import { Door } from "./door.js";
import { draftOf, keepDraft } from "./drafts.js";
import { Field } from "./field.js";
import { Inline } from "./inline.js";
import { note } from "./keys.js";
import { typed } from "./markup.js";
import { Outbox } from "./outbox.js";
import { store } from "./store.js";
import { Suggestions } from "./suggestions.js";

const LIMIT = 4096;
const CAPTION = 1024;

/**
 * The composer of a pane; it follows the chat that is open there.
 * @param {any} pane
 * @returns {HTMLElement}
 */
export function composer(pane) {
  return new Composer(pane).node;
}

class Composer {
  constructor(pane) {
    this.pane = pane;
    this.at = null;
    this.starts = new Map();
    this.parts();
    this.node = this.drawn();
    this.listen();
  }

  parts() {
    const { pane } = this;
    const sent = (messages) => this.sent(messages);
    const failed = (error) => pane.toast(error.message);
    const chat = () => this.here();
    const beyond = (count) => this.beyond(count);
    this.outbox = new Outbox({ person: pane.person.id, sent, failed });
    this.field = new Field({ label: "Message", placeholder: "Message", limit: LIMIT, beyond });
    this.suggestions = new Suggestions(this.field.node);
    this.bar = new Bar((kind) => this.givenUp(kind));
    this.door = new Door({ done: (...given) => this.entered(...given), failed, toast: (text) => pane.toast(text) });
    this.commands = new Commands({
      suggestions: this.suggestions,
      field: this.field,
      chat,
      send: (text) => this.say(text, { plain: true }),
    });
    const replyTo = () => this.takeReply();
    this.inline = new Inline({ pane, suggestions: this.suggestions, field: this.field, chat, replyTo, sent, failed });
    this.attach = new Attach({ pane, chat, replyTo, sent, isOpen: () => !this.writing.hidden });
    this.answers = new Answers({ pane, field: this.field.node, reply: (message) => this.reply(message) });
  }

  drawn() {
    const formats = this.field.toolbar();
    this.sendButton = iconButton("send", "Send", () => this.send(), { class: "send-button" });
    const row = el(
      "div", { class: "composer-row" },
      this.commands.button, this.attach.button, this.field.node, this.inline.waiting,
      formats.button, this.answers.button,
    );
    const box = el("div", { class: "composer-box" }, this.bar.node, formats.row, row);
    const sending = el("div", { class: "composer-send" }, this.field.counter, this.sendButton);
    const line = el("div", { class: "composer-line" }, box, sending);
    this.writing = el("div", { class: "composer-writing" }, line, this.answers.node);
    return el(
      "div", { class: "composer", role: "group", ariaLabel: "Writing", hidden: true },
      this.attach.tray, this.suggestions.node, this.writing, this.door.node,
    );
  }

  listen() {
    const { pane } = this;
    pane.addEventListener("chat", () => this.opened());
    pane.addEventListener("reply", ({ detail }) => this.reply(detail.message));
    pane.addEventListener("edit", ({ detail }) => this.edit(detail.message));
    pane.addEventListener("fill", ({ detail }) => this.fill(detail.text));
    pane.addEventListener("attach", ({ detail }) => this.attach.take(detail.files));
    pane.addEventListener("start", ({ detail }) => this.starting(detail));
    this.field.node.addEventListener("keydown", (event) => this.pressed(event));
    this.field.node.addEventListener("input", () => this.changed());
    this.field.node.addEventListener("filled", () => this.changed());
    store.on("chats", ({ person }) => person === pane.person.id && this.refresh());
    store.on("messages", ({ person, chat, removed }) => {
      if (person !== pane.person.id || chat !== this.at) return;
      if (removed?.includes(this.bar.message?.id)) this.leaveBar();
      this.refresh();
    });
    note("Writing", ["Enter"], "Send");
    note("Writing", ["Shift+Enter"], "A new line");
    note("Writing", ["ArrowUp"], "Edit the last message of your own, in an empty field");
    note("Writing", ["/", "@"], "A bot's commands, and a bot's results for words behind its name");
  }

  /** Where this writes; null while no chat is open or nothing is known of it. */
  here() {
    const person = this.pane.person.id;
    const chat = this.at === null ? null : store.chat(person, this.at);
    return chat && { person, chat };
  }

  opened() {
    this.keep();
    this.at = this.pane.chat;
    this.attach.over(this.pane.view.element);
    this.leaveBar();
    this.inline.close();
    this.commands.close();
    this.refresh();
  }

  /** The chat or what was said in it has changed: who may write, what is asked, what is edited. */
  refresh() {
    const here = this.here();
    this.node.hidden = !here;
    if (!here) return;
    const { messages, loaded } = store.conversation(here.person, here.chat.id);
    const parameter = this.starts.get(here.chat.id) ?? null;
    const empty = here.chat.last === null && (!loaded || messages.length === 0);
    this.writing.hidden = this.door.show(here.person, here.chat, { parameter, empty });
    this.field.node.disabled = this.writing.hidden;
    this.answers.refresh(messages, here.chat);
    if (this.commands.of !== here.chat.id) void this.commands.opened(here.chat.id);
  }

  /** A link was opened that starts a bot: its parameter waits for the person's START. */
  starting({ chat, parameter }) {
    this.starts.set(chat, parameter);
    this.refresh();
    this.door.node.querySelector("button")?.focus();
  }

  /** The door is open, or nearly: the chat is told when it is. */
  entered(chat, messages) {
    this.starts.delete(chat);
    this.sent(messages);
    this.refresh();
    if (this.at === chat && !this.writing.hidden) this.field.node.focus();
  }

  sent(messages) {
    const person = this.pane.person.id;
    for (const message of messages) store.conversation(person, message.chat).put(message);
  }

  // Answering and changing

  reply(message) {
    const edited = this.bar.kind === "edit";
    this.bar.reply(message);
    if (edited) this.restoreDraft();
    this.field.node.focus();
  }

  edit(message) {
    this.keep();
    this.bar.edit(message);
    this.look();
    this.field.limit = message.media ? CAPTION : LIMIT;
    this.field.value = typed(message.text, message.entities);
    this.field.node.focus();
  }

  /** The button sends, or it takes over what was changed. */
  look() {
    const editing = this.bar.kind === "edit";
    const name = editing ? "Save" : "Send";
    this.sendButton.replaceChildren(icon(editing ? "check" : "send"));
    this.sendButton.title = name;
    this.sendButton.setAttribute("aria-label", name);
    this.attach.button.hidden = editing;
  }

  givenUp(kind) {
    if (kind === "edit") this.restoreDraft();
    this.field.node.focus();
  }

  /** Nothing is answered or changed, and the field has what was begun here. */
  leaveBar() {
    this.bar.clear();
    this.restoreDraft();
  }

  restoreDraft() {
    this.look();
    this.field.limit = LIMIT;
    this.field.value = this.at === null ? "" : draftOf(this.pane.person.id, this.at);
  }

  keep() {
    if (this.at !== null && this.bar.kind !== "edit") keepDraft(this.pane.person.id, this.at, this.field.value);
  }

  /** The message that is answered, which is answered by this. */
  takeReply() {
    if (this.bar.kind !== "reply") return null;
    const { message } = this.bar;
    this.bar.clear();
    return message.id;
  }

  editLast() {
    const last = lastOwn(store.conversation(this.pane.person.id, this.at).messages);
    if (last) this.edit(last);
    return last !== null;
  }

  // Sending

  changed() {
    this.keep();
    this.sendButton.classList.toggle("is-idle", !this.field.value.trim());
  }

  fill(text) {
    if (this.bar.kind === "edit") this.leaveBar();
    this.field.value = text;
    this.field.node.focus();
  }

  send() {
    this.commands.close();
    this.inline.close();
    const text = this.field.value;
    if (this.bar.kind === "edit") return this.change(this.bar.message, text);
    this.field.node.focus();
    if (!text.trim()) return undefined;
    const reply = this.bar.kind === "reply" ? this.bar.message : null;
    this.bar.clear();
    this.field.value = "";
    return this.say(text, { reply });
  }

  /** Send a text; what could not be sent comes back. */
  async say(text, how = {}) {
    const { person, chat } = this.here();
    const gone = await this.outbox.say(chat.id, text, how);
    if (!gone) this.giveBack(person, chat.id, text, how.reply);
  }

  giveBack(person, chat, text, reply) {
    const both = [text, draftOf(person, chat)].filter(Boolean).join("\n");
    keepDraft(person, chat, both);
    if (this.at !== chat || this.bar.kind === "edit") return;
    this.field.value = both;
    if (reply && !this.bar.kind) this.bar.reply(reply);
  }

  async change(message, text) {
    if (!text.trim() && !message.media) {
      this.pane.toast("There is no text left. Delete the message instead.");
      return;
    }
    const done = await this.outbox.change(message, text);
    if (done && this.bar.message === message) this.leaveBar();
  }

  beyond(count) {
    return this.bar.kind === "edit" ? `${count} too many` : `${Math.ceil((LIMIT + count) / LIMIT)} messages`;
  }

  // Keys

  pressed(event) {
    if (event.isComposing || event.defaultPrevented) return;
    if (this.suggestions.key(event) || this.takes(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  takes({ key, shiftKey, ctrlKey, altKey, metaKey }) {
    if (shiftKey || altKey) return false;
    if (key === "Enter") {
      this.send();
      return true;
    }
    if (ctrlKey || metaKey) return false;
    if (key === "ArrowUp") return !this.field.value && this.bar.kind !== "edit" && this.editLast();
    if (key !== "Escape" || !this.bar.kind) return false;
    this.bar.giveUp();
    return true;
  }
}
