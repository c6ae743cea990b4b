// How a message's text is shown: entities as Telegram's clients show them, nested and overlapping, and what they do.
//
// The text goes into the page as text nodes only; whatever looks like markup in it stays letters.

import { el, icon, iconButton } from "./dom.js";
import { copied, linkOf } from "./entities.js";
import { part } from "./parts.js";

/** Outer to inner: blocks hold lines, a spoiler hides links, a link is not torn apart by what is bold in it. */
const RANKS = [
  ["quote"], ["pre"], ["spoiler"],
  ["url", "text_link", "mention", "text_mention", "hashtag", "cashtag", "command", "email", "phone", "card"],
  ["bold"], ["italic"], ["underline"], ["strike"], ["code"],
];
const RANK = new Map(RANKS.flatMap((types, rank) => types.map((type) => [type, rank])));
const BLOCKS = new Set(["quote", "pre"]);
const TAGS = { bold: "strong", italic: "em", underline: "u", strike: "s" };
const LINKS = new Set(RANKS[3]);

/** The text with everything that its entities say; their offsets and lengths are UTF-16 units. */
function richText(text, entities, pane, message) {
  const placed = (entities ?? []).map((one) => whole(one, text));
  const known = placed.filter((one) => RANK.has(one.type) && one.to > one.from);
  known.sort((a, b) => RANK.get(a.type) - RANK.get(b.type) || a.from - b.from || b.to - a.to);
  const node = el("span", { class: "text" });
  node.append(...flow({ text, pane, message, node }, 0, text.length, known));
  return part(node, message.id, text, entities);
}

/**
 * A message's text as a block, in which each paragraph has the direction of its own words.
 * @param {object} message
 * @param {import("./pane.js").Pane} pane
 * @param {...Node} after what stands at the end of the last line, if there is room
 */
export function said(message, pane, ...after) {
  return el("div", { class: "said", dir: "auto" }, richText(message.text, message.entities, pane, message), ...after);
}

/** The entity as a range that lies in the text and cuts no character in two. */
function whole(entity, text) {
  const inside = (at) => Math.max(0, Math.min(text.length, at));
  const from = inside(entity.offset);
  const to = inside(entity.offset + entity.length);
  return { ...entity, from: splits(text, from) ? from - 1 : from, to: splits(text, to) ? to + 1 : to };
}

function splits(text, at) {
  return at > 0 && at < text.length && /[\uDC00-\uDFFF]/.test(text[at]) && /[\uD800-\uDBFF]/.test(text[at - 1]);
}

/** The nodes of one range: the outermost entity in it, what is before it and what is behind it. */
function flow(told, from, to, entities) {
  if (from >= to) return [];
  const [outer, ...others] = entities;
  if (!outer) return [told.text.slice(from, to)];
  const inner = clipped(others, outer.from, outer.to).filter((one) => !(LINKS.has(outer.type) && LINKS.has(one.type)));
  const before = flow(told, from, outer.from, clipped(others, from, outer.from));
  const within = LINKS.has(outer.type) ? { ...told, linked: true } : told;
  const held = outer.type === "pre" ? [] : flow(within, outer.from, outer.to, inner);
  const after = flow(told, outer.to, to, clipped(others, outer.to, to));
  const node = wrapped(told, outer, held);
  if (BLOCKS.has(outer.type)) return [...unbroken(before, "end"), node, ...unbroken(after, "start")];
  return [...before, node, ...after];
}

function clipped(entities, from, to) {
  return entities
    .map((one) => ({ ...one, from: Math.max(from, one.from), to: Math.min(to, one.to) }))
    .filter((one) => one.from < one.to);
}

/** The nodes without the one line break that the block beside them makes already. */
function unbroken(nodes, side) {
  const at = side === "end" ? nodes.length - 1 : 0;
  const next = nodes[at];
  if (typeof next !== "string") return nodes;
  const cut = side === "end" ? next.replace(/\n$/u, "") : next.replace(/^\n/u, "");
  return cut === "" ? nodes.toSpliced(at, 1) : nodes.with(at, cut);
}

function wrapped(told, entity, held) {
  const words = told.text.slice(entity.from, entity.to);
  if (entity.type in TAGS) return el(TAGS[entity.type], {}, ...held);
  if (entity.type === "code") return told.linked ? el("code", {}, ...held) : inlineCode(words, held, told.pane);
  if (entity.type === "pre") return codeBlock(words, entity.language, told.pane);
  if (entity.type === "quote") return quote(held, entity.collapsed);
  if (entity.type === "spoiler") return spoiler(held, told.node);
  return linkOf(entity, held, told);
}

function inlineCode(words, held, pane) {
  const copy = () => copied(words, "Copied to the clipboard.", pane);
  return el("code", { ...pressable(copy), title: "Copy", ariaLabel: `Copy: ${words}` }, ...held);
}

function codeBlock(words, language, pane) {
  const code = words.replace(/\n$/u, "");
  const copy = () => copied(code, "Code copied to the clipboard.", pane);
  const label = "Copy the code";
  const button = el("button", { type: "button", class: "copy", title: label, ariaLabel: label, on: { click: copy } },
    icon("copy"), el("span", { text: "copy" }));
  return el("figure", { class: "code-block" },
    el("figcaption", {}, el("span", { class: "language", text: language || "code" }), button),
    el("pre", { tabIndex: 0, dir: "ltr", ariaLabel: "Code" }, el("code", { text: code })));
}

/** What makes a node answer to a press of the mouse and of Enter or the space bar alike. */
function pressable(press) {
  const key = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    press(event);
  };
  return { role: "button", tabIndex: 0, on: { click: press, keydown: key } };
}

/** Hidden words: one press opens all of the message's, as Telegram's clients do. */
function spoiler(held, text) {
  const hidden = el("span", { class: "words-hidden" }, ...held);
  hidden.inert = true;
  const open = () => {
    text.querySelectorAll(".spoiler.closed").forEach((one) => shown(one));
    text.querySelector(".spoiler")?.blur();
  };
  return el("span", { class: "spoiler closed", ariaLabel: "Hidden text: show it", ...pressable(open) }, hidden);
}

function shown(node) {
  node.classList.remove("closed");
  node.removeAttribute("role");
  node.removeAttribute("tabindex");
  node.removeAttribute("aria-label");
  node.firstChild.inert = false;
}

/** Only a quote that does not fit into its three lines gets something to press. */
const fitting = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const body = target.querySelector(".quoted");
    if (!target.classList.contains("open")) {
      target.classList.toggle("cut", body.scrollHeight > body.clientHeight + 1);
    }
  }
});

function quote(held, collapsed) {
  const body = el("div", { class: "quoted", dir: "auto" }, ...held);
  if (!collapsed) return el("blockquote", {}, body);
  const how = { class: "unfold", ariaExpanded: "false" };
  const button = iconButton("down", "Show the whole quote", () => fold(node, button), how);
  const node = el("blockquote", { class: "collapsed" }, body, button);
  fitting.observe(node);
  return node;
}

function fold(node, button) {
  const open = node.classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
  button.setAttribute("aria-label", open ? "Fold the quote" : "Show the whole quote");
  button.title = button.getAttribute("aria-label");
}
