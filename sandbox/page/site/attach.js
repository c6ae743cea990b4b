// How files get onto the page: chosen, dropped on the conversation, or pasted; then they are asked about and sent.

import { grouped, unsendable } from "./albums.js";
import { el, icon, iconButton } from "./dom.js";
import { askFiles } from "./filesdialog.js";
import { Uploads } from "./uploads.js";

// What is dropped beside a conversation would take the place of the page.
for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}

/** The files of one composer. */
export class Attach {
  /**
   * @param {{
   *   pane: any, chat: () => {person: number, chat: any}|null, replyTo: () => number|null,
   *   sent: (messages: any[]) => void, isOpen: () => boolean,
   * }} composer `isOpen`: whether one may write there now
   */
  constructor({ pane, chat, replyTo, sent, isOpen }) {
    Object.assign(this, { pane, chat, replyTo, isOpen });
    this.uploads = new Uploads(sent, () => this.pane.focus());
    this.tray = this.uploads.node;
    this.input = el("input", { type: "file", multiple: true, hidden: true });
    this.input.addEventListener("change", () => this.chosen());
    this.button = iconButton("attach", "Attach files", () => this.take(null));
    this.place = null;
    this.depth = 0;
    const words = el("p", { text: "Drop files here to send them" });
    this.veil = el("div", { class: "drop-veil", hidden: true }, icon("attach"), words);
  }

  /**
   * Take what is dropped or pasted anywhere on this element.
   * @param {HTMLElement} place
   */
  over(place) {
    if (this.place) return;
    this.place = place;
    place.append(this.veil, this.input);
    place.addEventListener("dragenter", (event) => this.dragged(event, 1));
    place.addEventListener("dragleave", (event) => this.dragged(event, -1));
    place.addEventListener("dragover", (event) => this.brings(event) && event.preventDefault());
    place.addEventListener("drop", (event) => this.dropped(event));
    place.addEventListener("paste", (event) => this.pasted(event));
  }

  /**
   * Ask about these files and send them; null: let the person choose some.
   * @param {File[]|null} files
   */
  async take(files) {
    const where = this.chat();
    if (!where) return;
    if (!this.isOpen()) return this.pane.toast("You may not send files here yet: see below.");
    if (!files) return this.input.click();
    const said = files.map(unsendable).filter(Boolean);
    if (said.length) this.pane.toast(said.join("\n"));
    const sendable = files.filter((file) => !unsendable(file));
    if (!sendable.length) return;
    const answer = await askFiles(sendable, where.chat);
    this.pane.focus();
    if (answer) this.send(where, answer);
  }

  send({ person, chat }, { files, as, together, caption, spoiler }) {
    const replyTo = this.replyTo();
    grouped(files, as, together).forEach((group, number) => {
      const own = number === 0 ? { caption, replyTo } : { caption: "", replyTo: null };
      this.uploads.add({ person, chat, files: group, as, spoiler, ...own });
    });
  }

  chosen() {
    const files = [...this.input.files];
    this.input.value = "";
    if (files.length) void this.take(files);
  }

  brings(event) {
    return Boolean(this.chat()) && event.dataTransfer.types.includes("Files");
  }

  dragged(event, step) {
    if (!this.brings(event)) return;
    event.preventDefault();
    this.depth = Math.max(0, this.depth + step);
    this.veil.hidden = this.depth === 0;
  }

  dropped(event) {
    this.depth = 0;
    this.veil.hidden = true;
    if (!this.brings(event)) return;
    event.preventDefault();
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry()?.isDirectory);
    if (folders.length) this.pane.toast("A folder cannot be sent. Drop the files that are in it.");
    const files = items.filter((item) => !folders.includes(item)).map((item) => item.getAsFile());
    if (files.length) void this.take(files.filter(Boolean));
  }

  pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    void this.take(files);
  }
}
