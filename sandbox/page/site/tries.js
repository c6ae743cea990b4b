// The first minute: three things to try, step by step; each step may be pressed here or done by hand.

import { append, clear, el, icon, iconButton } from "./dom.js";
import { perform } from "./perform.js";
import { Run } from "./run.js";
import { store } from "./store.js";
import { toast } from "./toast.js";

const KEPT = "tries";

/** The greeting, the cards, and the steps of the one that is open. */
class Tries {
  constructor(app) {
    this.app = app;
    this.runs = [];
    this.open = null;
    this.busy = false;
    /** The step that was pressed, and of which nothing has been seen yet. */
    this.waiting = null;
    this.kept = read();
    this.cards = el("ol", { class: "tries-cards" });
    this.steps = el("div", { class: "tries-steps", role: "region", ariaLabel: "Steps", hidden: true });
    this.title = el("h2", { class: "tries-title" });
    this.element = el(
      "section",
      { class: "tries", ariaLabel: "Things to try" },
      el("div", { class: "tries-head" }, this.title, iconButton("close", "Hide the things to try", () => this.dismiss(true))),
      this.cards,
      this.steps,
    );
    this.button = iconButton("tries", "Things to try", () => this.dismiss(!this.element.hidden));
    store.on("messages", ({ person, chat, put = [] }) => put.forEach((message) => this.hear((run) => run.hear(person, chat, message))));
    store.on("start", () => this.begin());
    store.on("chats", () => this.look());
    document.addEventListener("focusin", () => this.look());
    this.begin();
  }

  /** Take the things to try as they are now: a server that began anew may have others; how far one is stays. */
  begin() {
    const given = store.start?.tries ?? [];
    const open = this.open?.given.id;
    const known = this.runs;
    this.runs = given.map((each) => known.find((run) => run.is(each)) ?? new Run(each));
    this.open = this.runs.find((run) => run.given.id === open) ?? null;
    this.title.textContent = given.length ? `${NUMBERS[given.length] ?? given.length} to try` : "";
    this.button.hidden = given.length === 0;
    this.dismiss(this.kept.dismissed || given.length === 0, false);
    this.show();
  }

  /** A step that is nothing but looking is done by whoever opens that chat. */
  look() {
    const open = this.app.panes.filter((pane) => pane.chat !== null);
    if (open.length) this.hear((run) => open.some((pane) => run.looked(pane.person.id, pane.chat)));
  }

  dismiss(on, keep = true) {
    this.element.hidden = on;
    this.button.ariaPressed = String(!on);
    if (!keep) return;
    this.kept.dismissed = on;
    this.keep();
    if (on) this.button.focus();
    else this.cards.querySelector("button")?.focus();
  }

  hear(told) {
    if (this.runs.filter((run) => told(run)).length === 0) return;
    for (const run of this.runs) if (run.isOver) this.kept.done[run.given.id] = true;
    this.keep();
    this.show();
  }

  choose(run) {
    this.open = this.open === run ? null : run;
    if (run.isOver && this.open) this.again(run);
    if (this.open && innerWidth >= WIDE && people(run) > 1) this.app.sideBySide(true);
    this.show();
    this.steps.querySelector(".is-next button")?.focus();
  }

  again(run) {
    this.waiting = null;
    run.begin();
    this.show();
    this.steps.querySelector(".is-next button")?.focus();
  }

  show() {
    const focused = document.activeElement?.closest?.(".tries [data-key]")?.dataset.key;
    clear(this.cards);
    append(this.cards, ...this.runs.map((run) => this.card(run)));
    clear(this.steps).hidden = this.open === null;
    if (this.open) append(this.steps, this.list(this.open), ...this.foot(this.open));
    if (focused) (this.element.querySelector(`[data-key="${focused}"]`) ?? this.cards.querySelector("[aria-expanded=true]"))?.focus();
  }

