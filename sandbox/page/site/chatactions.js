// What can be done with a chat from its details: its invite link, its admins, and the ways out of it and back.

import { post } from "./api.js";
import { copying } from "./asking.js";
import { form, labelled } from "./dialog.js";
import { el } from "./dom.js";
import { store } from "./store.js";
import { confirmBox } from "./toast.js";

/** What takes the chat away: nothing of it is there to go on with. */
const ENDING = new Set(["leave", "remove"]);

/** @typedef {{pane: any, path: string, close: () => void, again: () => Promise<void>}} Where a chat's details */

/**
 * The invite link of an own channel or group: the one there is, or a button that makes one.
 * @param {any} info
 * @param {Where} where
 */
export function inviteLink(info, { path }) {
  if (!isShared(info) || !info.admin) return null;
  const place = el("div", { class: "info-link" });
  const show = (link) => {
    place.replaceChildren(el("span", { class: "fact-text", text: link }), copying(link, "Copy invite link"));
  };
  const asks = el("input", { type: "checkbox" });
  const make = async (fields) => {
    const { link } = await post(`${path}/invite`, { asks: asks.checked });
    fields.remove();
    show(link);
  };
  const choice = el("label", { class: "check" }, asks, el("span", { text: "Who opens it asks, and an admin decides" }));
  if (info.invite) show(info.invite);
  else place.append(form({ content: [choice], yes: "Make an invite link", send: make }));
  return el("section", { class: "info-part" }, el("h3", { text: "Invite link" }), place);
}

/**
 * Where somebody, most often a bot, is made an admin.
 * @param {any} info
 * @param {Where} where
 */
export function adminForm(info, { pane, path, again }) {
  if (!isShared(info) || !info.admin) return null;
  const bots = store.chats(pane.person.id).filter((chat) => chat.kind === "bot" && chat.username);
  const options = bots.map((bot) => el("option", { value: bot.username }));
  const names = el("datalist", { id: `bots-${pane.person.id}` }, ...options);
  const placeholder = bots[0]?.username ?? "my_bot";
  const who = el("input", { type: "text", autocomplete: "off", spellcheck: false, placeholder, list: names.id });
  const send = async (verb, role) => {
    const name = who.value.trim().replace(/^@/, "");
    if (!name) throw new Error("Say who: the user name or the id of a bot or a person.");
    await post(`${path}/${verb}`, { who: /^\d+$/.test(name) ? Number(name) : name });
    pane.toast(`${name} is ${role} now.`);
    await again();
  };
  const adding = form({
    content: [labelled("User name or id", who), names],
    yes: "Make admin",
    send: (_, pressed) => (pressed === "members" ? send("members", "a member") : send("promote", "an admin")),
    others: [el("button", { type: "submit", class: "button", value: "members", text: "Add as member" })],
  });
  return el("section", { class: "info-part" }, el("h3", { text: "Add people and bots" }), adding);
}

/**
 * The ways out of a chat and back: join, leave, block, unblock, delete.
 * @param {any} info
 * @param {Where} where
 */
export function leaving(info, where) {
  if (info.kind === "saved") return null;
  const first = isShared(info) ? membership(info, where) : blocking(info, where);
  return el("div", { class: "info-actions" }, first, removing(info, where));
}

/** Own channels and groups go for everybody, private chats for this person. */
function removing(info, where) {
  if (isShared(info) && !info.creator) return null;
  const what = isShared(info) ? info.kind : "chat";
  const whose = isShared(info) ? "Everybody loses it, with all its messages." : "All its messages go from your side.";
  const question = `Delete ${isShared(info) ? info.title : `the chat with ${info.title}`}? ${whose}`;
  return action(`Delete ${what}`, "remove", where, { question, yes: "Delete" });
}

function membership(info, where) {
  if (info.creator) return null;
  if (!info.member) return action(`Join ${info.kind}`, "join", where);
  const question = `Leave ${info.title}?`;
  return action(`Leave ${info.kind}`, "leave", where, { question, yes: "Leave" });
}

function blocking(info, where) {
  const what = info.kind === "bot" ? "bot" : "person";
  if (info.blocked) return action(`Unblock ${what}`, "unblock", where);
  const question = `Block ${info.title}? Nothing that they send arrives any more.`;
  const text = info.kind === "bot" ? "Stop and block bot" : "Block person";
  return action(text, "block", where, { question, yes: "Block" });
}

/** A button that does one thing with the chat, after a question if it takes something away. */
function action(text, verb, { pane, path, close, again }, asked = null) {
  const press = async () => {
    if (asked && !(await confirmBox(asked.question, { yes: asked.yes, danger: true }))) return;
    try {
      const answer = await post(`${path}/${verb}`);
      if (answer.chat) store.putChat(pane.person.id, answer.chat);
      if (answer.asked) pane.toast("You asked to join. An admin decides.");
      if (ENDING.has(verb)) gone();
      else await again();
    } catch (error) {
      pane.toast(error.message);
    }
  };
  const gone = () => {
    close();
    pane.back();
  };
  const look = asked ? "button is-danger" : "button is-first";
  return el("button", { type: "button", class: look, text, on: { click: press } });
}

function isShared({ kind }) {
  return kind === "channel" || kind === "group";
}
