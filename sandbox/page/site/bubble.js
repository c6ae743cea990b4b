// What a message looks like: who, from where, in answer to what, what it carries, what it says, when, and its buttons.

import { mosaic } from "./album.js";
import { colourOf } from "./avatar.js";
import { el, icon } from "./dom.js";
import { inlineKeyboard } from "./keyboard.js";
import { mediaOf, picture } from "./media.js";
import { short } from "./measures.js";
import { part } from "./parts.js";
import { isPicture, pictureWidth, proportion, standsAlone } from "./pictures.js";
import { serviceLine } from "./service.js";
import { store } from "./store.js";
import { said } from "./text.js";
import { full, hour } from "./when.js";
import { bigEmoji, plainName } from "./words.js";

const ALBUM_WIDTH = 420;

/**
 * A message as Telegram's clients show it.
 * @param {any} message as the API has it
 * @param {import("./pane.js").Pane} pane
 * @returns {HTMLElement} an `article` with `data-message-id`
 */
export function bubble(message, pane) {
  if (message.service) return serviceLine(message, pane);
  const large = message.media ? 0 : bigEmoji(message.text, message.entities);
  const preview = message.media?.kind === "webpage";
  const media = mediaOf(message, pane);
  const own = isOwn(message, pane);
  const time = meta(message, own);
  const text = message.text ? said(message, pane, preview ? null : time) : null;
  const body = el("div", { class: `bubble ${looks(message, large)}` },
    ...heads(message, pane), ...(preview ? [text, media] : [media, text]), text && !preview ? null : time);
  const width = isPicture(message.media) ? pictureWidth(message.media, speaks(message)) : null;
  return article(message, { own, ids: [message.id], width }, body, inlineKeyboard(message, pane));
}

/**
 * The messages of one album as one: pictures as a mosaic, files and music below each other.
 * @param {any[]} messages oldest first
 * @param {import("./pane.js").Pane} pane
 * @returns {HTMLElement}
 */
export function album(messages, pane) {
  if (messages.length === 1) return bubble(messages[0], pane);
  const [head] = messages;
  const last = messages.at(-1);
  const pictures = messages.every((message) => isPicture(message.media));
  const captioned = messages.filter((message) => message.text);
  const below = pictures && captioned.length === 1 ? captioned[0] : null;
  const own = isOwn(head, pane);
  const edited = messages.find((one) => one.edited)?.edited ?? null;
  const time = meta({ ...last, views: head.views, edited }, own);
  const look = pictures ? `with-picture${below ? "" : " bare"}` : "with-rows";
  const body = el("div", { class: `bubble album ${look}` },
    ...heads(head, pane),
    pictures ? tiles(messages, pane) : rows(messages, pane, time),
    below ? said(below, pane, time) : null,
    below || (!pictures && last.text) ? null : time);
  const whole = { own, ids: messages.map((message) => message.id), width: pictures ? ALBUM_WIDTH : null };
  return article(head, whole, body, inlineKeyboard(last, pane));
}

/** Whether it stands on the right: a channel's posts are the channel's, whoever wrote them. */
function isOwn(message, pane) {
  return message.out && store.chat(pane.person.id, message.chat)?.kind !== "channel";
}

function article(message, { own, ids, width }, ...children) {
  const who = own ? "You" : message.from?.name ?? "Channel";
  return el("article", {
    class: `message ${own ? "out" : "in"}`,
    tabIndex: -1,
    dataset: { messageId: String(ids[0]), messageIds: ids.join(" ") },
    ariaLabel: `${who}, ${hour(message.date)}${message.pinned ? ", pinned" : ""}`,
    style: width === null ? {} : { "--wide": `${width}px` },
  }, ...children);
}

/** Whether anything is to be read beside a picture. */
function speaks(message) {
  return Boolean(message.text || message.reply_to || message.forward || message.buttons?.length);
}

/** The classes that tell a bubble's edges what is inside them. */
function looks(message, large) {
  const { media } = message;
  if (large) return `bare emoji emoji-${large}`;
  if (standsAlone(media)) return "bare alone";
  if (isPicture(media)) return message.text ? "with-picture" : "with-picture bare";
  return media ? `with-${media.kind}` : "";
}

function heads(message, pane) {
  return [name(message, pane), forwarded(message, pane), answered(message, pane)];
}

