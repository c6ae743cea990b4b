// Choosing several messages, and what is done with all of them at once.

import { copyText, remove, rights } from "./actions.js";
import { clear, el, iconButton } from "./dom.js";
import { forward } from "./forward.js";
import { store } from "./store.js";
import { idsOf, subjectOf } from "./subjects.js";

const MOST = 100;
const selections = new WeakMap();

/**
 * The selection of a pane: one, in the chat that is open.
 * @param {import("./pane.js").Pane} pane
 * @returns {Selection}
 */
export function selectionOf(pane) {
  if (!selections.has(pane)) selections.set(pane, new Selection(pane));
  return selections.get(pane);
}

/**
 * The bar that stands in place of the composer while messages are chosen.
 * @param {import("./pane.js").Pane} pane
 * @returns {HTMLElement}
 */
export function selectionBar(pane) {
  return selectionOf(pane).bar;
}

class Selection {
  constructor(pane) {
    this.pane = pane;
    this.ids = new Set();
    this.log = null;
    this.bar = el("div", { class: "selection-bar", role: "toolbar", ariaLabel: "Selected messages", hidden: true });
    this.bar.addEventListener("keydown", (event) => this.left(event));
    pane.addEventListener("chat", () => this.stop());
    store.on("messages", (change) => this.changed(change));
  }

  /** Hear presses on the messages in this element while some are chosen. */
  over(log) {
    this.log = log;
    log.addEventListener("click", (event) => this.clicked(event), { capture: true });
    log.addEventListener("keydown", (event) => this.ids.size && this.left(event), { capture: true });
  }

  /** The chosen ones, oldest first. */
  get messages() {
    const known = store.conversation(this.pane.person.id, this.pane.chat);
    return [...this.ids].sort((one, other) => one - other).map((id) => known.get(id)).filter(Boolean);
  }

  /** @param {any[]} messages */
  add(messages) {
    const room = MOST - this.ids.size;
    messages.filter((one) => !one.service).slice(0, room).forEach((one) => this.ids.add(one.id));
    if (messages.length > room) this.pane.toast(`At most ${MOST} messages at once.`);
    this.draw();
  }

  /** Choose them, or, if all of them are chosen, no longer. @param {any[]} messages */
  toggle(messages) {
    if (!messages.every((one) => this.ids.has(one.id))) return this.add(messages);
    messages.forEach((one) => this.ids.delete(one.id));
    this.draw();
  }

  stop() {
    this.ids.clear();
    this.draw();
  }

  clicked(event) {
    const about = this.ids.size ? subjectOf(event.target, this.pane) : null;
    if (!about || about.message.service) return;
    event.preventDefault();
    event.stopPropagation();
    this.toggle(about.messages);
  }

  left(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.stop();
  }

  changed({ person, chat, removed }) {
    if (!this.ids.size || person !== this.pane.person.id || chat !== this.pane.chat) return;
    removed?.forEach((id) => this.ids.delete(id));
    // The view hears of the change as well: its articles are the new ones only after that.
    queueMicrotask(() => this.draw());
  }

  draw() {
    const active = this.ids.size > 0;
    const focused = this.bar.contains(document.activeElement);
    this.log?.classList.toggle("selecting", active);
    this.log?.querySelectorAll("[data-message-id]").forEach((node) => this.mark(node));
    this.bar.hidden = !active;
    clear(this.bar);
    if (active) this.fill();
    if (focused) (active ? this.bar.querySelector("button") : this.log)?.focus({ preventScroll: true });
  }

  mark(node) {
    node.classList.toggle("selected", idsOf(node).every((id) => this.ids.has(id)));
  }

  fill() {
    const { messages, pane } = this;
    const all = (right) => messages.length > 0 && messages.every((one) => rights(one, pane)[right]);
    const then = async (act) => (await act) && this.stop();
    const copy = () => {
      void copyText(messages, pane);
      this.stop();
    };
    this.bar.append(
      iconButton("close", "Cancel the selection", () => this.stop()),
      el("span", { class: "count", role: "status", text: `${this.ids.size} selected` }),
      ...[
        messages.some((one) => rights(one, pane).copy) && iconButton("copy", "Copy", copy),
        all("forward") && iconButton("forward", "Forward", () => then(forward(messages, pane))),
        all("remove") && iconButton("delete", "Delete", () => then(remove(messages, pane))),
      ].filter(Boolean),
    );
  }
}
