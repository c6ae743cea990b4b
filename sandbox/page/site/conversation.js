// One conversation on the page: its head, what was said, and where one writes.

import { chatPath, get } from "./api.js";
import { calm } from "./calm.js";
import { composer } from "./composer.js";
import { el } from "./dom.js";
import { head } from "./head.js";
import { mountMenu } from "./menu.js";
import { Rows } from "./rows.js";
import { Scroller } from "./scroller.js";
import { selectionBar } from "./select.js";
import { store } from "./store.js";

const READ_EVERY = 300;

/** The right side of a pane. */
export class ConversationView {
  /** @param {any} pane */
  constructor(pane) {
    this.pane = pane;
    this.scroller = new Scroller(this);
    this.rows = new Rows(this.scroller.inside, pane);
    this.head = head(pane);
    this.composer = composer(pane);
    /** @type {number|null} the chat that is open */
    this.opened = null;
    this.unreadAfter = null;
    this.removed = new Set();
    this.drawing = 0;
    this.reading = 0;
    this.readUpTo = 0;
    const parts = [this.head.element, this.scroller.element, selectionBar(pane), this.composer];
    this.inside = el("div", { class: "conversation-inside", hidden: true }, parts);
    this.none = el("p", { class: "conversation-none" }, el("span", { text: "Choose a chat to start messaging" }));
    this.element = el("section", { class: "conversation", ariaLabel: "Conversation" }, this.inside, this.none);
    this.scroller.log.addEventListener("keydown", (event) => this.keys(event));
    mountMenu(this.scroller.log, pane);
    this.listen();
  }

  listen() {
    const here = ({ person, chat }) => person === this.pane.person.id && chat === this.pane.chat;
    store.on("messages", (change) => here(change) && this.changed(change));
    store.on("typing", (change) => here(change) && this.drawHead());
    store.on("chats", (change) => change.person === this.pane.person.id && this.chatChanged(change));
    store.on("start", () => this.pane.chat !== null && this.again());
    store.on("connection", ({ state }) => state === "open" && this.missing() && this.again());
    document.addEventListener("visibilitychange", () => this.seen());
  }

  get thread() {
    return store.conversation(this.pane.person.id, this.pane.chat);
  }

  get chat() {
    return store.chat(this.pane.person.id, this.pane.chat);
  }

  /**
   * Show the pane's chat, at what is unread or at one message.
   * @param {number} chat
   * @param {number|null} message
   */
  async open(chat, message) {
    if (this.opened === chat) return message === null ? undefined : this.jump(message);
    this.opened = chat;
    this.rows.forget();
    if (!this.chat) await this.meet(chat);
    if (this.opened !== chat) return;
    this.begin();
    if (this.chat?.members === null && chat < 0) void this.meet(chat);
    await this.load((thread) => this.first(thread, message));
    if (this.opened === chat) await this.arrive(message);
  }

  /** Ask for a chat that is not among the person's own (one opened by its link), or for how many are in it. */
  async meet(chat) {
    try {
      store.putChat(this.pane.person.id, await get(chatPath(this.pane.person.id, chat)));
    } catch (error) {
      if (this.pane.chat !== chat || this.chat) return;
      this.failed(error);
      this.pane.back();
    }
  }

  begin() {
    const { chat } = this;
    this.unreadAfter = chat?.unread > 0 ? chat.read_up_to : null;
    this.readUpTo = chat?.read_up_to ?? 0;
    this.scroller.stuck = this.unreadAfter === null;
    this.drawHead();
    this.element.setAttribute("aria-label", `Conversation with ${chat?.title ?? ""}`);
    this.scroller.log.setAttribute("aria-label", `Messages with ${chat?.title ?? ""}`);
  }

  first(thread, message) {
    if (message !== null) return thread.get(message) ? null : thread.loadAround(message);
    const from = this.unreadAfter === null ? null : this.unreadAfter || 1;
    if (from !== null) return thread.get(from) ? null : thread.loadAround(from);
    return thread.loaded && !thread.newer ? null : thread.loadLatest();
  }

  async arrive(message) {
    this.draw();
    if (message !== null) await this.jump(message);
    else if (this.rows.unread.isConnected) await this.scroller.toNode(this.rows.unread, "start");
    else this.scroller.toBottom();
    this.scroller.scrolled();
  }

  /** Load messages; while they come nothing is read out. */
  async load(how) {
    this.scroller.log.ariaBusy = "true";
    try {
      await how(this.thread);
      this.draw();
    } catch (error) {
      this.failed(error);
    } finally {
      this.scroller.log.ariaBusy = "false";
    }
  }

  close() {
    this.opened = null;
    this.rows.forget();
  }

  /** Have the place of a conversation, or say that there is none; who writes measures itself in it. */
  uncover(on) {
    this.inside.hidden = !on;
    this.none.hidden = on;
  }

