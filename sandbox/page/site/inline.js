// What `@bot words` in the field does: the bot's results over it, more of them on the way down, one of them sent.

import { chatPath, post } from "./api.js";
import { el, icon } from "./dom.js";
import { openLink } from "./linking.js";

const ASKED = /^@([A-Za-z]\w{3,31})\s([\s\S]*)$/;
const PAUSE = 350;

/** The inline mode of one composer. */
export class Inline {
  /**
   * @param {{
   *   pane: any, suggestions: import("./suggestions.js").Suggestions, field: import("./field.js").Field,
   *   chat: () => {person: number, chat: any}|null, replyTo: () => number|null, sent: (messages: any[]) => void,
   *   failed: (error: Error) => void,
   * }} composer
   */
  constructor({ pane, suggestions, field, chat, replyTo, sent, failed }) {
    Object.assign(this, { pane, suggestions, field, chat, replyTo, sent, failed });
    this.waiting = el("span", { class: "inline-waiting", role: "status", hidden: true, text: "Asking the bot…" });
    this.refusing = new Set();
    this.timer = 0;
    this.asking = null;
    this.next = "";
    field.node.addEventListener("input", () => this.typed());
    field.node.addEventListener("filled", () => this.typed());
  }

  /** Forget what was asked: another chat, or the text is gone. */
  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = null;
    this.waiting.hidden = true;
    this.suggestions.hide(this);
  }

  typed() {
    const asked = ASKED.exec(this.field.value);
    this.close();
    if (!asked || this.refusing.has(asked[1].toLowerCase())) return;
    this.timer = setTimeout(() => this.ask(asked[1], asked[2].trim()), PAUSE);
  }

  async ask(bot, query) {
    const where = this.chat();
    if (!where) return;
    this.waiting.hidden = false;
    const answer = await this.answer({ bot, query, offset: "", chat: where.chat.id });
    if (!answer) return;
    this.next = answer.next_offset;
    const { text: title, start } = answer.switch_pm ?? {};
    const head = answer.switch_pm ? [{ type: "switch", title, start }] : [];
    this.suggestions.show({
      owner: this,
      label: `Results of @${bot}`,
      items: [...head, ...pageOf(answer)],
      gallery: Boolean(answer.gallery),
      draw,
      name: ({ title, description, type }) => [title, description].filter(Boolean).join(", ") || type,
      choose: (item) => (item.type === "switch" ? this.leave(bot, item.start) : this.choose(bot, item)),
      more: () => this.more(bot, query),
    });
  }

  /** The next page, once the end of this one comes near. */
  async more(bot, query) {
    const where = this.chat();
    if (!this.next || this.asking || !where) return;
    const answer = await this.answer({ bot, query, offset: this.next, chat: where.chat.id });
    if (!answer) return;
    this.next = answer.results.length ? answer.next_offset : "";
    this.suggestions.add(pageOf(answer));
  }

  /** Ask the server; null when nobody waits for the answer any more or there is none. */
  async answer(question) {
    const asking = new AbortController();
    this.asking = asking;
    try {
      const { person } = this.chat();
      return await post(`/api/people/${person}/inline`, question, { signal: asking.signal });
    } catch (error) {
      if (asking.signal.aborted) return null;
      this.refused(question.bot, error);
      return null;
    } finally {
      if (this.asking === asking) {
        this.asking = null;
        this.waiting.hidden = true;
      }
    }
  }

  /** One that has no inline mode is not asked again; anything else that went wrong is said. */
  refused(bot, error) {
    if (error.status === 400 || error.status === 404) this.refusing.add(bot.toLowerCase());
    else this.failed(error);
  }

  async choose(bot, result) {
    const where = this.chat();
    const typed = this.field.value;
    this.field.value = "";
    const chosen = { query_id: result.query_id, result_id: result.id, bot, reply_to: this.replyTo() };
    try {
      const { messages } = await post(`${chatPath(where.person, where.chat.id)}/inline`, chosen);
      this.sent(messages);
    } catch (error) {
      this.field.value ||= typed;
      this.failed(error);
    }
  }

  /** What the bot wants to settle in its own chat first. */
  leave(bot, start) {
    this.field.value = "";
    openLink(this.pane, `https://t.me/${bot}?start=${encodeURIComponent(start)}`);
  }
}

function pageOf({ query_id, results }) {
  return results.map((result) => ({ ...result, query_id }));
}

function draw({ type, title, description, text, thumb }) {
  if (type === "switch") return [el("span", { class: "inline-switch", text: title })];
  const picture = thumb
    ? el("img", { class: "inline-thumb", src: thumb, alt: "", loading: "lazy" })
    : el("span", { class: "inline-thumb" }, icon("file"));
  const about = description || text || "";
  const words = [el("strong", { text: title || type }), el("span", { text: about })];
  return [picture, el("span", { class: "inline-words" }, ...words)];
}
