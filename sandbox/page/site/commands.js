// When a bot's commands are offered: after a slash at the start of the text, and behind the menu button.

import { chatPath, get } from "./api.js";
import { el, iconButton } from "./dom.js";

const BEGUN = /^\/(\w{0,32})$/;

/** The commands of the chat that a composer writes in; asked for anew each time somebody begins to type one. */
export class Commands {
  /**
   * @param {{
   *   suggestions: import("./suggestions.js").Suggestions, field: import("./field.js").Field,
   *   chat: () => {person: number, chat: any}|null, send: (text: string) => void,
   * }} composer
   */
  constructor({ suggestions, field, chat, send }) {
    this.suggestions = suggestions;
    this.field = field;
    this.chat = chat;
    this.send = send;
    this.all = [];
    this.of = null;
    this.button = iconButton("commands", "Commands", () => this.toggle(), { ariaExpanded: false, hidden: true });
    field.node.addEventListener("input", () => this.typed());
  }

  /**
   * Another chat: what commands it has decides whether there is a menu.
   * @param {number} chat
   */
  async opened(chat) {
    this.of = chat;
    this.all = [];
    this.of = null;
    this.button.hidden = true;
    await this.load();
  }

  /** Ask for the commands; of a chat that has none, or that was left meanwhile, there is no menu. */
  async load() {
    const asked = this.chat();
    if (!asked || asked.chat.kind === "channel" || asked.chat.kind === "saved") return;
    const { commands } = await get(`${chatPath(asked.person, asked.chat.id)}/commands`).catch(() => ({ commands: [] }));
    if (this.chat()?.chat.id !== asked.chat.id) return;
    this.all = commands;
    this.button.hidden = asked.chat.kind !== "bot" || !commands.length;
  }

  /** A text was typed: offer what fits. */
  async typed() {
    if (!BEGUN.test(this.field.value)) {
      this.close();
      return;
    }
    if (this.suggestions.owner !== this) await this.load();
    const begun = BEGUN.exec(this.field.value);
    if (begun) this.offer(begun[1]);
  }

  offer(begun) {
    const fitting = this.all.filter(({ command }) => command.startsWith(begun.toLowerCase()));
    if (fitting.length) this.show(fitting);
    else this.close();
  }

  async toggle() {
    if (this.suggestions.owner === this) {
      this.close();
      return;
    }
    await this.load();
    this.show(this.all);
    this.field.node.focus();
  }

  show(commands) {
    this.button.ariaExpanded = "true";
    this.suggestions.show({
      owner: this,
      label: "Commands",
      items: commands,
      completes: true,
      draw: (command) => [
        el("span", { class: "command-name", text: this.typedAs(command) }),
        el("span", { class: "command-about", text: command.description }),
      ],
      choose: (command, how) => this.chosen(this.typedAs(command), how),
    });
  }

  /** In a group several bots may know a command: there it names its own. */
  typedAs({ command, bot }) {
    return this.chat()?.chat.kind === "group" && bot ? `/${command}@${bot}` : `/${command}`;
  }

  chosen(text, how) {
    this.close();
    if (how === "tab") {
      this.field.value = `${text} `;
      return;
    }
    if (BEGUN.test(this.field.value)) this.field.value = "";
    this.send(text);
  }

  /** Close the list, if it is the commands'. */
  close() {
    this.button.ariaExpanded = "false";
    this.suggestions.hide(this);
  }
}
