// Where in a conversation one is: kept while messages come above and below, more loaded near either end, jumps.

import { unreadBadge } from "./badge.js";
import { calm } from "./calm.js";
import { el, fill, icon } from "./dom.js";

const NEAR = 1200;
const AT_END = 48;
const SMOOTH_WITHIN = 3000;
const SETTLES = 6;
const REST = 1200;
const HAND_RESTS = 800;
const DAY_AT_HOME = 12;

/**
 * The scrolling box of a conversation. `view` has `thread`, `chat`, `rows`, `draw()` and `failed(error)`.
 */
export class Scroller {
  /** @param {any} view */
  constructor(view) {
    this.view = view;
    this.log = el("div", { class: "log", role: "log", ariaLive: "polite", ariaLabel: "Messages", tabIndex: 0 });
    this.inside = el("div", { class: "log-inside" });
    this.log.append(this.inside);
    const toEnd = { click: () => void this.toEnd() };
    this.button = el("button", { type: "button", class: "to-end", hidden: true, on: toEnd });
    this.element = el("div", { class: "scroller" }, this.log, this.button);
    this.counted = -1;
    /** Whether the end is in sight, and new messages keep it there. */
    this.stuck = true;
    this.busy = false;
    this.was = { scrollTop: 0, scrollHeight: 0, clientHeight: 0 };
    this.touched = -HAND_RESTS;
    this.resting = 0;
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    for (const kind of ["wheel", "touchmove", "keydown"]) {
      this.log.addEventListener(kind, () => (this.touched = performance.now()), { passive: true });
    }
    const observer = new ResizeObserver(() => this.stuck && this.toBottom());
    observer.observe(this.inside);
    observer.observe(this.log);
  }

  /**
   * Remember what is in sight; what is returned puts it back to its place after a change. It goes by the lower edge of
   * the first row: the name above it goes when older ones of the same sender come.
   * @returns {() => void}
   */
  hold() {
    if (this.stuck && !this.view.thread.newer) return () => this.toBottom();
    const unit = this.firstInSight();
    if (!unit) return () => {};
    const { bottom } = unit.node.getBoundingClientRect();
    return () => {
      if (unit.node.isConnected) this.log.scrollTop += unit.node.getBoundingClientRect().bottom - bottom;
    };
  }

  toBottom() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** Go to the newest message, over what is not loaded too. */
  async toEnd() {
    if (this.view.thread.newer) {
      await this.view.load((thread) => thread.loadLatest());
      this.toBottom();
    }
    this.stuck = true;
    const { log } = this;
    const left = log.scrollHeight - log.scrollTop - log.clientHeight;
    if (left < SMOOTH_WITHIN && !calm()) log.scrollTo({ top: log.scrollHeight, behavior: "smooth" });
    else this.toBottom();
  }

  /**
   * Bring a row to its place; sizes of rows never shown yet are guesses, so it looks again until nothing moves.
   * @param {HTMLElement} node
   * @param {"start"|"center"} block
   */
  async toNode(node, block) {
    this.stuck = false;
    for (let turn = 0, was = NaN; turn < SETTLES; turn += 1) {
      node.scrollIntoView({ block, behavior: "instant" });
      const { top } = node.getBoundingClientRect();
      if (top === was) break;
      was = top;
      await frame();
    }
    this.scrolled();
  }

  scrolled() {
    if (!this.view.chat) return;
    const { log } = this;
    const below = log.scrollHeight - log.scrollTop - log.clientHeight;
    this.stick(below);
    this.showButton();
    this.showDays();
    this.view.seen();
    if (log.scrollTop < NEAR) this.more((thread) => thread.older && thread.loadOlder());
    if (below < NEAR) this.more((thread) => thread.newer && thread.loadNewer());
  }

  /**
   * The end is held from when one comes to it until one scrolls up; what grows or shrinks in the meantime is followed.
   * That one scrolls is told from a move of the content by the hand that is on it, or by no size having changed.
   */
  stick(below) {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const same = scrollHeight === this.was.scrollHeight && clientHeight === this.was.clientHeight;
    const hand = performance.now() - this.touched < HAND_RESTS;
    if (below < AT_END) this.stuck = !this.view.thread.newer;
    else if (scrollTop < this.was.scrollTop - 1 && (same || hand)) this.stuck = false;
    this.was = { scrollTop, scrollHeight, clientHeight };
  }

  /** While one scrolls the day stays in sight above the messages; at rest it covers none. */
  showDays() {
    this.log.classList.add("is-scrolling");
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      for (const head of this.inside.querySelectorAll(".day-line")) {
        const away = head.getBoundingClientRect().top - head.parentElement.getBoundingClientRect().top;
        head.classList.toggle("is-stuck", away > DAY_AT_HOME);
      }
      this.log.classList.remove("is-scrolling");
    }, REST);
  }

  /** Load one part more; one at a time, and on until there is enough around what is in sight. */
  async more(load) {
    const asked = !this.busy && this.view.thread.loaded && load(this.view.thread);
    if (!asked) return;
    this.busy = true;
    this.log.ariaBusy = "true";
    try {
      await asked;
      this.view.draw();
    } catch (error) {
      this.view.failed(error);
    } finally {
      this.busy = false;
      this.log.ariaBusy = "false";
    }
  }

  showButton() {
    const unread = this.view.chat?.unread ?? 0;
    this.button.hidden = this.stuck;
    if (unread === this.counted) return;
    this.counted = unread;
    fill(this.button, icon("down"), unreadBadge(unread));
    this.button.ariaLabel = unread ? `To the end, ${unread} unread` : "To the end";
  }

  /** The first row that is in sight, or null. */
  firstInSight() {
    const { top } = this.log.getBoundingClientRect();
    const { chunks } = this.view.rows;
    const chunk = chunks[first(chunks, ({ node }) => node.getBoundingClientRect().bottom > top)];
    return chunk?.units.find(({ node }) => node.getBoundingClientRect().bottom > top) ?? null;
  }

  /** The last row of which the greater part is in sight, or null. */
  lastInSight() {
    const { bottom } = this.log.getBoundingClientRect();
    const { chunks } = this.view.rows;
    const at = first(chunks, ({ node }) => node.getBoundingClientRect().top >= bottom) - 1;
    const inSight = ({ node }) => middle(node.getBoundingClientRect()) <= bottom;
    return chunks[at]?.units.findLast(inSight) ?? chunks[at - 1]?.units.at(-1) ?? null;
  }
}

/** The place of the first one for which this holds; it holds for all after it. */
function first(list, holds) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const between = (low + high) >> 1;
    if (holds(list[between])) high = between;
    else low = between + 1;
  }
  return low;
}

function middle({ top, bottom }) {
  return (top + bottom) / 2;
}

function frame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
