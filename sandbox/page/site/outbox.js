// How texts leave: one after the other, also while the one before is on its way; changed texts of sent messages as well.

import { chatPath, post } from "./api.js";

/** What one pane's person sends. */
export class Outbox {
  /**
   * @param {{person: number, sent: (messages: any[]) => void, failed: (error: Error) => void}} whose
   */
  constructor({ person, sent, failed }) {
    Object.assign(this, { person, sent, failed });
    this.last = Promise.resolve();
  }

  /**
   * Send a text after those before it.
   * @param {number} chat
   * @param {string} text
   * @param {{plain?: boolean, reply?: any}} [how] `plain`: every mark goes out as it is typed
   * @returns {Promise<boolean>} whether it was sent
   */
  async say(chat, text, { plain = false, reply = null } = {}) {
    const body = { text, plain, reply_to: reply?.id ?? null };
    const sending = this.last.then(() => post(`${chatPath(this.person, chat)}/messages`, body));
    this.last = sending.catch(() => null);
    try {
      this.sent((await sending).messages);
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /**
   * Change the text of a message.
   * @param {any} message
   * @param {string} text
   * @returns {Promise<boolean>} whether it says that now
   */
  async change(message, text) {
    try {
      const { messages } = await post(`${chatPath(this.person, message.chat)}/messages/${message.id}/edit`, { text });
      this.sent(messages);
    } catch (error) {
      if (error.name === "MESSAGE_NOT_MODIFIED") return true;
      this.failed(error);
      return false;
    }
    return true;
  }
}
