// What is behind the words of a message that can be pressed: links, mentions, hashtags, commands, addresses, numbers.

import { chatPath, post } from "./api.js";
import { el } from "./dom.js";
import { findTag } from "./hashtag.js";

/** Only these may stand in an address: anything else is asked about by what opens links, and never followed. */
const FOLLOWED = /^(?:https?|tg|mailto|tel):/iu;

/**
 * Put words into the clipboard and say so.
 * @param {string} words
 * @param {string} said
 * @param {import("./pane.js").Pane} pane
 */
export async function copied(words, said, pane) {
  try {
    await navigator.clipboard.writeText(words);
    pane.toast(said);
  } catch {
    pane.toast("The browser does not let this page write to the clipboard. Select the text and copy it.");
  }
}

/**
 * The part of a text that leads somewhere.
 * @param {{type: string, from: number, to: number, url?: string, user?: number}} entity
 * @param {(Node|string)[]} held what is shown
 * @param {{text: string, pane: object, message: object}} told
 */
export function linkOf(entity, held, { text, pane, message }) {
  const words = text.slice(entity.from, entity.to);
  const acts = {
    url: () => leads(withScheme(words), held, pane),
    text_link: () => leads(entity.url ?? "", held, pane, entity.url),
    mention: () => leads(words, held, pane, null, `https://t.me/${words.slice(1)}`),
    text_mention: () => leads(`tg://user?id=${entity.user ?? ""}`, held, pane),
    email: () => leads(`mailto:${words}`, held, pane),
    phone: () => leads(`tel:${words.replace(/[^+\d]/gu, "")}`, held, pane),
    hashtag: () => pressed(held, () => findTag(pane, message, words)),
    cashtag: () => pressed(held, () => findTag(pane, message, words)),
    command: () => pressed(held, () => sendCommand(pane, message, words)),
    card: () => pressed(held, () => copied(words, "Number copied to the clipboard.", pane)),
  };
  return acts[entity.type]();
}

function withScheme(words) {
  return /^[a-z][a-z\d+.-]*:/iu.test(words) && !/^[^/]*:\d/u.test(words) ? words : `https://${words}`;
}

/** A link as the browser knows it (its menu, its status line), opened by the pane, not by the browser. */
function leads(url, held, pane, title, href = url) {
  const open = (event) => {
    event.preventDefault();
    pane.openLink(url);
  };
  const node = el("a", { class: "link", title: title ?? "", on: { click: open } }, ...held);
  if (FOLLOWED.test(href)) {
    node.href = href;
    node.rel = "noopener noreferrer";
    node.target = "_blank";
    return node;
  }
  return answering(node, open);
}

function pressed(held, act) {
  return answering(el("a", { class: "link", on: { click: act } }, ...held), act);
}

/** A link without an address: the browser gives it neither focus nor Enter. */
function answering(node, act) {
  node.setAttribute("role", "link");
  node.tabIndex = 0;
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // What opens may take the focus at once: the same key must not press there, too.
    event.preventDefault();
    act(event);
  });
  return node;
}

async function sendCommand(pane, message, words) {
  try {
    await post(`${chatPath(pane.person.id, message.chat)}/messages`, { text: words, plain: true });
  } catch (refused) {
    pane.toast(refused.message);
  }
}
