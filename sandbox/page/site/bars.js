// What stands over the field: which message is answered or changed, and the cross that gives it up.

import { clear, el, icon, iconButton } from "./dom.js";

const WORDS = {
  photo: "Photo", video: "Video", animation: "GIF", audio: "Audio", voice: "Voice message", sticker: "Sticker",
  video_note: "Video message", document: "File", poll: "Poll", contact: "Contact", location: "Location",
};

/** Media without a text that could be changed. */
const FIXED = new Set(["sticker", "video_note", "poll", "contact", "location", "dice", "unsupported"]);

/**
 * The last message of one's own, if its text can be changed; else null.
 * @param {any[]} messages oldest first
 */
export function lastOwn(messages) {
  const last = messages.findLast((message) => message.out && !message.service);
  return !last || last.forward || last.via_bot || FIXED.has(last.media?.kind) ? null : last;
}

/** The bar of one composer: at most one message at a time. */
export class Bar {
  /** @param {() => void} changed is called when it was given up with its cross */
  constructor(changed) {
    this.changed = changed;
    this.node = el("div", { class: "composer-bar", role: "group", hidden: true });
    this.kind = null;
    this.message = null;
  }

  /** @param {any} message */
  reply(message) {
    const from = message.from?.name ?? "a message";
    this.show("reply", message, `Reply to ${from}`);
  }

  /** @param {any} message */
  edit(message) {
    this.show("edit", message, "Edit message");
  }

  show(kind, message, title) {
    this.kind = kind;
    this.message = message;
    const lines = [el("strong", { text: title }), el("span", { text: shortly(message), dir: "auto" })];
    const words = el("span", { class: "composer-bar-words" }, ...lines);
    const name = kind === "edit" ? "Stop editing" : "Stop replying";
    clear(this.node).append(icon(kind), words, iconButton("close", name, () => this.giveUp()));
    this.node.setAttribute("aria-label", title);
    this.node.hidden = false;
  }

  /** Nothing is answered or changed any more. */
  clear() {
    this.kind = null;
    this.message = null;
    this.node.hidden = true;
    clear(this.node);
  }

  giveUp() {
    const { kind } = this;
    this.clear();
    this.changed(kind);
  }
}

/** What a message is about, in one line. */
function shortly({ text, media }) {
  const what = media ? media.name || WORDS[media.kind] : "";
  return [what, text.replaceAll(/\s+/g, " ").slice(0, 120)].filter(Boolean).join(", ");
}
