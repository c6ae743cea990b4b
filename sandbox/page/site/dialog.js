// What dialogs that ask for more than a yes are made of: a head with a cross, fields, a form that says what is wrong.

import { el, iconButton } from "./dom.js";
import { dialog } from "./toast.js";

let count = 0;

/**
 * Open a dialog with a head and a cross.
 * @param {{title: string, content: (Node|string|null|false)[], className?: string}} what
 * @returns {{node: HTMLDialogElement, close: (value?: any) => void, closed: Promise<any>}} `closed` brings what it was
 *   closed with; undefined by Esc, by the cross, or by a press beside it
 */
export function openDialog({ title, content, className = "" }) {
  const head = el("header", { class: "dialog-head" }, el("h2", { text: title }));
  const body = el("div", { class: "dialog-body" }, ...content);
  const opened = dialog({ title, class: `dialog ${className}`.trim() }, head, body);
  head.append(iconButton("close", "Close", () => opened.close()));
  return opened;
}

/**
 * A form in a dialog: what is sent with Enter or its first button, which waits until `send` is done.
 * @param {{
 *   content: (Node|string|null|false)[], yes: string, danger?: boolean, others?: Node[],
 *   send: (form: HTMLFormElement, pressed: string) => Promise<void>|void,
 * }} what `send` may throw: its message is shown under the fields; it is told the value of another submit button
 * @returns {HTMLFormElement}
 */
export function form({ content, yes, send, danger = false, others = [] }) {
  const said = el("p", { class: "dialog-error", role: "alert" });
  const button = el("button", { type: "submit", class: danger ? "button is-danger" : "button is-first", text: yes });
  const node = /** @type {HTMLFormElement} */ (el("form", { class: "dialog-form", noValidate: true }));
  node.append(...content.filter(Boolean), said, el("div", { class: "dialog-buttons" }, ...others, button));
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    said.textContent = "";
    try {
      await send(node, event.submitter?.value ?? "");
    } catch (error) {
      said.textContent = error.message;
    } finally {
      button.ariaBusy = "false";
    }
  });
  return node;
}

/**
 * A labelled field.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {string} [hint] what goes in there
 */
export function labelled(label, control, hint = "") {
  control.id ||= `field-${++count}`;
  const note = hint ? el("small", { id: `${control.id}-hint`, text: hint }) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return el("div", { class: "dialog-field" }, el("label", { for: control.id, text: label }), control, note);
}
