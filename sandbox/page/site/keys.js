// Which keys do what, everywhere on the page; the dialog behind `?` is made from the same list.

import { openDialog } from "./dialog.js";
import { el } from "./dom.js";

const GROUPS = ["Moving", "Chats", "Writing", "Messages", "The page"];
const NAMES = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", " ": "Space" };
const bound = new Map();
const notes = [];

/**
 * Bind a key for the whole page, and list it. Where somebody types, only combinations with Ctrl or Alt and Escape act.
 * @param {string} combo such as `Ctrl+K`, `Alt+1`, `Escape`, `?`; the name of `KeyboardEvent.key` comes last
 * @param {string} group one of the dialog's parts
 * @param {string} text what it does
 * @param {(event: KeyboardEvent) => boolean|void} act false: it did not apply, the key goes on its way
 */
export function bind(combo, group, text, act) {
  bound.set(combo.toLowerCase(), act);
  if (text) note(group, [combo], text);
}

/**
 * List keys that some part of the page hears itself.
 * @param {string} group
 * @param {string[]} combos
 * @param {string} text
 */
export function note(group, combos, text) {
  if (!notes.some((known) => known.text === text)) notes.push({ group, combos, text });
}

/** Hear the keys of the page. */
export function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (document.querySelector("dialog[open]:modal")) return;
    const act = bound.get(comboOf(event)) ?? bound.get(comboByCode(event));
    if (!act || (types(event) && !event.ctrlKey && !event.altKey && !event.metaKey && event.key !== "Escape")) return;
    if (act(event) !== false) event.preventDefault();
  });
  bind("?", "The page", "Show these keys", () => void showKeys());
}

function comboOf(event, key = event.key) {
  const shown = key.length > 1 && event.shiftKey ? "shift+" : "";
  const control = event.ctrlKey || event.metaKey ? "ctrl+" : "";
  return `${control}${event.altKey ? "alt+" : ""}${shown}${key}`.toLowerCase();
}

/** The combination by the key's place: on a Russian layout the key of K says «л». */
function comboByCode(event) {
  const letter = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code);
  return letter && (event.ctrlKey || event.altKey || event.metaKey) ? comboOf(event, letter[1] ?? letter[2]) : "";
}

function types(event) {
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

/** Open the dialog that lists every key. */
export function showKeys() {
  const parts = GROUPS.map((group) => [group, notes.filter((known) => known.group === group)]);
  const content = parts.filter(([, known]) => known.length).map(([group, known]) => part(group, known));
  const list = el("div", { class: "keys", tabIndex: 0, role: "group", ariaLabel: "All keys" }, content);
  return openDialog({ title: "Keys", content: [list], className: "keys-dialog" });
}

function part(group, known) {
  const rows = known.map(({ combos, text }) =>
    el("div", { class: "keys-row" }, el("dt", {}, combos.map(combo)), el("dd", { text })),
  );
  return el("section", { class: "keys-part" }, el("h3", { text: group }), el("dl", {}, rows));
}

function combo(text) {
  const keys = text.split("+").map((key) => el("kbd", { text: NAMES[key] ?? key }));
  return el("span", { class: "keys-combo" }, keys);
}
