// What stands in the place of the field where nobody may write yet: START, RESTART, UNBLOCK, JOIN, or why not.

import { chatPath, post } from "./api.js";
import { clear, el } from "./dom.js";
import { store } from "./store.js";

/** The door of one composer. */
export class Door {
  /**
   * @param {{
   *   done: (chat: number, messages: any[]) => void, failed: (error: Error) => void, toast: (text: string) => void,
   * }} composer `done`: this chat's was opened, by these messages
   */
  constructor({ done, failed, toast }) {
    Object.assign(this, { done, failed, toast });
    this.node = el("div", { class: "door", hidden: true });
    this.asked = new Set();
    this.shown = "";
  }

  /**
   * Show what has to be done first; open if nothing has.
   * @param {number} person
   * @param {any} chat
   * @param {{parameter: string|null, empty: boolean}} state `parameter`: a link that was opened has it, and waits for
   *   START; `empty`: nothing was said here yet
   * @returns {boolean} whether the field is to be hidden
   */
  show(person, chat, state) {
    const wanted = this.wanted(person, chat, state);
    const now = wanted ? `${chat.id} ${wanted.text} ${state.parameter}` : "";
    if (now !== this.shown) this.draw(person, chat.id, wanted);
    this.shown = now;
    return Boolean(wanted);
  }

  draw(person, chat, wanted) {
    const focused = this.node.contains(document.activeElement);
    clear(this.node);
    this.node.hidden = !wanted;
    if (!wanted) return;
    const { text, press } = wanted;
    this.node.append(press ? this.button(person, chat, wanted) : el("p", { class: "door-words", text }));
    if (focused) this.node.querySelector("button")?.focus();
  }

  wanted(person, chat, { parameter, empty }) {
    const path = chatPath(person, chat.id);
    const start = () => post(`${path}/start`, { parameter: parameter ?? "" });
    const unblock = () => post(`${path}/unblock`);
    if (chat.blocked) {
      if (chat.kind !== "bot") return { text: "Unblock", press: unblock };
      return { text: "Restart bot", press: () => unblock().then(start) };
    }
    if (chat.kind === "bot" && (parameter !== null || empty)) return { text: "Start", press: start };
    if (chat.kind !== "channel" && chat.kind !== "group") return null;
    if (!chat.member) return this.joining(`${person}/${chat.id}`, path, chat);
    if (chat.can_write) return null;
    return { text: chat.kind === "channel" ? "Only admins can write here." : "You may not write in this group." };
  }

  joining(key, path, chat) {
    if (this.asked.has(key)) return { text: "You asked to join. An admin decides." };
    return { text: chat.kind === "channel" ? "Join channel" : "Join group", press: () => this.join(key, path) };
  }

  async join(key, path) {
    const answer = await post(`${path}/join`);
    if (answer.asked) {
      this.asked.add(key);
      this.toast("You asked to join. An admin decides.");
    }
    return answer;
  }

  button(person, chat, { text, press }) {
    const button = el("button", { type: "button", class: "door-button", text });
    button.addEventListener("click", async () => {
      if (button.ariaBusy === "true") return;
      button.ariaBusy = "true";
      try {
        const answer = await press();
        if (answer.chat) store.putChat(person, answer.chat);
        this.done(chat, answer.messages ?? []);
      } catch (error) {
        this.failed(error);
      } finally {
        button.ariaBusy = "false";
      }
    });
    return button;
  }
}
