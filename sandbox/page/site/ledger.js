// The ledger as it is written: live, one readable line per effect, with a filter, a pause, and older lines on demand.

import { get } from "./api.js";
import { el, iconButton } from "./dom.js";
import { GROUPS, readable } from "./ledgerline.js";
import { LineList } from "./linelist.js";
import { learn } from "./names.js";
import { store } from "./store.js";

const MOST = 100_000;

/** What was written, and what of it is shown. */
class Ledger {
  constructor() {
    this.lines = [];
    this.shown = this.lines;
    this.held = [];
    this.words = "";
    this.group = "";
    this.paused = false;
    this.epoch = "";
    this.list = new LineList(content);
    this.count = el("p", { class: "ledger-count", role: "status" });
    this.older = el("button", { type: "button", class: "quiet", text: "Older lines", on: { click: () => this.loadOlder() } });
    this.element = el("div", { class: "ledger" }, this.tools(), this.list.element, this.foot());
  }

  tools() {
    const kinds = Object.entries(GROUPS).map(([value, { title }]) => el("option", { value, text: title }));
    this.pauser = iconButton("pause", "Pause", () => this.pause(!this.paused), { ariaPressed: false });
    return el(
      "div",
      { class: "ledger-tools" },
      el("input", { type: "search", placeholder: "Filter: a name, a word", ariaLabel: "Filter the ledger", on: { input: (event) => this.filter({ words: event.target.value }) } }),
      el("select", { ariaLabel: "Kind of effect", on: { change: (event) => this.filter({ group: event.target.value }) } }, el("option", { value: "", text: "Everything" }), ...kinds, el("option", { value: "other", text: "The rest" })),
      this.pauser,
    );
  }

  foot() {
    return el("div", { class: "ledger-foot" }, this.older, this.count);
  }

  /** Listen from the last line that is known; a server that began anew is listened to from its beginning. */
  listen() {
    if (this.epoch !== store.start?.epoch) {
      this.epoch = store.start?.epoch ?? "";
      this.begin([]);
    }
    const last = (this.held.at(-1) ?? this.lines.at(-1))?.seq;
    this.source = new EventSource(last === undefined ? "/api/ledger/events" : `/api/ledger/events?since=${last}`);
    this.source.addEventListener("message", (event) => this.take(JSON.parse(event.data)));
  }

  stop() {
    this.source?.close();
    this.source = null;
  }

  take({ lines, names }) {
    learn(names);
    const last = (this.held.at(-1) ?? this.lines.at(-1))?.seq ?? 0;
    const fresh = lines.filter((line) => line.seq > last).map(readable);
    if (this.paused) this.held.push(...fresh);
    else this.add(fresh);
    this.tell();
  }

  add(fresh) {
    for (const line of fresh) this.lines.push(line);
    if (this.shown !== this.lines) this.shown.push(...fresh.filter((line) => this.fits(line)));
    const over = this.lines.length - MOST;
    if (over > 0) this.lines.splice(0, over);
    this.list.grown(over > 0 && this.shown === this.lines ? over : 0);
  }

  async loadOlder() {
    const first = this.lines[0]?.seq ?? 0;
    if (first <= 1) return;
    const { lines, names } = await get(`/api/ledger?before=${first}`);
    learn(names);
    if (this.lines[0]?.seq !== first) return;
    const older = lines.map(readable);
    this.lines.unshift(...older);
    const fitting = older.filter((line) => this.fits(line));
    if (this.shown !== this.lines) this.shown.unshift(...fitting);
    this.list.grownBefore(fitting.length);
    this.tell();
  }

  begin(lines) {
    this.lines = lines;
    this.held = [];
    this.refilter();
  }

  filter(change) {
    Object.assign(this, change);
    this.words = this.words.trim().toLowerCase();
    this.refilter();
  }

  refilter() {
    this.shown = this.words || this.group ? this.lines.filter((line) => this.fits(line)) : this.lines;
    this.list.show(this.shown);
    this.tell();
  }

  fits(line) {
    return (!this.group || line.group === this.group) && (!this.words || line.find.includes(this.words));
  }

  pause(on) {
    this.paused = on;
    this.pauser.setAttribute("aria-pressed", String(on));
    const held = this.held;
    this.held = [];
    if (!on) this.add(held);
    this.tell();
  }

  tell() {
    const all = this.lines.length;
    const shown = this.shown === this.lines ? "" : `${this.shown.length.toLocaleString("en")} of `;
    const held = this.held.length ? ` · ${this.held.length.toLocaleString("en")} new ones wait` : "";
    this.count.textContent = `${shown}${all.toLocaleString("en")} effects${held}`;
    this.older.hidden = (this.lines[0]?.seq ?? 1) <= 1;
  }
}

function content(line) {
  return [
    el("span", { class: "line-head" }, el("span", { class: "line-kind", text: line.kind }), el("span", { class: "line-who", text: line.whom ? `${line.who} → ${line.whom}` : line.who }), el("span", { class: "line-time", text: line.time })),
    el("span", { class: "line-text", text: line.text || " " }),
  ];
}

/**
 * The ledger's panel; it listens while it is shown.
 * @returns {{element: HTMLElement, show: () => void, hide: () => void}}
 */
export function ledgerPanel() {
  const ledger = new Ledger();
  store.on("start", () => {
    if (!ledger.source) return;
    ledger.stop();
    ledger.listen();
  });
  return {
    element: ledger.element,
    show: () => ledger.source || ledger.listen(),
    hide: () => ledger.stop(),
  };
}