/** Whose it is, where several write, and by which bot; the row decides whether the name is seen. */
function name(message, pane) {
  const kind = store.chat(pane.person.id, message.chat)?.kind;
  const { from, via_bot: bot } = message;
  const named = from && !isOwn(message, pane) && (kind === "group" || kind === "channel");
  if (!named && !bot) return null;
  return el("div", { class: `name${bot ? " has-via" : ""}`, dataset: { colour: String(colourOf(from?.id ?? 0)) } },
    named ? whose(from, pane) : null, bot ? via(bot, pane) : null);
}

function whose(from, pane) {
  const label = el("bdi", { text: plainName(from.name) });
  if (from.id < 0) return el("span", { class: "whose" }, label);
  const open = () => pane.openLink(`tg://user?id=${from.id}`);
  return el("button", { type: "button", class: "whose", on: { click: open } }, label);
}

function via(name, pane) {
  const bot = `@${plainName(String(name).replace(/^@/u, ""))}`;
  const ask = () => pane.fill(`${bot} `);
  return el("span", { class: "via" }, "via ", el("button", { type: "button", text: bot, on: { click: ask } }));
}

function forwarded(message, pane) {
  const { forward } = message;
  if (!forward) return null;
  const source = el("bdi", { text: plainName(forward.name ?? "a hidden account") });
  const open = () => pane.open(forward.chat, { message: forward.message });
  const known = forward.chat && store.chat(pane.person.id, forward.chat);
  return el("div", { class: "forwarded" }, "Forwarded from ",
    known ? el("button", { type: "button", title: `Sent ${full(forward.date)}`, on: { click: open } }, source)
      : el("b", { title: `Sent ${full(forward.date)}` }, source));
}

/** What it answers: a press goes there. */
function answered(message, pane) {
  const { reply_to: reply } = message;
  if (!reply) return null;
  const whose = plainName(reply.name ?? "Deleted message");
  const excerpt = plainName(reply.text || reply.media || "Message");
  return el("button", {
    type: "button", class: "answered", ariaLabel: `In answer to ${whose}: ${excerpt}`,
    on: { click: () => pane.jump(reply.id) },
  }, el("bdi", { class: "whose", text: whose }), el("bdi", { class: "excerpt", text: excerpt }));
}

/** The time and what stands beside it. */
function meta(message, own) {
  const date = el("time", { text: hour(message.date), title: titleOf(message) });
  date.dateTime = new Date(message.date * 1000).toISOString();
  return el("span", { class: "meta" },
    message.pinned ? named("pin", "Pinned") : null,
    message.silent ? named("silent", "Sent without sound") : null,
    message.views === null || message.views === undefined ? null
      : el("span", { class: "views", title: `${message.views} views` }, icon("eye"), short(message.views)),
    message.signature ? el("bdi", { class: "signature", text: `${plainName(message.signature)},` }) : null,
    message.edited ? el("span", { class: "edited", text: "edited" }) : null,
    date,
    own ? ticks(message) : null);
}

function titleOf(message) {
  return message.edited ? `${full(message.date)}\nEdited: ${full(message.edited)}` : full(message.date);
}

function named(symbol, label) {
  return el("span", { class: `mark ${symbol}`, role: "img", ariaLabel: label, title: label }, icon(symbol));
}

/** One tick for sent, two for read: the row's class decides which of them are seen. */
function ticks(message) {
  if (message.failed) return named("warning", "Not sent");
  return el("span", { class: "ticks", ariaHidden: "true" }, icon("sent"), icon("read"));
}

function tiles(messages, pane) {
  const { ratio, tiles: places } = mosaic(messages.map((message) => proportion(message.media)));
  const node = el("div", { class: "mosaic", style: { "aspect-ratio": String(ratio) } });
  messages.forEach((message, at) => {
    const tile = picture(message, pane);
    tile.classList.add("tile");
    tile.dataset.messageId = String(message.id);
    for (const side of ["left", "top", "width", "height"]) tile.style.setProperty(side, `${places[at][side] * 100}%`);
    part(tile, message.id, message.media, places[at]);
    node.append(tile);
  });
  return node;
}

/** Files and music below each other, each with its own words; the hour is at the end of the last one's. */
function rows(messages, pane, time) {
  return el("div", { class: "album-rows" }, ...messages.map((message, at) => el("div", {
    class: "album-row", dataset: { messageId: String(message.id) },
  }, mediaOf(message, pane), message.text ? said(message, pane, at === messages.length - 1 && time) : null)));
}
