// The round picture of somebody without one: initials on one of eight colours, the same for the same id everywhere.

import { el, icon } from "./dom.js";

const COLOURS = 8;

/**
 * @param {number} id
 * @returns {number} 0 to 7
 */
export function colourOf(id) {
  return Math.abs(id) % COLOURS;
}

/**
 * @param {{id: number, title: string, kind?: string}} whom
 * @param {string} [size] small | middle | large
 * @returns {HTMLElement}
 */
export function avatar(whom, size = "middle") {
  const saved = whom.kind === "saved";
  const colour = saved ? "saved" : String(colourOf(whom.id));
  const inside = saved ? icon("bookmark") : initials(whom.title);
  return el("span", { class: `avatar avatar-${size}`, dataset: { colour }, ariaHidden: true }, inside);
}

function initials(title) {
  const words = title.split(/[\s_]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const taken = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1);
  return taken.map((word) => first(word)).join("").toUpperCase() || first(title) || "?";
}

function first(word) {
  const letter = /[\p{L}\p{N}]/u.exec(word);
  return letter ? letter[0] : [...new Intl.Segmenter().segment(word)][0]?.segment ?? "";
}
