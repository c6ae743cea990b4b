// A list of very many lines: only those that one can see are in the page, each of the same height, one of them open.

import { el } from "./dom.js";

const HEIGHT = 46;
const DETAILS = 210;
const AROUND = 8;

/** @typedef {import("./ledgerline.js").Line} Line */

/** A scrolling list that draws what is in sight, and stays at its end while one is there. */
export class LineList {
  /** @param {(line: Line) => (Node|string)[]} content what a line's button shows */
  constructor(content) {
    this.content = content;
    /** @type {Line[]} */
    this.lines = [];
    this.open = 0;
    this.drawn = new Map();
    this.waiting = 0;
    /** Whether one is at the end, and wants to see what is added there; also while nobody can see the list. */
    this.stays = true;
    this.space = el("div", { class: "lines-space", role: "list", ariaLabel: "Effects" });
    this.element = el("div", { class: "lines", tabIndex: 0, role: "group", ariaLabel: "The ledger, newest last" }, this.space);
    this.element.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.resized()).observe(this.element);
  }

  /** Show these lines in the place of others. @param {Line[]} lines */
  show(lines) {
    this.lines = lines;
    this.stays = true;
    this.forget();
    this.toEnd();
  }

  /** More were added to the end of the same array, and so many taken away from its beginning. */
  grown(dropped = 0) {
    if (dropped) {
      this.forget();
      this.element.scrollTop -= dropped * HEIGHT;
    }
    this.toEnd();
  }

  /** Older ones were put before the others: what one looks at stays where it is. @param {number} count */
  grownBefore(count) {
    this.forget();
    this.fit();
    this.element.scrollTop += count * HEIGHT;
    this.soon();
  }

  toEnd() {
    this.fit();
    if (this.stays) this.element.scrollTop = this.height;
    this.soon();
  }

  scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    if (clientHeight > 0) this.stays = scrollTop + clientHeight >= scrollHeight - HEIGHT;
    this.draw();
  }

  /** It came into sight, or has another height: whoever was at the end is there again. */
  resized() {
    if (this.element.clientHeight > 0) this.toEnd();
  }

  get height() {
    return this.lines.length * HEIGHT + (this.openAt() >= 0 ? DETAILS : 0);
  }

  soon() {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.draw());
  }

  fit() {
    this.space.style.height = `${this.height}px`;
  }

  draw() {
    this.fit();
    const top = this.element.scrollTop;
    const shift = this.openAt();
    const above = shift >= 0 && shift * HEIGHT < top ? DETAILS : 0;
    const first = Math.max(0, Math.floor((top - above) / HEIGHT) - AROUND);
    const last = Math.min(this.lines.length, Math.ceil((top + this.element.clientHeight) / HEIGHT) + AROUND);
    for (const [at, node] of this.drawn) {
      if (at >= first && at < last) continue;
      if (node.contains(document.activeElement)) continue;
      node.remove();
      this.drawn.delete(at);
    }
    for (let at = first; at < last; at += 1) this.place(at, shift);
  }

  place(at, shift) {
    let node = this.drawn.get(at);
    if (!node) {
      node = this.row(this.lines[at], at);
      this.drawn.set(at, node);
      const next = [...this.space.children].find((other) => Number(other.dataset.at) > at);
      this.space.insertBefore(node, next ?? null);
    }
    node.style.top = `${at * HEIGHT + (shift >= 0 && at > shift ? DETAILS : 0)}px`;
  }

  row(line, at) {
    const isOpen = line.seq === this.open;
    const button = el(
      "button",
      { type: "button", class: "line", ariaExpanded: isOpen, dataset: { group: line.group }, on: { click: () => this.toggle(line) } },
      ...this.content(line),
    );
    const details = isOpen && el("pre", { class: "line-json", tabIndex: 0, role: "group", ariaLabel: "As JSON", text: JSON.stringify(line.raw, null, 2) });
    const where = { ariaSetsize: this.lines.length, ariaPosinset: at + 1 };
    return el("div", { class: "line-place", role: "listitem", dataset: { at: String(at), seq: String(line.seq) }, ...where }, button, details);
  }

  toggle(line) {
    this.open = this.open === line.seq ? 0 : line.seq;
    this.forget();
    this.draw();
    this.focus(line.seq);
  }

  focus(seq) {
    this.space.querySelector(`[data-seq="${seq}"] > button`)?.focus({ preventScroll: true });
  }

  /** Arrow keys go from line to line. */
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest?.(".line-place");
    if (!step || !row || event.target.closest("pre")) return;
    const at = Number(row.dataset.at) + step;
    if (at < 0 || at >= this.lines.length) return;
    event.preventDefault();
    this.reveal(at);
    this.draw();
    this.focus(this.lines[at].seq);
  }

  reveal(at) {
    const shift = this.openAt();
    const top = at * HEIGHT + (shift >= 0 && at > shift ? DETAILS : 0);
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    const under = top + HEIGHT - this.element.clientHeight;
    if (under > this.element.scrollTop) this.element.scrollTop = under;
  }

  openAt() {
    return this.open ? placeOf(this.lines, this.open) : -1;
  }

  forget() {
    this.drawn.clear();
    this.space.replaceChildren();
  }
}

/** Where the line of this number is, -1 when it is not among them; they rise. */
function placeOf(lines, seq) {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].seq < seq) low = middle + 1;
    else high = middle;
  }
  return lines[low]?.seq === seq ? low : -1;
}
