// What is said beside the conversation: a toast that goes by itself, an alert that waits for OK, a question.

import { el } from "./dom.js";
import { keepFocus } from "./trap.js";

const SHORTEST = 3000;
const LONGEST = 10000;
const PER_LETTER = 55;
const MOST_AT_ONCE = 3;

/** The one place where toasts appear: above everything, open dialogs too. */
const place = el("div", { class: "toasts", role: "status", ariaLive: "polite", popover: "manual" });

/**
 * Say something that goes by itself, after as long as its reading takes.
 * @param {string} text
 */
export function toast(text) {
  if (!place.isConnected) document.body.append(place);
  const said = el("div", { class: "toast", dir: "auto", text });
  place.append(said);
  while (place.children.length > MOST_AT_ONCE) place.firstChild.remove();
  raise();
  const lasts = Math.min(LONGEST, SHORTEST + PER_LETTER * text.length);
  setTimeout(() => fade(said), lasts);
}

/** What is opened last is on top: a dialog may have come since. */
function raise() {
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover();
}

function fade(said) {
  said.classList.add("going");
  setTimeout(() => {
    said.remove();
    if (!place.firstChild && place.matches(":popover-open")) place.hidePopover();
  }, 200);
}

/**
 * Say something that waits until it is read.
 * @param {string} text
 * @returns {Promise<void>}
 */
export async function alertBox(text) {
  await ask(text, [{ label: "OK", value: true, main: true }]);
}

/**
 * Ask for a yes.
 * @param {string} text
 * @param {{yes?: string, danger?: boolean}} [how] the button's words, and whether they are a warning
 * @returns {Promise<boolean>} false as well when it is closed by Esc
 */
export async function confirmBox(text, { yes = "OK", danger = false } = {}) {
  return (await choiceBox(text, [{ label: yes, value: true, main: true, danger }])) === true;
}

/**
 * A dialog over everything, which has the focus until it is closed; the browser gives it back.
 * @param {{title: string, class?: string, role?: string}} how the title is its name for screen readers
 * @param {...(Node|string|null)} children
 * @returns {{node: HTMLDialogElement, close: (value?: any) => void, closed: Promise<any>}} `closed` brings what it was
 *   closed with; undefined by Esc or by a press beside it
 */
export function dialog(how, ...children) {
  const node = /** @type {HTMLDialogElement} */ (
    el("dialog", { class: `box ${how.class ?? ""}`, ariaLabel: how.title, role: how.role }, ...children));
  let value;
  const close = (given) => {
    value = given;
    node.close();
  };
  const closed = new Promise((resolve) => {
    node.addEventListener("close", () => {
      node.remove();
      wake(document.activeElement);
      resolve(value);
    });
  });
  // Both ends of a press count: text that is marked up to beyond the edge does not close it.
  let begun = null;
  node.addEventListener("pointerdown", (event) => (begun = event.target));
  node.addEventListener("click", (event) => begun === node && event.target === node && close(undefined));
  node.addEventListener("keydown", (event) => event.stopPropagation());
  keepFocus(node);
  document.body.append(node);
  node.showModal();
  return { node, close, closed };
}

/**
 * Ask which of a few things is meant.
 * @param {string} text
 * @param {{label: string, value: any, main?: boolean, danger?: boolean}[]} choices what may be answered, besides Cancel
 * @returns {Promise<any>} the choice's value; undefined when it is none of them
 */
export function choiceBox(text, choices) {
  return ask(text, [{ label: "Cancel", value: undefined }, ...choices]);
}

/**
 * Chromium gives a text field the focus back, but leaves it without its cursor when the dialog goes: no key counts there
 * until the focus comes anew (tests/browser/test_writing.py holds it).
 */
function wake(node) {
  if (!node?.matches("textarea, input")) return;
  node.blur();
  node.focus({ preventScroll: true });
}

function ask(text, choices) {
  const words = el("p", { class: "words", dir: "auto", text });
  const opened = dialog({ title: text, class: "question", role: "alertdialog" }, el("div", { class: "inside" }, words,
    el("div", { class: "choices" }, ...choices.map((choice) => el("button", {
      type: "button",
      class: `choice${choice.main ? " main" : ""}${choice.danger ? " danger" : ""}`,
      text: choice.label,
      autofocus: Boolean(choice.main),
      on: { click: () => opened.close(choice.value) },
    })))));
  return opened.closed;
}
