// The keyboard of answers that a bot gives instead of letting people type: where it is shown, and when it goes.

import { clear, el, iconButton } from "./dom.js";
import { replyKeyboard, standingKeyboard } from "./keyboard.js";

/** The answers under one composer's field. */
export class Answers {
  /** @param {{pane: any, field: HTMLTextAreaElement, reply: (message: any) => void}} composer */
  constructor({ pane, field, reply }) {
    Object.assign(this, { pane, field, reply });
    this.node = el("div", { class: "answers", hidden: true });
    this.button = iconButton("keyboard", "Show the bot's answers", () => this.toggle(), { hidden: true });
    this.usual = field.placeholder;
    this.shown = null;
    this.replied = new Set();
  }

  /**
   * Take the keyboard that stands here.
   * @param {any[]} messages
   * @param {any} chat
   */
  refresh(messages, chat) {
    const { keyboard = null, message = null } = standingKeyboard(messages) ?? {};
    const answered = messages.some((one) => one.out && one.id > message?.id);
    const asks = keyboard?.kind === "reply" || !answered;
    this.field.placeholder = (asks && keyboard?.placeholder) || this.wording(chat);
    if (keyboard?.kind === "force") this.force(message, messages);
    const used = Boolean(keyboard?.once) && answered;
    const now = message && `${message.chat}/${message.id}/${message.edited}/${used}`;
    if (now === this.shown) return;
    this.shown = now;
    this.draw(keyboard?.kind === "reply" ? keyboard : null, message, used);
  }

  wording({ kind }) {
    return kind === "channel" ? "Broadcast" : this.usual;
  }

  /** The bot wants its message answered: as long as nothing was said since, the answer is begun. */
  force(message, messages) {
    const key = `${message.chat}/${message.id}`;
    if (this.replied.has(key) || messages.at(-1).id !== message.id) return;
    this.replied.add(key);
    this.reply(message);
  }

  draw(keyboard, message, used) {
    clear(this.node);
    this.button.hidden = !keyboard;
    if (keyboard) this.node.append(replyKeyboard(keyboard, this.pane, message));
    this.open(Boolean(keyboard) && !used);
  }

  toggle() {
    this.open(this.node.hidden);
  }

  open(shown) {
    this.node.hidden = !shown;
    const name = shown ? "Hide the bot's answers" : "Show the bot's answers";
    this.button.setAttribute("aria-label", name);
    this.button.title = name;
    this.button.setAttribute("aria-expanded", String(shown));
  }
}
