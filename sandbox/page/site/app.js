// The page as a whole: who is shown where, the bar at the top, the curtain at the side, the place before a reload.

import { mountCurtain } from "./curtain.js";
import { append, el, fill, icon, iconButton } from "./dom.js";
import { bind, listen, note, showKeys } from "./keys.js";
import { Pane } from "./pane.js";
import { peopleBar } from "./peoplebar.js";
import { go, here, keep, kept } from "./place.js";
import { store } from "./store.js";
import { restoreTheme, themeButton } from "./theme.js";
import { mountTries } from "./tries.js";

/** The page. `panes` are those that are shown, `current` is the one last used. */
class App {
  constructor() {
    /** @type {Map<number, Pane>} */
    this.all = new Map();
    /** @type {Pane|null} */
    this.current = null;
    this.beside = kept("beside") === "yes";
  }

  /** @returns {Pane[]} */
  get panes() {
    return [...this.all.values()].filter((pane) => pane.shown);
  }

  /**
   * Show a person, and a chat of theirs.
   * @param {number} person
   * @param {number|null} [chat]
   * @param {{message?: number|null, focus?: boolean}} [at]
   * @returns {Pane}
   */
  show(person, chat = null, { message = null, focus = true } = {}) {
    const pane = this.pane(person);
    this.current = pane;
    keep("person", String(person));
    this.arrange();
    go(person, chat ?? pane.chat);
    if (chat !== null) void pane.open(chat, { message, focus });
    else if (focus) pane.focus();
    return pane;
  }

  /**
   * All people beside each other, or one at a time.
   * @param {boolean} on
   */
  sideBySide(on) {
    this.beside = on;
    keep("beside", on ? "yes" : "no");
    this.arrange();
  }

  /** A person's pane, made when it is first needed. */
  pane(id) {
    let pane = this.all.get(id);
    if (!pane) {
      pane = new Pane(store.person(id));
      this.all.set(id, pane);
      this.place.insertBefore(pane.element, this.after(id));
      pane.element.addEventListener("focusin", () => this.used(pane));
      pane.restore();
    }
    return pane;
  }

  /** The pane that stands behind a person's: they stand in the order of the people. */
  after(id) {
    const order = [...store.people.keys()];
    const behind = order.slice(order.indexOf(id) + 1).find((each) => this.all.has(each));
    return this.all.get(behind)?.element ?? null;
  }

  used(pane) {
    if (this.current === pane) return;
    this.current = pane;
    keep("person", String(pane.person.id));
    go(pane.person.id, pane.chat);
    this.marked();
  }

  /** Show which person is the current one. */
  marked() {
    this.all.forEach((pane) => pane.element.classList.toggle("is-current", pane === this.current));
    this.people.show();
  }

  arrange() {
    if (this.beside) store.people.forEach((_, id) => this.pane(id));
    for (const [id, pane] of this.all) {
      if (!store.people.has(id)) this.drop(id, pane);
      else pane.show(this.beside || pane === this.current);
    }
    this.place.classList.toggle("is-beside", this.beside);
    this.marked();
    this.besideButton.ariaPressed = String(this.beside);
    if (this.beside) this.current?.element.scrollIntoView({ inline: "nearest", block: "nearest" });
  }

  /** Somebody is not here any more: another Telegram may have taken this one's place. */
  drop(id, pane) {
    pane.leave();
    this.all.delete(id);
    if (this.current === pane) this.current = null;
  }

  mount() {
    this.people = peopleBar(this);
    this.place = el("div", { class: "panes" });
    this.besideButton = iconButton("columns", "People side by side", () => this.sideBySide(!this.beside));
    this.curtainButton = iconButton("curtain", "Behind the curtain", () => this.curtain(this.aside.hidden));
    this.aside = el("aside", { class: "curtain", id: "curtain", ariaLabel: "Behind the curtain", hidden: true });
    this.lost = el("p", { class: "lost", role: "status" });
    this.heading = el("h1", { class: "hidden", text: document.title });
    this.main = el("main", { class: "main", tabIndex: -1 }, this.heading, this.place);
    const keys = iconButton("keyboard", "Keys (?)", () => void showKeys());
    const tools = el("div", { class: "tools" }, this.besideButton, themeButton(), keys, this.curtainButton);
    append(
      document.body,
      el("header", { class: "top" }, this.people.element, tools),
      this.lost,
      el("div", { class: "body" }, this.main, this.aside),
    );
    this.curtain(kept("curtain") === "yes");
  }

  /** Open or close the curtain. @param {boolean} open */
  curtain(open) {
    this.aside.hidden = !open;
    this.curtainButton.ariaExpanded = String(open);
    this.curtainButton.setAttribute("aria-controls", "curtain");
    document.body.classList.toggle("has-curtain", open);
    keep("curtain", open ? "yes" : "no");
  }

  async start() {
    restoreTheme();
    this.mount();
    this.keys();
    listen();
    store.on("connection", ({ state }) => this.connected(state));
    store.on("people", () => this.gathered());
    await store.restart();
    this.heading.textContent = document.title = store.start.title || document.title;
    mountCurtain(this.aside, this);
    mountTries(this.main, this);
    this.first();
    addEventListener("popstate", () => this.first());
  }

  /** Show whom the address names, or who was shown last, or the first one. */
  first() {
    const { person, chat } = here();
    const known = [person, Number(kept("person"))].find((id) => store.people.has(id ?? 0));
    const id = known ?? store.people.keys().next().value;
    if (id === undefined) return;
    if (chat === null && this.all.get(id)?.chat) this.all.get(id).back();
    this.show(id, person === id ? chat : null, { focus: false });
  }

  /** The people may be others than before. */
  gathered() {
    this.arrange();
    if (!this.current) this.first();
  }

  connected(state) {
    const lost = state === "lost";
    fill(this.lost, lost && icon("lost"), lost ? "Connection lost. Connecting again…" : "");
    document.body.classList.toggle("is-lost", lost);
  }

  keys() {
    bind("Ctrl+K", "Moving", "Find a chat", () => this.current?.find());
    bind("Escape", "Moving", "Close what is on top, then the chat", () => this.escape());
    bind("Alt+ArrowDown", "Moving", "The next chat", () => this.current?.list.step(1));
    bind("Alt+ArrowUp", "Moving", "The chat before", () => this.current?.list.step(-1));
    note("Moving", ["Alt+1", "Alt+9"], "The first to the ninth person");
    for (let at = 1; at <= 9; at += 1) bind(`Alt+${at}`, "Moving", "", () => this.nth(at - 1));
    note("Messages", ["ArrowUp", "ArrowDown"], "From message to message");
    note("Messages", ["Home", "End"], "The first and the last one on the page");
    bind("Alt+S", "The page", "People side by side, or one at a time", () => this.sideBySide(!this.beside));
    bind("Alt+B", "The page", "Behind the curtain", () => this.curtain(this.aside.hidden));
  }

  /** The curtain is on top where it covers the page, and for those who are in it. */
  escape() {
    const covers = getComputedStyle(this.aside).position === "fixed" || this.aside.contains(document.activeElement);
    if (this.aside.hidden || !covers) return this.current?.escape();
    this.curtain(false);
    this.curtainButton.focus();
    return true;
  }

  nth(at) {
    const id = [...store.people.keys()][at];
    if (id === undefined) return false;
    this.show(id);
    return true;
  }
}

export const app = new App();
await app.start();
