// The files on their way, over the field: how far each group is, its cross, and what went wrong with it.

import { sized } from "./albums.js";
import { chatPath, upload } from "./api.js";
import { clear, el, icon, iconButton } from "./dom.js";
import { stillOf } from "./stills.js";

/** The uploads of one pane: those to one chat go one after the other, those to several at once. */
export class Uploads {
  /**
   * @param {(messages: any[]) => void} sent
   * @param {() => void} leave is called when the button that had the focus goes
   */
  constructor(sent, leave) {
    this.sent = sent;
    this.leave = leave;
    this.node = el("ul", { class: "uploads", ariaLabel: "Files on their way" });
    this.lanes = new Map();
  }

  /**
   * Send files as one message or album, after what was given for this chat before.
   * @param {{
   *   person: number, chat: any, files: File[], as: string, caption: string, spoiler: boolean, replyTo: number|null,
   * }} job
   */
  add(job) {
    const shown = new Row(job, { again: () => this.begin(shown), leave: this.leave });
    this.node.append(shown.node);
    this.begin(shown);
  }

  begin(row) {
    const { person, chat } = row.job;
    const lane = `${person}/${chat.id}`;
    const before = this.lanes.get(lane) ?? Promise.resolve();
    const work = before.then(() => this.send(row));
    this.lanes.set(lane, work);
    row.waiting();
  }

  async send(row) {
    if (row.cancelled) return;
    try {
      const { messages } = await row.run();
      row.remove();
      this.sent(messages);
    } catch (error) {
      if (error.name !== "AbortError") row.failed(error.message);
    }
  }
}

/** One group of files on its way. */
class Row {
  constructor(job, { again, leave }) {
    Object.assign(this, { job, again, leave });
    this.stopping = new AbortController();
    this.bar = el("progress", { max: 1, ariaLabel: `Sending ${named(job.files)}` });
    this.state = el("span", { class: "upload-state" });
    this.node = el("li", { class: "upload" });
  }

  get cancelled() {
    return this.stopping.signal.aborted;
  }

  /** Let buttons go; the focus does not go with them. */
  letGo(change) {
    const focused = this.node.contains(document.activeElement);
    change();
    if (focused) this.leave();
  }

  remove() {
    this.letGo(() => this.node.remove());
  }

  waiting() {
    this.stopping = new AbortController();
    this.state.textContent = "Waiting";
    this.state.removeAttribute("role");
    this.bar.removeAttribute("value");
    this.letGo(() => clear(this.node).classList.remove("is-failed"));
    const cancel = iconButton("close", `Cancel ${named(this.job.files)}`, () => this.cancel());
    this.node.append(icon("file"), this.words(this.bar), cancel);
  }

  words(...more) {
    const to = el("span", { class: "upload-name", text: `${named(this.job.files)} → ${this.job.chat.title}` });
    return el("span", { class: "upload-words" }, to, this.state, ...more);
  }

  async run() {
    this.state.textContent = "Sending";
    const { person, chat, files, as, caption, spoiler, replyTo } = this.job;
    const body = new FormData();
    body.append("as", as);
    body.append("caption", caption);
    if (replyTo !== null) body.append("reply_to", String(replyTo));
    if (spoiler) body.append("spoiler", "true");
    for (const file of files) {
      body.append("file", file, file.name);
      const still = as === "auto" ? await stillOf(file) : null;
      if (still) body.append("still", still, "still.jpg");
    }
    this.stopping.signal.throwIfAborted();
    const onProgress = (done, total) => this.progress(done, total);
    return upload(`${chatPath(person, chat.id)}/files`, body, { onProgress, signal: this.stopping.signal });
  }

  progress(done, total) {
    if (done < total) this.bar.value = done / total;
    else this.bar.removeAttribute("value");
    this.state.textContent = done < total ? `${sized(done)} of ${sized(total)}` : "Sending";
  }

  cancel() {
    this.stopping.abort();
    this.remove();
  }

  failed(message) {
    this.state.textContent = message;
    this.state.setAttribute("role", "alert");
    this.letGo(() => clear(this.node).classList.add("is-failed"));
    const press = { click: () => this.again() };
    const again = el("button", { type: "button", class: "button", text: "Try again", on: press });
    const leave = iconButton("close", "Do not send it", () => this.remove());
    this.node.append(icon("warning"), this.words(), again, leave);
  }
}

function named(files) {
  return files.length === 1 ? files[0].name : `${files.length} files`;
}
