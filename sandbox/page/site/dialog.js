// How a dialog of the page opens and closes: on top of everything, with the focus in it and given back afterwards.

import { el, iconButton } from "./dom.js";

let count = 0;

/**
 * Open a dialog. Esc, its cross and a click beside it close it with null.
 * @param {{title: string, content: (Node|string|null|false)[], className?: string}} what
 * @returns {{node: HTMLDialogElement, close: (value?: any) => void, closed: Promise<any>}}
 */
export function openDialog({ title, content, className = "" }) {
  const id = `dialog-${++count}`;
  const made = el("dialog", { class: `dialog ${className}`.trim(), ariaLabelledBy: id });
  const node = /** @type {HTMLDialogElement} */ (made);
  let answer = null;
  const close = (value = null) => {
    answer = value;
    node.close();
  };
  const closed = new Promise((resolve) => {
    node.addEventListener("close", () => {
      node.remove();
      resolve(answer);
    });
  });
  const head = el("header", { class: "dialog-head" }, el("h2", { id, text: title }));
  head.append(iconButton("close", "Close", () => close()));
  node.append(head, el("div", { class: "dialog-body" }, ...content));
  node.addEventListener("keydown", (event) => event.stopPropagation());
  node.addEventListener("mousedown", (event) => event.target === node && beside(node, event) && close());
  document.body.append(node);
  node.showModal();
  return { node, close, closed };
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

function beside(node, { clientX, clientY }) {
  const { left, right, top, bottom } = node.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
