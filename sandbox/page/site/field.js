// How a text field behaves: it grows with its text, takes marks around chosen words, and says when room is short.

import { askLink } from "./asking.js";
import { el, iconButton } from "./dom.js";
import { note } from "./keys.js";
import { FORMATS, formatOf, linked, marked } from "./markup.js";

const SHORT_OF = 300;
let count = 0;

for (const { keys, label } of FORMATS) note("Writing", [keys], `${label}, for what is chosen`);

/** A growing text field with formatting keys; what is done in it can be undone with the browser's own keys. */
export class Field {
  /**
   * @param {{label: string, placeholder?: string, limit: number, beyond: (count: number) => string}} how
   *   `limit` is in UTF-16 units, as Telegram counts; `beyond` says what it means to be so many over it
   */
  constructor({ label, placeholder = "", limit, beyond }) {
    this.limit = limit;
    this.beyond = beyond;
    this.node = el("textarea", { class: "field", rows: 1, ariaLabel: label, placeholder, dir: "auto" });
    this.counter = el("output", { id: `counter-${++count}`, class: "field-counter", hidden: true, ariaLive: "off" });
    this.node.setAttribute("aria-describedby", this.counter.id);
    this.node.addEventListener("input", () => this.changed());
    this.node.addEventListener("keydown", (event) => this.pressed(event));
    this.width = 0;
    new ResizeObserver(() => this.resized()).observe(this.node);
  }

  get value() {
    return this.node.value;
  }

  /** Another text in the place of this one; the cursor goes behind it. */
  set value(text) {
    this.node.value = text;
    this.node.setSelectionRange(text.length, text.length);
    this.changed();
    this.node.dispatchEvent(new Event("filled"));
  }

  /** Put a text where the cursor is, in the place of what is chosen. */
  insert(text) {
    this.node.focus();
    if (document.execCommand("insertText", false, text)) return;
    this.node.setRangeText(text, this.node.selectionStart, this.node.selectionEnd, "end");
    this.node.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /**
   * Format what is chosen.
   * @param {string} name one of FORMATS
   */
  async format(name) {
    const { selectionStart: from, selectionEnd: to } = this.node;
    const words = this.value.slice(from, to);
    if (name === "link") {
      const answer = await askLink(words);
      this.node.focus();
      this.node.setSelectionRange(from, to);
      if (answer) this.insert(linked(answer.words, answer.address));
      return;
    }
    const { text, start, end } = marked(words, name);
    this.insert(text);
    this.node.setSelectionRange(from + start, from + end);
  }

  /** The formatting as a row of buttons, for those who do not know the keys, and the button that opens it. */
  toolbar() {
    const row = el("div", { class: "formats", role: "toolbar", ariaLabel: "Formatting", hidden: true });
    const button = iconButton("format", "Formatting", () => {
      row.hidden = !row.hidden;
      button.setAttribute("aria-expanded", String(!row.hidden));
    }, { ariaExpanded: false });
    for (const { name, label, keys, icon } of FORMATS) {
      row.append(iconButton(icon, `${label} (${keys})`, () => this.format(name)));
    }
    row.addEventListener("mousedown", (event) => event.preventDefault());
    row.addEventListener("keydown", along);
    return { row, button };
  }

  pressed(event) {
    const format = formatOf(event);
    const nothingChosen = this.node.selectionStart === this.node.selectionEnd;
    if (!format || (format.name === "link" && nothingChosen)) return;
    event.preventDefault();
    event.stopPropagation();
    this.format(format.name);
  }

  /** It became wider or narrower, or is shown for the first time: the lines break elsewhere. */
  resized() {
    const { clientWidth } = this.node;
    if (clientWidth === this.width) return;
    this.width = clientWidth;
    this.grow();
  }

  /** As tall as its text. What is around it keeps its height while that is measured, or the conversation would jump. */
  grow() {
    const around = this.node.parentElement;
    if (around) around.style.minHeight = `${around.offsetHeight}px`;
    this.node.style.height = "auto";
    this.node.style.height = `${this.node.scrollHeight}px`;
    if (around) around.style.minHeight = "";
  }

  changed() {
    this.grow();
    const left = this.limit - this.value.length;
    this.counter.hidden = left > SHORT_OF;
    this.counter.textContent = left >= 0 ? `${left} left` : this.beyond(-left);
    this.counter.classList.toggle("is-over", left < 0);
  }
}

function along(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.children];
  buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
}
