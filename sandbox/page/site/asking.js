// The small questions of the composer: where a link is to lead, and whether an address is to be opened.

import { form, labelled, openDialog } from "./dialog.js";
import { el } from "./dom.js";

const OPENED = new Set(["http:", "https:"]);

/**
 * Ask what a link is to say and where it is to lead.
 * @param {string} chosen the words that were chosen for it
 * @returns {Promise<{words: string, address: string}|null>}
 */
export function askLink(chosen) {
  const words = el("input", { type: "text", value: chosen, autocomplete: "off" });
  const address = el("input", { type: "url", placeholder: "https://", autocomplete: "off" });
  const send = () => {
    if (!address.value.trim()) throw new Error("Say where it leads, such as https://example.org");
    dialog.close({ words: words.value.trim(), address: complete(address.value.trim()) });
  };
  const fields = [labelled("Text", words), labelled("Address", address)];
  const dialog = openDialog({ title: "Create a link", content: [form({ content: fields, yes: "Create", send })] });
  (chosen ? address : words).focus();
  return dialog.closed;
}

/**
 * Show where an address leads, in whole, and open it in a new tab if the person says so.
 * @param {string} given
 */
export async function askOpen(given) {
  const address = parsed(given);
  const whole = el("p", { class: "whole-address", dir: "ltr", text: address?.href ?? given });
  if (!address || !OPENED.has(address.protocol)) {
    const why = el("p", { text: "Only web addresses open from here. You can copy it." });
    const only = el("div", { class: "dialog-buttons" }, copying(given));
    return openDialog({ title: "This does not open", content: [whole, why, only] }).closed;
  }
  const { href } = address;
  const open = el("a", { class: "button is-first", href, target: "_blank", rel: "noopener noreferrer", text: "Open" });
  const host = el("p", {}, "It leads out of this page, to ", el("strong", { text: address.host }), ".");
  const buttons = el("div", { class: "dialog-buttons" }, copying(href), open);
  const dialog = openDialog({ title: "Open this link?", content: [whole, host, buttons] });
  open.addEventListener("click", () => dialog.close());
  open.focus();
  return dialog.closed;
}

/**
 * A button that copies a text and says so.
 * @param {string} text
 * @param {string} [label]
 */
export function copying(text, label = "Copy") {
  const button = el("button", { type: "button", class: "button", text: label });
  button.addEventListener("click", async () => {
    button.textContent = (await copied(text)) ? "Copied" : "Choose and copy it by hand";
  });
  return button;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * An address taken apart; null if it is none.
 * @param {string} address
 * @returns {URL|null}
 */
export function parsed(address) {
  try {
    return new URL(complete(address));
  } catch {
    return null;
  }
}

/** An address with its scheme: `example.org` and `localhost:80` have none, `mailto:` is one. */
function complete(address) {
  const scheme = /^[a-z][a-z0-9+.-]*:(?!\d+(?:[/?#]|$))/i;
  if (scheme.test(address)) return address;
  return `${/^(?:localhost|127\.)/i.test(address) ? "http" : "https"}://${address}`;
}
