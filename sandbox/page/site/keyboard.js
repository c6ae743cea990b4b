// What buttons do: those below a message, and those in place of the letters.

import { chatPath, post } from "./api.js";
import { el, icon } from "./dom.js";
import { copied } from "./entities.js";
import { chooseChat } from "./forward.js";
import { part } from "./parts.js";
import { store } from "./store.js";

const CORNERS = { url: "arrow-out", inline: "forward", copy: "copy" };
const NOT_ANSWERED = "BOT_RESPONSE_TIMEOUT";

/**
 * The buttons below a message, or null.
 * @param {any} message
 * @param {import("./pane.js").Pane} pane
 */
export function inlineKeyboard(message, pane) {
  if (!message.buttons?.length) return null;
  const line = (row) => el("div", { class: "key-line" }, ...row.map((button) => key(button, message, pane)));
  return el("div", { class: "inline-keyboard", role: "group", ariaLabel: "Buttons" }, ...message.buttons.map(line));
}

function key(button, message, pane) {
  const corner = CORNERS[button.kind];
  const node = el("button", {
    type: "button", class: `key ${button.style ?? ""}`, title: titleOf(button), dataset: { kind: button.kind },
  }, el("span", { class: "label", dir: "auto", text: button.text }), corner ? icon(corner) : null);
  node.addEventListener("click", () => press(button, node, message, pane));
  return part(node, message.id, button);
}

function titleOf(button) {
  return button.kind === "url" ? `${button.text}\n${button.url}` : button.text;
}

function press(button, node, message, pane) {
  const acts = {
    callback: () => ask(button, node, message, pane),
    url: () => pane.openLink(button.url),
    copy: () => copied(button.copy, "Copied to the clipboard.", pane),
    inline: () => switchInline(button, message, pane),
    text: () => say(button.text, message, pane),
  };
  const act = acts[button.kind] ?? (() => pane.toast("This page does not know this kind of button."));
  return act();
}

/** Ask the bot what a press means; the button turns until it has answered, or until it is clear that it will not. */
async function ask(button, node, message, pane) {
  if (node.getAttribute("aria-busy") === "true") return;
  waits(node, true);
  const path = `${chatPath(pane.person.id, message.chat)}/messages/${message.id}/press`;
  try {
    const said = await post(path, { data: button.data });
    waits(node, false);
    await answer(said, pane);
  } catch (refused) {
    waits(node, false);
    pane.toast(refused.name === NOT_ANSWERED ? "The bot did not answer." : refused.message);
  }
}

function waits(node, waiting) {
  node.classList.toggle("waiting", waiting);
  node.setAttribute("aria-busy", String(waiting));
}

async function answer({ text, alert, url }, pane) {
  if (url) await pane.openLink(url);
  if (!text) return;
  if (alert) await pane.alert(text);
  else pane.toast(text);
}

/** Begin an inline query, here or in a chat that is asked for. */
async function switchInline(button, message, pane) {
  const bot = username(message, pane);
  if (!bot) {
    pane.toast("This bot has no username, so it cannot be asked in a chat.");
    return;
  }
  const chat = button.same_chat ? message.chat : await chooseChat(pane, "Choose where to ask the bot");
  if (chat === null) return;
  if (chat !== pane.chat) await pane.open(chat);
  pane.fill(`@${bot} ${button.query ?? ""}`);
}

function username(message, pane) {
  if (message.via_bot) return String(message.via_bot).replace(/^@/u, "");
  const known = store.chat(pane.person.id, message.from?.id) ?? store.chat(pane.person.id, message.chat);
  return known?.username ?? null;
}

async function say(text, message, pane) {
  const chat = store.chat(pane.person.id, message.chat);
  // Where several write, the bot knows by the answer which keyboard was meant, as from Telegram's own clients.
  const answering = chat?.kind === "group" ? { reply_to: message.id } : {};
  try {
    await post(`${chatPath(pane.person.id, message.chat)}/messages`, { text, plain: true, ...answering });
  } catch (refused) {
    pane.toast(refused.message);
  }
}

/**
 * Which keyboard stands now: that of the newest message that says anything about it, unless it takes it away.
 * @param {any[]} messages of one conversation, oldest first
 * @returns {{keyboard: any, message: any}|null} of kind "reply" or "force"
 */
export function standingKeyboard(messages) {
  const message = messages.findLast((one) => one.keyboard && !one.out && meant(one, messages));
  return message && message.keyboard.kind !== "remove" ? { keyboard: message.keyboard, message } : null;
}

/** Whether a keyboard is for this person: in a group it may be for those alone who are answered or named. */
function meant(message, messages) {
  if (!message.keyboard.selective || message.chat > 0) return true;
  const own = messages.find((one) => one.out)?.from?.id;
  const answers = messages.some((one) => one.out && one.id === message.reply_to?.id);
  return answers || (message.entities ?? []).some((one) => one.type === "text_mention" && one.user === own);
}

/**
 * The buttons in place of the letters. Fires `used` on itself when a keyboard that is there for once was pressed.
 * @param {any} keyboard of kind "reply"
 * @param {import("./pane.js").Pane} pane
 * @param {any} message the one that brought it
 * @returns {HTMLElement}
 */
export function replyKeyboard(keyboard, pane, message) {
  const node = el("div", {
    class: `reply-keyboard${keyboard.resize ? " small" : ""}`, role: "group", ariaLabel: "The bot's keyboard",
  });
  const pressed = async ({ text, asks }) => {
    if (asks) return pane.toast(`This button asks for ${asks}, which this page cannot give.`);
    await say(text, message, pane);
    if (keyboard.once) node.dispatchEvent(new CustomEvent("used"));
  };
  for (const row of keyboard.rows) {
    node.append(el("div", { class: "key-line" }, ...row.map((button) => el("button", {
      type: "button", class: "key", title: button.text, on: { click: () => pressed(button) },
    }, el("span", { class: "label", dir: "auto", text: button.text })))));
  }
  return node;
}