  card(run) {
    const { id, title, text, seconds } = run.given;
    const isDone = this.kept.done[id] === true;
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "try", ariaExpanded: run === this.open, dataset: { key: id, try: id }, on: { click: () => this.choose(run) } },
        el("span", { class: isDone ? "try-mark is-done" : "try-mark" }, isDone ? icon("check") : String(this.runs.indexOf(run) + 1)),
        el("span", { class: "try-words" }, el("strong", { text: title }), el("span", { class: "try-text", text })),
        el("span", { class: "try-time", text: isDone ? "Done" : `${seconds} s` }),
      ),
    );
  }

  list(run) {
    return el("ol", { class: "steps" }, ...run.steps.map((step, at) => this.step(run, step, at)));
  }

  step(run, step, at) {
    const isDone = at < run.done;
    const isNext = at === run.done;
    const name = isDone ? "step is-done" : isNext ? "step is-next" : "step";
    return el(
      "li",
      { class: name, ariaCurrent: isNext ? "step" : null },
      el("span", { class: "step-mark" }, isDone ? icon("check") : String(at + 1)),
      el("span", { class: "step-text" }, step.text, el("span", { class: "hidden", text: isDone ? " (done)" : "" })),
      isNext && this.buttons(step),
    );
  }

  buttons(step) {
    if (step.person === null || (step.chat === null && step.do !== "link")) {
      return el("span", { class: "step-missing", text: `${step.name ?? "Who is needed"} is not here yet.` });
    }
    const own = step.do === "attach" && step.sample && el("button", { type: "button", class: "quiet", text: "One of yours…", dataset: { key: "own" }, on: { click: () => this.own(step) } });
    if (this.waiting === step) {
      const again = el("button", { type: "button", class: "quiet", text: "Once more", dataset: { key: "next" }, on: { click: () => this.press(step) } });
      return el("span", { class: "step-buttons" }, el("span", { class: "step-wait", role: "status", text: "Waiting…" }), again);
    }
    const title = step.do === "attach" && step.sample ? `Send ${step.sample.name}` : DO[step.do];
    const main = el("button", { type: "button", class: "step-do", text: title, disabled: this.busy, dataset: { key: "next" }, on: { click: () => this.press(step) } });
    return el("span", { class: "step-buttons" }, main, own);
  }

  foot(run) {
    const over = run.isOver && el("p", { class: "steps-over", role: "status" }, icon("check"), "Done. That was all of it.");
    const again = run.done > 0 && el("button", { type: "button", class: "quiet", text: "From the beginning", dataset: { key: "again" }, on: { click: () => this.again(run) } });
    return [over, again];
  }

  /** The composer's own chooser, in the person's chat. */
  own(step) {
    this.app.show(step.person, step.chat).attach();
  }

  async press(step) {
    if (this.busy) return;
    this.busy = true;
    this.waiting = null;
    this.show();
    try {
      const said = await perform(this.app, step);
      this.waiting = step;
      if (said) toast(said);
      this.look();
    } catch (error) {
      toast(error.message);
    } finally {
      this.busy = false;
      this.show();
    }
  }

  keep() {
    localStorage.setItem(KEPT, JSON.stringify(this.kept));
  }
}

const WIDE = 900;
const NUMBERS = ["", "One thing", "Two things", "Three things", "Four things", "Five things"];
const DO = { open: "Look", send: "Write it", reply: "Answer it", attach: "Choose a file…", press: "Press it", link: "Open it" };

function people(run) {
  return new Set(run.steps.map((step) => step.person)).size;
}

function read() {
  try {
    return { dismissed: false, done: {}, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return { dismissed: false, done: {} };
  }
}

/**
 * Put the things to try before the conversations, and a button that brings them back into the bar at the top.
 * @param {HTMLElement} main
 * @param {any} app
 */
export function mountTries(main, app) {
  const tries = new Tries(app);
  main.prepend(tries.element);
  document.querySelector(".tools")?.prepend(tries.button);
}
