// Light, dark, or as the system has it; the choice outlives a reload.

import { el, icon } from "./dom.js";

const KEY = "theme";
const ORDER = ["system", "light", "dark"];
const ICONS = { system: "theme-system", light: "sun", dark: "moon" };
const NAMES = { system: "as the system", light: "light", dark: "dark" };

/** @returns {"system"|"light"|"dark"} */
export function theme() {
  const kept = localStorage.getItem(KEY);
  return /** @type {any} */ (ORDER.includes(kept ?? "") ? kept : "system");
}

/** @param {"system"|"light"|"dark"} name */
export function setTheme(name) {
  localStorage.setItem(KEY, name);
  apply(name);
}

/** Show the page in the theme that was chosen last. */
export function restoreTheme() {
  apply(theme());
}

function apply(name) {
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

/** The button that goes through the three. */
export function themeButton() {
  const button = el("button", { type: "button", class: "icon-button", on: { click: next } });
  show();
  return button;

  function next() {
    setTheme(/** @type {any} */ (ORDER[(ORDER.indexOf(theme()) + 1) % ORDER.length]));
    show();
  }

  function show() {
    const name = `Theme: ${NAMES[theme()]}`;
    button.replaceChildren(icon(ICONS[theme()]));
    button.setAttribute("aria-label", name);
    button.title = name;
  }
}
