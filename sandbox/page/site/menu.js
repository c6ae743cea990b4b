// How a message is asked what can be done with it: right click, long press, the Menu key, Enter.

import { chatOf, copyLink, copyText, pin, remove, rights, showSource } from "./actions.js";
import { copied } from "./entities.js";
import { forward } from "./forward.js";
import { note } from "./keys.js";
import { popup } from "./popup.js";
import { download } from "./saving.js";
import { selectionOf } from "./select.js";
import { subjectOf } from "./subjects.js";

const LONG = 500;
const STILL = 10;
const OWN_DOUBLE_CLICK = "a, button, input, pre, .text, .picture, .player";

/**
 * Let the messages in an element answer to what asks for their menu.
 * @param {HTMLElement} log what holds the articles
 * @param {import("./pane.js").Pane} pane
 */
export function mountMenu(log, pane) {
  const selection = selectionOf(pane);
  selection.over(log);
  log.addEventListener("contextmenu", (event) => asked(event, pane));
  log.addEventListener("dblclick", (event) => doubled(event, pane));
  log.addEventListener("keydown", (event) => pressed(event, pane, selection));
  log.addEventListener("pointerdown", (event) => holds(event, pane));
  note("Messages", ["Enter"], "What can be done with the message");
  note("Messages", ["Delete"], "Delete the message");
  note("Messages", [" "], "Select the message, then others");
}

function asked(event, pane) {
  const about = subjectOf(event.target, pane);
  if (!about) return;
  event.preventDefault();
  openAt(about, placeOf(event, about.article), event.target, pane);
}

/** Where the mouse is; for keys, the bubble's middle. */
function placeOf(event, article) {
  const box = (article.querySelector(".bubble, .told") ?? article).getBoundingClientRect();
  const there = event.clientX > 0 && event.clientY > 0 && event.button === 2;
  if (there || event.pointerType === "touch") return { x: event.clientX, y: event.clientY };
  const top = Math.max(box.top, 0);
  return { x: box.left + box.width / 2, y: top + Math.min(40, box.height / 2) };
}

function openAt(about, place, target, pane) {
  const back = about.article.contains(document.activeElement) ? document.activeElement : about.article;
  popup(items(about, target, pane), { ...place, label: "Message", back });
}

function items({ article, messages, message }, target, pane) {
  const may = rights(message, pane);
  const chosen = String(getSelection() ?? "").trim();
  const within = chosen && article.contains(getSelection().anchorNode);
  const address = target.closest?.("a.link[href]")?.href;
  const text = messages.find((one) => one.text) ?? message;
  const copies = rights(text, pane).copy;
  const several = messages.length > 1 ? `Select these ${messages.length}` : "Select";
  const bots = !message.out && chatOf(message, pane).kind === "bot";
  const source = bots ? "What the bot sent (JSON)" : "What was sent (JSON)";
  const turned = message.pinned ? ["Unpin", "unpin"] : ["Pin", "pin"];
  return [
    may.reply && { label: "Reply", icon: "reply", act: () => pane.reply(message) },
    may.edit && { label: "Edit", icon: "edit", act: () => pane.edit(message.text ? message : text) },
    may.pin && { label: turned[0], icon: turned[1], act: () => pin(message, !message.pinned, pane) },
    within && copies && { label: "Copy selected text", icon: "copy", act: () => copied(chosen, "Text copied.", pane) },
    address && { label: "Copy the link's address", icon: "copy", act: () => copied(address, "Link copied.", pane) },
    copies && { label: "Copy text", icon: "copy", act: () => copyText([text], pane) },
    may.link && { label: "Copy link to the message", icon: "link", act: () => copyLink(message, pane) },
    may.download && { label: "Download", icon: "download", act: () => messages.forEach((one) => download(one)) },
    may.forward && { label: "Forward", icon: "forward", act: () => forward(messages, pane) },
    !message.service && { label: several, icon: "select", act: () => selectionOf(pane).add(messages) },
    { label: source, icon: "code", act: () => showSource(messages.length > 1 ? messages : message, pane) },
    may.remove && { label: "Delete", icon: "delete", danger: true, act: () => remove(messages, pane) },
  ];
}

function doubled(event, pane) {
  if (event.target.closest(OWN_DOUBLE_CLICK)) return;
  const about = subjectOf(event.target, pane);
  if (!about || !rights(about.message, pane).reply) return;
  getSelection()?.removeAllRanges();
  pane.reply(about.message);
}

function pressed(event, pane, selection) {
  if (!event.target.matches?.("article.message") || event.ctrlKey || event.metaKey || event.altKey) return;
  const about = subjectOf(event.target, pane);
  const acts = {
    Enter: () => openAt(about, placeOf(event, about.article), event.target, pane),
    Delete: () => rights(about.message, pane).remove && remove(about.messages, pane),
    " ": () => selection.toggle(about.messages),
  };
  const act = about && acts[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** A finger that stays where it is: some browsers tell of it as a right click, others not at all. */
function holds(event, pane) {
  if (event.pointerType !== "touch") return;
  const about = subjectOf(event.target, pane);
  if (!about) return;
  const stop = new AbortController();
  const { signal } = stop;
  const timer = setTimeout(() => {
    stop.abort();
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), LONG);
    openAt(about, { x: event.clientX, y: event.clientY }, event.target, pane);
  }, LONG);
  signal.addEventListener("abort", () => clearTimeout(timer));
  const moved = (to) => {
    if (Math.hypot(to.clientX - event.clientX, to.clientY - event.clientY) > STILL) stop.abort();
  };
  addEventListener("pointermove", moved, { signal });
  for (const end of ["pointerup", "pointercancel", "contextmenu", "scroll"]) {
    addEventListener(end, () => stop.abort(), { signal, capture: true });
  }
}

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
