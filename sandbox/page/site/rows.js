// What of a conversation stands where: days, rows, groups of one sender, albums, the line above what is unread.

import { avatar } from "./avatar.js";
import { album, bubble } from "./bubble.js";
import { calm } from "./calm.js";
import { clear, el } from "./dom.js";
import { renew } from "./parts.js";
import { day, dayKey } from "./when.js";

/** Seconds between two messages of one sender that stand as one group, as on Telegram Desktop. */
const TOGETHER = 15 * 60;
/** Message ids in one part: by id, so that what is loaded later moves nothing from part to part. */
const CHUNK = 24;

/**
 * The rows of one conversation. Every call of `show` makes the page as the messages are, and touches only what changed.
 *
 * A row is `div.row` with `in` or `out`, `first` and `last` of its sender's group, `service`, `read` (an own one that
 * the other side has read); in it, for groups, the sender's picture, and the bubble.
 */
export class Rows {
  /**
   * @param {HTMLElement} log
   * @param {any} pane
   */
  constructor(log, pane) {
    this.log = log;
    this.pane = pane;
    this.forget();
  }

  forget() {
    clear(this.log);
    this.days = new Map();
    this.parts = new Map();
    /** @type {{node: HTMLElement, units: any[]}[]} rows in parts; those out of sight are not laid out */
    this.chunks = [];
    /** @type {Map<number, any>} the row of every message, also of an album's */
    this.of = new Map();
    this.units = [];
    this.unread = el("div", { class: "unread-line", role: "separator" }, el("span", { text: "Unread messages" }));
  }

  /**
   * @param {any[]} messages
   * @param {{readUpTo: number, unreadAfter: number|null, pictures: boolean, removed: Set<number>}} how `readUpTo`: by
   * the other side; `unreadAfter`: the line stands above the first one of others after this id; `removed`: those that
   * were deleted, which is to be seen
   */
  show(messages, how) {
    const before = this.of;
    this.of = new Map();
    this.units = unite(messages).map((part) => this.unit(part, before));
    const kept = new Set(this.units);
    for (const id of how.removed) {
      const unit = before.get(id);
      if (unit && !kept.has(unit)) leave(unit.node);
    }
    this.log.classList.toggle("has-pictures", how.pictures);
    this.group(how);
    this.place(how.unreadAfter);
  }

  /** The row of these messages: the one that is there, if nothing in it changed. */
  unit(messages, before) {
    const known = before.get(messages[0].id) ?? before.get(messages.at(-1).id);
    const unit = known ?? { messages: [], node: el("div"), bubble: null, marks: "" };
    messages.forEach((message) => this.of.set(message.id, unit));
    const same = unit.messages.length === messages.length && messages.every((one, at) => one === unit.messages[at]);
    if (!same) this.draw(unit, messages);
    return unit;
  }

  draw(unit, messages) {
    const fresh = messages.length > 1 ? album(messages, this.pane) : bubble(messages[0], this.pane);
    fresh.tabIndex = -1;
    const focused = unit.bubble?.contains(document.activeElement) ? placeOfFocus(unit.bubble) : null;
    if (unit.bubble) renew(unit.bubble, fresh);
    else unit.node.append(fresh);
    unit.messages = messages;
    unit.bubble = fresh;
    if (focused !== null) restoreFocus(fresh, focused);
  }

  /** Mark what belongs together, and what was read. */
  group({ readUpTo, pictures }) {
    this.units.forEach((unit, at) => {
      const message = unit.messages[0];
      const first = !belongs(this.units[at - 1], unit);
      const last = !belongs(unit, this.units[at + 1]);
      const read = message.out && (message.read || message.id <= readUpTo);
      const side = ["service", "out", "in"].find((name) => unit.bubble.classList.contains(name));
      const marks = ["row", side, first && "first", last && "last", read && "read"].filter(Boolean).join(" ");
      if (marks !== unit.marks) unit.node.className = unit.marks = marks;
      if (pictures && side === "in") this.picture(unit, last);
    });
  }

