// What is asked before files are sent: a look at them, their order, a caption, and as what they go.

import { grouped, kindOf, sized } from "./albums.js";
import { form, labelled, openDialog } from "./dialog.js";
import { clear, el, icon, iconButton } from "./dom.js";
import { Field } from "./field.js";

const CAPTION = 1024;
const LABELS = { auto: "Photos, videos and music as such", document: "Files, as they are", voice: "Voice messages" };

/**
 * Ask about files that are to be sent.
 * @param {File[]} files
 * @param {{title: string}} chat where to
 * @returns {Promise<{files: File[], as: string, together: boolean, caption: string, spoiler: boolean}|null>}
 */
export function askFiles(files, chat) {
  const asked = new FilesDialog(files, chat);
  return asked.answer();
}

class FilesDialog {
  constructor(files, chat) {
    this.files = [...files];
    this.pictures = new Map();
    this.list = el("ol", { class: "files-list" });
    this.input = el("input", { type: "file", multiple: true, hidden: true });
    this.input.addEventListener("change", () => this.added());
    this.as = this.choice();
    this.together = el("input", { type: "checkbox", checked: true });
    this.spoiler = el("input", { type: "checkbox" });
    const beyond = (count) => `${count} too many`;
    this.caption = new Field({ label: "Caption", placeholder: "Add a caption…", limit: CAPTION, beyond });
    this.outcome = el("p", { class: "files-outcome", role: "status" });
    for (const control of [this.as, this.together]) control.addEventListener("change", () => this.drawn());
    this.caption.node.addEventListener("keydown", (event) => this.entered(event));
    this.ask(chat);
    this.drawn();
    this.caption.node.focus();
  }

  ask(chat) {
    const choose = { click: () => this.input.click() };
    const more = el("button", { type: "button", class: "button", text: "Add", on: choose });
    this.togetherRow = el("label", { class: "check" }, this.together, el("span", { text: "Group as an album" }));
    this.spoilerRow = el("label", { class: "check" }, this.spoiler, el("span", { text: "Hide behind a spoiler" }));
    this.asRow = labelled("Send as", this.as);
    this.form = form({
      content: [
        this.list, this.input, this.asRow, this.togetherRow, this.spoilerRow,
        el("div", { class: "caption" }, this.caption.node, this.caption.counter), this.outcome,
      ],
      yes: "Send",
      others: [more],
      send: () => this.send(),
    });
    this.dialog = openDialog({ title: `Send to ${chat.title}`, content: [this.form], className: "files-dialog" });
  }

  /** What was decided; null if it was given up. */
  async answer() {
    const answer = await this.dialog.closed;
    for (const picture of this.pictures.values()) URL.revokeObjectURL(picture);
    return answer;
  }

  send() {
    if (this.caption.value.length > CAPTION) throw new Error(`A caption has at most ${CAPTION} characters.`);
    this.dialog.close({
      files: this.files,
      as: this.as.value,
      together: this.together.checked,
      caption: this.caption.value.trim(),
      spoiler: this.spoiler.checked && !this.spoilerRow.hidden,
    });
  }

  entered(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  choice() {
    const options = Object.entries(LABELS).map(([value, text]) => el("option", { value, text }));
    return el("select", {}, ...options);
  }

  added() {
    this.files.push(...this.input.files);
    this.input.value = "";
    this.drawn();
  }

  /** Show the files and only those choices that they leave. */
  drawn() {
    const sounds = this.files.every((file) => file.type.startsWith("audio/"));
    const voice = this.as.querySelector("[value=voice]");
    voice.hidden = voice.disabled = !sounds;
    if (!sounds && this.as.value === "voice") this.as.value = "auto";
    const as = this.as.value;
    this.asRow.hidden = !sounds && this.files.every((file) => kindOf(file, "auto") === "document");
    this.togetherRow.hidden = this.files.length < 2 || as === "voice";
    this.spoilerRow.hidden = !this.files.every((file) => ["visual", "animation"].includes(kindOf(file, as)));
    clear(this.list).append(...this.files.map((file, at) => this.item(file, at)));
    this.outcome.textContent = said(grouped(this.files, as, this.together.checked));
  }

  item(file, at) {
    const lines = [el("strong", { text: file.name, dir: "auto" }), el("span", { text: sized(file.size) })];
    const words = el("span", { class: "files-words" }, ...lines);
    const step = (by, name, label) =>
      iconButton(name, `Move ${file.name} ${label}`, () => this.move(at, by), { disabled: !this.files[at + by] });
    return el(
      "li", { class: "files-item" },
      this.preview(file), words,
      this.files.length > 1 && step(-1, "up", "up"),
      this.files.length > 1 && step(1, "down", "down"),
      iconButton("close", `Leave out ${file.name}`, () => this.leaveOut(at)),
    );
  }

  preview(file) {
    if (!file.type.startsWith("image/") || file.type.includes("svg")) {
      const name = file.type.startsWith("video/") ? "video" : file.type.startsWith("audio/") ? "music" : "file";
      return el("span", { class: "files-preview" }, icon(name));
    }
    if (!this.pictures.has(file)) this.pictures.set(file, URL.createObjectURL(file));
    return el("img", { class: "files-preview", src: this.pictures.get(file), alt: "" });
  }

  move(at, by) {
    const [file] = this.files.splice(at, 1);
    this.files.splice(at + by, 0, file);
    this.drawn();
    const [up, down] = this.list.children[at + by].querySelectorAll("button");
    const [same, other] = by < 0 ? [up, down] : [down, up];
    (same.disabled ? other : same).focus();
  }

  leaveOut(at) {
    this.files.splice(at, 1);
    if (!this.files.length) return this.dialog.close();
    this.drawn();
    return this.list.children[Math.min(at, this.files.length - 1)].lastElementChild.focus();
  }
}

function said(groups) {
  const albums = groups.filter((group) => group.length > 1).length;
  if (groups.length === 1) return albums ? "One album" : "";
  const which = { 0: "", 1: ", one of them an album" }[albums] ?? `, ${albums} of them albums`;
  return `${groups.length} messages${which}`;
}
