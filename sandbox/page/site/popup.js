// A menu at a place of the page: where it fits, how keys go through it, and how it goes away.

import { el, icon } from "./dom.js";

const EDGE = 8;
let open = null;

/**
 * @typedef {{label: string, icon: string, danger?: boolean, act: () => void}} Item
 */

/**
 * Show a menu, with the focus on its first item; one at a time.
 * @param {(Item|null|false)[]} items null and false are left out
 * @param {{x: number, y: number, label: string, back?: HTMLElement|null}} where in the window; `back` gets the focus
 */
export function popup(items, { x, y, label, back = null }) {
  open?.close(false);
  const node = el("div", { class: "popup", role: "menu", ariaLabel: label, popover: "manual" });
  const stop = new AbortController();
  const close = (returning = true) => {
    if (open?.node !== node) return;
    open = null;
    stop.abort();
    node.remove();
    if (returning && back?.isConnected) back.focus({ preventScroll: true });
  };
  for (const item of items.filter(Boolean)) {
    node.append(el("button", {
      type: "button", role: "menuitem", tabIndex: -1, class: item.danger ? "danger" : "",
      on: { click: () => { close(); item.act(); } },
    }, icon(item.icon), el("span", { text: item.label })));
  }
  (document.querySelector("main") ?? document.body).append(node);
  open = { node, close };
  node.showPopover();
  put(node, x, y);
  hear(node, close, stop.signal);
  node.firstElementChild?.focus({ preventScroll: true });
}

/** Where there is room: below and to the right of the place, else above it, else to its left. */
function put(node, x, y) {
  const { width, height } = node.getBoundingClientRect();
  const left = x + width + EDGE > innerWidth ? x - width : x;
  const top = y + height + EDGE > innerHeight ? y - height : y;
  node.style.setProperty("left", `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`);
  node.style.setProperty("top", `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`);
}

function hear(node, close, signal) {
  node.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close();
      return;
    }
    const to = next(node, event.key);
    if (!to) return;
    event.preventDefault();
    to.focus({ preventScroll: true });
  });
  node.addEventListener("contextmenu", (event) => event.preventDefault());
  const beside = (event) => {
    if (!node.contains(event.target)) close(false);
  };
  addEventListener("pointerdown", beside, { capture: true, signal });
  addEventListener("wheel", beside, { capture: true, passive: true, signal });
  addEventListener("resize", () => close(false), { signal });
  addEventListener("blur", () => close(false), { signal });
}

/** The item that a key leads to: arrows go round, a letter goes to the next item that begins with it. */
function next(node, key) {
  const items = [...node.children];
  const at = items.indexOf(document.activeElement);
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  if (key === "ArrowUp") return items[(at - 1 + items.length) % items.length];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1) return null;
  const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return order.find((item) => item.textContent.trim().toLowerCase().startsWith(key.toLowerCase())) ?? null;
}