  picture(unit, shown) {
    const from = unit.messages[0].from;
    if (shown === Boolean(unit.picture) || !from) return;
    unit.picture?.remove();
    unit.picture = shown ? avatar({ id: from.id, title: from.name }, "small") : null;
    if (unit.picture) unit.node.prepend(unit.picture);
  }

  place(unreadAfter) {
    const days = [];
    let marked = unreadAfter === null;
    this.chunks = [];
    for (const unit of this.units) {
      const message = unit.messages[0];
      const day = last(days, dayKey(message.date), (key) => ({ key, chunks: [] }));
      const chunk = last(day.chunks, `${day.key}/${Math.floor(message.id / CHUNK)}`, (key) => this.chunk(key));
      if (!marked && message.id > unreadAfter && !message.out) {
        chunk.nodes.push(this.unread);
        marked = true;
      }
      chunk.nodes.push(unit.node);
      chunk.units.push(unit);
    }
    if (unreadAfter === null || !marked) this.unread.remove();
    this.lay(days);
  }

  chunk(key) {
    const chunk = { key, node: this.parts.get(key) ?? el("div", { class: "chunk" }), nodes: [], units: [] };
    this.chunks.push(chunk);
    return chunk;
  }

  lay(days) {
    for (const { key, node, nodes } of this.chunks) {
      this.parts.set(key, node);
      arrange(node, nodes);
      node.style.setProperty("--rows", String(nodes.length));
    }
    const sections = days.map(({ key, chunks }) => {
      const section = this.days.get(key) ?? this.section(key);
      arrange(section, [section.firstChild, ...chunks.map(({ node }) => node)]);
      return section;
    });
    arrange(this.log, sections);
    forget(this.days, days);
    forget(this.parts, this.chunks);
  }

  section(key) {
    const text = day(key / 1000);
    const head = el("div", { class: "day-line" }, el("time", { text }));
    const section = el("section", { class: "day", ariaLabel: text }, head);
    this.days.set(key, section);
    return section;
  }
}

/** The messages in parts: those of one album together, every other one alone. */
function unite(messages) {
  const parts = [];
  for (const message of messages) {
    const part = parts.at(-1);
    if (part && message.album && part[0].album === message.album) part.push(message);
    else parts.push([message]);
  }
  return parts;
}

function belongs(before, after) {
  if (!before || !after) return false;
  const one = before.messages.at(-1);
  const other = after.messages[0];
  return (
    !one.service &&
    !other.service &&
    one.out === other.out &&
    one.from?.id === other.from?.id &&
    other.date - one.date < TOGETHER &&
    dayKey(one.date) === dayKey(other.date)
  );
}

/** The last of a list, if it has this key, or a new one behind it. */
function last(list, key, make) {
  if (list.at(-1)?.key !== key) list.push(make(key));
  return list.at(-1);
}

/** Keep of a map only what is still there. */
function forget(map, kept) {
  const keys = new Set(kept.map(({ key }) => key));
  [...map.keys()].filter((key) => !keys.has(key)).forEach((key) => map.delete(key));
}

/** Make these the children, in this order; what is on its way out stays until it is gone. */
function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  let at = parent.firstChild;
  for (const node of nodes) {
    while (at && at !== node && !wanted.has(at)) at = skip(at);
    if (at === node) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at) at = skip(at);
}

function skip(node) {
  const next = node.nextSibling;
  if (!node.classList.contains("leaving") && !node.querySelector(".leaving")) node.remove();
  return next;
}

/** Let a row vanish; at once for those who want no motion, and where nobody sees it. */
function leave(node) {
  const inSight = node.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true });
  if (!inSight || calm()) return node.remove();
  node.style.setProperty("--height", `${node.offsetHeight}px`);
  node.inert = true;
  node.classList.add("leaving");
  node.addEventListener("animationend", () => node.remove(), { once: true });
}

const CONTROLS = "a[href], button, input, summary, [tabindex]";

function placeOfFocus(bubble) {
  return [...bubble.querySelectorAll(CONTROLS)].indexOf(document.activeElement);
}

function restoreFocus(bubble, at) {
  const control = at < 0 ? bubble : bubble.querySelectorAll(CONTROLS)[at] ?? bubble;
  control.focus({ preventScroll: true });
}
