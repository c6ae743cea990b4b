// How what may be chosen while typing is shown above the field, and how keys go through it without leaving the field.

import { append, clear, el } from "./dom.js";

const TOLD = ["aria-controls", "aria-autocomplete", "aria-activedescendant"];
let count = 0;

/** A list over a text field. The field keeps the focus; what is active is told to screen readers. */
export class Suggestions {
  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this.field = field;
    this.id = `suggestions-${++count}`;
    this.list = el("div", { id: this.id, class: "suggestions-list", role: "listbox", tabIndex: 0 });
    this.status = el("p", { class: "hidden", role: "status" });
    this.node = el("div", { class: "suggestions", hidden: true }, this.list, this.status);
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("keydown", (event) => this.pressed(event));
    this.list.addEventListener("scroll", () => this.scrolled());
    this.items = [];
    this.active = -1;
    this.shown = null;
  }

  /** Whose the list is now; null while it is closed. */
  get owner() {
    return this.shown?.owner ?? null;
  }

  /**
   * Show these.
   * @param {{
   *   owner: object, label: string, items: any[], draw: (item: any) => (Node|string)[],
   *   name?: (item: any) => string, choose: (item: any, how: "enter"|"tab"|"click") => void,
   *   gallery?: boolean, completes?: boolean, more?: () => void,
   * }} what `completes`: Tab takes the first one while none is active; `more`: is called when the end comes near
   */
  show(what) {
    const same = this.owner === what.owner;
    this.shown = what;
    this.list.setAttribute("aria-label", what.label);
    this.list.classList.toggle("is-gallery", Boolean(what.gallery));
    clear(this.list);
    this.items = [];
    this.node.hidden = false;
    this.field.setAttribute("aria-controls", this.id);
    this.field.setAttribute("aria-autocomplete", "list");
    this.add(what.items);
    this.activate(-1);
    this.status.textContent = `${what.label}: ${what.items.length || "none"}`;
    if (!same) this.list.scrollTop = 0;
  }

  /** More of them, behind those that are there. */
  add(items) {
    for (const item of items) {
      const id = `${this.id}-${this.items.length}`;
      const option = el("div", { id, class: "suggestion", role: "option", ariaSelected: false });
      const name = this.shown.name?.(item);
      if (name) option.setAttribute("aria-label", name);
      append(option, ...this.shown.draw(item));
      this.list.append(option);
      this.items.push(item);
    }
  }

  /** Close it, if it belongs to this owner (or whoever has it). */
  hide(owner = this.owner) {
    if (!this.shown || this.owner !== owner) return;
    this.shown = null;
    this.items = [];
    this.active = -1;
    this.node.hidden = true;
    clear(this.list);
    for (const name of TOLD) this.field.removeAttribute(name);
    this.list.removeAttribute("aria-activedescendant");
  }

  /** A key in the list itself, for those who went there with Tab. */
  pressed(event) {
    if (event.key === "Tab" || !this.key(event)) return;
    event.stopPropagation();
    if (this.node.hidden) this.field.focus();
  }

  /**
   * Take a key of the field.
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it was meant for the list
   */
  key(event) {
    if (!this.shown || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return false;
    const taken = this.keyTaken(event.key);
    if (taken) event.preventDefault();
    return taken;
  }

  keyTaken(key) {
    if (key === "Escape") {
      this.hide();
      return true;
    }
    const meant = key === "Tab" && this.shown.completes ? Math.max(0, this.active) : this.active;
    if ((key === "Enter" || key === "Tab") && meant >= 0) {
      this.choose(meant, key === "Enter" ? "enter" : "tab");
      return true;
    }
    const step = this.step(key);
    if (!step || !this.items.length) return false;
    this.activate(this.moved(step));
    return true;
  }

  step(key) {
    const row = this.shown.gallery ? this.columns() : 1;
    const across = this.shown.gallery && this.active >= 0 ? 1 : 0;
    return { ArrowDown: this.active < 0 ? 1 : row, ArrowUp: -row, ArrowRight: across, ArrowLeft: -across }[key] ?? 0;
  }

  moved(step) {
    const next = this.active + step;
    const last = this.items.length - 1;
    if (this.active < 0 && step < 0) return last;
    if (next < 0) return this.active === 0 || this.shown.gallery ? -1 : 0;
    return next > last ? (this.active === last && !this.shown.gallery ? 0 : last) : next;
  }

  columns() {
    const [first, ...rest] = this.list.children;
    const below = rest.findIndex((option) => option.offsetTop > first.offsetTop);
    return below < 0 ? this.list.children.length : below + 1;
  }

  activate(index) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const option = this.list.children[index];
    if (!option) {
      [this.field, this.list].forEach((node) => node.removeAttribute("aria-activedescendant"));
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    [this.field, this.list].forEach((node) => node.setAttribute("aria-activedescendant", option.id));
    if (index >= this.items.length - 3) this.shown.more?.();
  }

  clicked(event) {
    const option = event.target.closest("[role=option]");
    if (option) this.choose([...this.list.children].indexOf(option), "click");
  }

  choose(index, how) {
    this.shown.choose(this.items[index], how);
  }

  scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.list;
    if (scrollTop + clientHeight > scrollHeight - 120) this.shown?.more?.();
  }
}