  /** Whether what is open could not be loaded. */
  missing() {
    return this.pane.chat !== null && !this.thread.loaded;
  }

  /** One is back at this pane: what came meanwhile is below a line. */
  returned() {
    if (!this.chat) return;
    if (this.chat.unread > 0) this.unreadAfter = this.chat.read_up_to;
    this.draw();
  }

  /** After a time of which nothing is known: everything as it is now, at the same place. */
  async again() {
    if (!this.chat) await this.meet(this.pane.chat);
    if (!this.chat) return;
    this.readUpTo = this.chat.read_up_to ?? 0;
    const near = this.scroller.stuck ? null : this.scroller.firstInSight()?.messages[0].id ?? null;
    await this.load((thread) => thread.refresh(near));
  }

  /** A chat that one has left is left on the page too. */
  chatChanged({ chat, gone }) {
    if (gone && chat === this.pane.chat) this.pane.back();
    else if (this.pane.chat !== null) this.later();
  }

  changed({ put, removed }) {
    removed?.forEach((id) => this.removed.add(id));
    const own = put?.length === 1 && put[0].out && !this.rows.of.has(put[0].id) && put[0].id > this.newest();
    if (own) this.answers();
    if (own && this.thread.newer) void this.scroller.toEnd();
    this.later();
  }

  /** Who answers has read what was there: no line is needed, and the end is where one looks. */
  answers() {
    this.unreadAfter = null;
    this.scroller.stuck = true;
  }

  newest() {
    return this.rows.units.at(-1)?.messages.at(-1).id ?? 0;
  }

  /** Draw once for everything that comes before the next frame. */
  later() {
    this.drawing ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.drawing);
    this.drawing = 0;
    const { chat } = this;
    if (!chat || this.opened !== chat.id) return;
    const put = this.scroller.hold();
    this.rows.show(this.thread.messages, {
      readUpTo: chat.read_outbox_up_to ?? 0,
      unreadAfter: this.unreadAfter,
      pictures: chat.kind === "group",
      removed: this.removed,
    });
    this.removed.clear();
    put();
    this.drawHead();
    this.scroller.scrolled();
  }

  drawHead() {
    if (this.chat) this.head.show(this.chat);
  }

  /** Say what is in sight as read; at most a few times a second. */
  seen() {
    if (document.hidden || !this.pane.shown || this.reading || !(this.chat?.unread > 0)) return;
    const id = this.scroller.lastInSight()?.messages.at(-1).id ?? 0;
    if (id <= this.readUpTo) return;
    this.readUpTo = id;
    this.reading = setTimeout(() => this.rested(), READ_EVERY);
    store.read(this.pane.person.id, this.pane.chat, id).catch(() => {});
  }

  rested() {
    this.reading = 0;
    if (this.pane.chat !== null) this.seen();
  }

  /**
   * Go to a message, wherever it is, and let it light up.
   * @param {number} id
   */
  async jump(id) {
    if (!this.rows.of.has(id)) await this.load((thread) => thread.loadAround(id));
    const unit = this.rows.of.get(id);
    if (!unit) return this.pane.toast("This message is not there any more.");
    await this.scroller.toNode(unit.node, "center");
    unit.bubble.focus({ preventScroll: true });
    unit.node.classList.remove("flash");
    void unit.node.offsetWidth;
    unit.node.classList.add("flash");
    unit.node.addEventListener("animationend", () => unit.node.classList.remove("flash"), { once: true });
  }

  focus() {
    const find = (what) => this.composer.querySelector(what);
    const field = find("textarea:not([disabled])") ?? find(".door-button") ?? this.scroller.log;
    field.focus({ preventScroll: true });
  }

  /** Arrows go from message to message, Escape back to where one writes. */
  keys(event) {
    const { units } = this.rows;
    const at = units.findIndex(({ bubble }) => bubble === document.activeElement);
    const inside = document.activeElement === this.scroller.log;
    if (event.key === "Escape" && !inside) return this.stop(event, () => this.focus());
    if ((at < 0 && !inside) || event.altKey || event.ctrlKey || !units.length) return;
    const last = units.length - 1;
    const to = { ArrowUp: at < 0 ? last : at - 1, ArrowDown: at < 0 ? last : at + 1, Home: 0, End: last }[event.key];
    if (to !== undefined) this.stop(event, () => this.step(to));
  }

  step(to) {
    const unit = this.rows.units[to];
    if (!unit) return to < 0 ? undefined : this.focus();
    unit.bubble.focus({ preventScroll: true });
    unit.node.scrollIntoView({ block: "nearest", behavior: calm() ? "instant" : "auto" });
  }

  stop(event, act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  failed(error) {
    this.pane.toast(error.message);
  }
}
