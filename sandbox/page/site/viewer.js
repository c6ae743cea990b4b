// The full-screen viewer: one photo or video of the chat at a time, the others an arrow key away.

import { rights } from "./actions.js";
import { el, icon, iconButton } from "./dom.js";
import { isPicture } from "./pictures.js";
import { savingUrl } from "./saving.js";
import { sound } from "./sound.js";
import { store } from "./store.js";
import { said } from "./text.js";
import { keepFocus } from "./trap.js";
import { full } from "./when.js";
import { plainName } from "./words.js";
import { Zoom } from "./zoom.js";

const SWIPED = 60;

/**
 * Look at a message's photo, video or animation. Esc or a press beside it closes; the focus goes back.
 * @param {any} message
 * @param {import("./pane.js").Pane} pane
 */
export function openViewer(message, pane) {
  new Viewer(message, pane).show();
}

class Viewer {
  constructor(message, pane) {
    this.pane = pane;
    this.known = store.conversation(pane.person.id, message.chat);
    this.message = this.known.get(message.id) ?? message;
    this.stage = el("div", { class: "stage" });
    this.zoom = new Zoom(this.stage, () => this.stage.querySelector("img"));
    this.caption = el("div", { class: "viewer-text" });
    this.about = el("div", { class: "about" });
    this.count = el("span", { class: "count", role: "status" });
    const save = { class: "icon-button", download: "", ariaLabel: "Download", title: "Download" };
    this.save = el("a", save, icon("download"));
    this.earlier = iconButton("left", "Earlier one", () => this.go(-1), { class: "aside earlier" });
    this.later = iconButton("right", "Later one", () => this.go(1), { class: "aside later" });
    this.shut = iconButton("close", "Close (Esc)", () => this.node.close());
    this.node = this.built();
  }

  built() {
    const tools = el("div", { class: "viewer-tools" },
      this.count,
      iconButton("zoom-in", "Larger (+)", () => this.zoom.by(1), { class: "for-photo" }),
      iconButton("zoom-out", "Smaller (-)", () => this.zoom.by(-1), { class: "for-photo" }),
      this.save,
      this.shut);
    return el("dialog", { class: "viewer", ariaLabel: "Photos and videos", on: {
      keydown: (event) => this.key(event),
      click: (event) => this.beside(event),
      close: () => this.node.remove(),
    } }, this.stage, this.earlier, this.later, el("footer", {}, this.caption, this.about), tools);
  }

  show() {
    keepFocus(this.node);
    document.body.append(this.node);
    this.node.showModal();
    this.stage.addEventListener("pointerdown", (event) => this.swipe(event));
    this.caption.addEventListener("click", (event) => event.target.closest("a") && this.node.close());
    this.draw();
    this.shut.focus();
  }

  /** What the chat has to look at, as far as it is loaded. */
  get all() {
    return this.known.messages.filter((one) => isPicture(one.media) && one.media.url);
  }

  get at() {
    return this.all.findIndex((one) => one.id === this.message.id);
  }

  /** To the next one; before the first of those that are loaded, earlier ones are asked for. */
  async go(step) {
    if (step < 0 && this.at <= 0 && this.known.older) await this.known.loadOlder().catch(() => {});
    const next = this.all[this.at + step];
    if (!next || !this.node.open) return;
    this.message = next;
    this.draw();
  }

  draw() {
    const { all, at, message, pane } = this;
    this.zoom.reset();
    this.stage.replaceChildren(looked(message));
    this.zoom.reset();
    this.node.dataset.kind = message.media.kind;
    this.earlier.disabled = at <= 0 && !this.known.older;
    this.later.disabled = at < 0 || at >= all.length - 1;
    this.count.textContent = at < 0 ? "" : `${at + 1} of ${all.length}${this.known.older ? "+" : ""}`;
    this.save.href = savingUrl(message.media);
    this.save.hidden = !rights(message, pane).download;
    this.caption.replaceChildren(...(message.text ? [said(message, pane)] : []));
    const who = message.out ? "You" : message.from?.name ?? "";
    this.about.replaceChildren(el("bdi", { text: plainName(who) }), el("span", { text: full(message.date) }));
    if (document.activeElement.disabled || !this.node.contains(document.activeElement)) this.shut.focus();
  }

  key(event) {
    event.stopPropagation();
    if (event.target.matches("video") && event.key !== "Escape") return;
    const acts = {
      ArrowLeft: () => this.go(-1), ArrowRight: () => this.go(1),
      "+": () => this.zoom.by(1), "=": () => this.zoom.by(1), "-": () => this.zoom.by(-1), 0: () => this.zoom.reset(),
    };
    const act = event.ctrlKey || event.metaKey ? null : acts[event.key];
    if (!act) return;
    event.preventDefault();
    void act();
  }

  beside(event) {
    if (this.zoom.scale === 1 && !this.swiped && [this.node, this.stage].includes(event.target)) this.node.close();
  }

  /** A finger across the picture, as it fits, goes on; downwards closes. */
  swipe(event) {
    this.swiped = false;
    if (event.pointerType !== "touch" || this.zoom.scale > 1) return;
    this.stage.addEventListener("pointerup", (end) => {
      const [across, down] = [end.clientX - event.clientX, end.clientY - event.clientY];
      if (this.zoom.scale > 1 || Math.max(Math.abs(across), Math.abs(down)) < SWIPED) return;
      this.swiped = true;
      if (Math.abs(across) > Math.abs(down)) void this.go(across < 0 ? 1 : -1);
      else if (down > 0) this.node.close();
    }, { once: true });
  }
}

function looked(message) {
  const { media } = message;
  const name = plainName(media.name ?? "");
  if (media.kind === "photo" || media.mime === "image/gif") {
    const { width, height } = media;
    const alt = message.text || name || "Photo";
    return el("img", { src: media.url, alt, draggable: false, width: width || null, height: height || null });
  }
  const loops = media.kind === "animation";
  const video = el("video", {
    src: media.url, poster: media.thumb, controls: true, loop: loops, muted: loops, playsInline: true, ariaLabel: name || "Video",
  });
  // A browser that does not let it play shows its own button for that.
  sound(video).catch(() => {});
  return video;
}
