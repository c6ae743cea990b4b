// Where a link leads: Telegram's own inside the page (chats, messages, bots to start, invitations, words to share),
// others asked about.

import { post } from "./api.js";
import { askOpen, parsed } from "./asking.js";
import { chooseChat } from "./forward.js";
import { askJoin } from "./invite.js";
import { store } from "./store.js";

const TELEGRAM = /(?:^|\.)(?:t\.me|telegram\.me|telegram\.dog)$/;

/**
 * Open a link or an `@name` as this pane's person. What goes wrong is said in a toast.
 * @param {any} pane
 * @param {string} url
 */
export async function openLink(pane, url) {
  if (leadsElsewhere(url)) return askOpen(url);
  try {
    const found = await post(`/api/people/${pane.person.id}/open`, { link: url });
    await show(pane, found);
  } catch (error) {
    if (error.name === "NOT_TELEGRAM") await askOpen(url);
    else pane.toast(error.message);
  }
  return undefined;
}

/** Whether it is clear without asking that this is no link of Telegram's. */
function leadsElsewhere(url) {
  if (url.trim().startsWith("@")) return false;
  const address = parsed(url.trim());
  if (!address || address.protocol === "tg:") return false;
  return !address.protocol.startsWith("http") || !TELEGRAM.test(address.hostname);
}

async function show(pane, { chat, start, message, invite, share }) {
  if (share) return shareWords(pane, share);
  if (invite) {
    const joined = await askJoin(pane, invite);
    if (joined) await show(pane, { chat: joined, start: null, message: null, invite: null, share: null });
    return undefined;
  }
  store.putChat(pane.person.id, chat);
  await pane.open(chat.id, { message, focus: start === null });
  if (start !== null) pane.dispatchEvent(new CustomEvent("start", { detail: { chat: chat.id, parameter: start } }));
  return undefined;
}

/** Put words into the field of a chat that the person chooses: nothing is sent before they say so. */
async function shareWords(pane, words) {
  const to = await chooseChat(pane, "Share with…");
  if (to === null) return;
  await pane.open(to);
  pane.fill(words);
}
