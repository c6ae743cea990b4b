// What a message carries, shown: which kind looks how, and how large a picture is before it has come.

import { contact, dice, documentRow, location, poll, unsupported, webpage } from "./cards.js";
import { el, icon } from "./dom.js";
import { length } from "./measures.js";
import { animated } from "./motion.js";
import { part } from "./parts.js";
import { isPicture, proportion } from "./pictures.js";
import { player } from "./players.js";
import { sound } from "./sound.js";
import { sticker } from "./stickers.js";
import { openViewer } from "./viewer.js";
import { plainName } from "./words.js";

const ROUND = 240;
const KINDS = {
  audio: player, voice: player, document: documentRow, video_note: round, sticker,
  dice, contact, location, poll, webpage,
};

/**
 * A message's media as a node, or null if it has none.
 * @param {object} message
 * @param {import("./pane.js").Pane} pane
 */
export function mediaOf(message, pane) {
  const { media } = message;
  if (!media) return null;
  if (isPicture(media)) return framed(message, pane);
  return part((KINDS[media.kind] ?? unsupported)(message, pane), message.id, media);
}

function framed(message, pane) {
  const frame = picture(message, pane);
  frame.style.setProperty("aspect-ratio", String(proportion(message.media)));
  return part(frame, message.id, message.media);
}

/**
 * A photo, a video or an animation that fills the box it is put into; a press opens it in the viewer.
 * @param {object} message
 * @param {import("./pane.js").Pane} pane
 */
export function picture(message, pane) {
  const { media } = message;
  const open = () => openViewer(message, pane);
  const node = el("div", { class: `picture ${media.kind}` },
    backdrop(media),
    el("button", { type: "button", class: "look", ariaLabel: describe(media), on: { click: open } }),
    ...badges(media));
  const come = () => node.querySelector(".look").append(moving(media) ? animated(media) : still(media, node));
  if (media.spoiler) node.append(veil(media, come, node));
  else come();
  return node;
}

function moving(media) {
  return media.kind === "animation" && media.mime !== "image/gif" && media.url;
}

function describe(media) {
  const names = { photo: "Photo", video: "Video", animation: "GIF" };
  const lasts = media.kind === "video" && media.duration ? `, ${length(media.duration)}` : "";
  return `${names[media.kind]}${media.name ? ` ${plainName(media.name)}` : ""}${lasts}: open`;
}

function backdrop(media) {
  if (!media.thumb) return null;
  const image = el("img", { class: "backdrop", src: media.thumb, alt: "", loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.remove());
  return image;
}

function still(media, node) {
  const source = media.kind === "video" ? media.thumb : media.url ?? media.thumb;
  if (!source) return "";
  const image = el("img", { class: "whole", alt: "", loading: "lazy", decoding: "async", draggable: false });
  image.src = source;
  image.addEventListener("error", () => {
    image.remove();
    if (media.kind !== "video") node.classList.add("broken");
  });
  return image;
}

function playMark() {
  return el("span", { class: "play" }, icon("play"));
}

function badges(media) {
  const broken = el("span", { class: "broken-note", text: "This picture could not be loaded." });
  if (media.kind === "photo") return [broken];
  if (media.kind === "animation") return [broken, el("span", { class: "stamp", text: "GIF" })];
  return [broken, playMark(), el("span", { class: "stamp", text: length(media.duration) })];
}

/** What hides a picture until it is asked for; until then it is not even loaded. */
function veil(media, come, node) {
  const cover = el("button", { type: "button", class: "veil", ariaLabel: "Hidden picture: show it" });
  node.classList.add("veiled");
  node.querySelector(".look").inert = true;
  cover.addEventListener("click", () => {
    node.classList.remove("veiled");
    const look = node.querySelector(".look");
    look.inert = false;
    look.focus({ preventScroll: true });
    cover.remove();
    come();
  });
  return cover;
}

/** A round video message: still until it is pressed, then with its sound. */
function round(message) {
  const { media } = message;
  const video = el("video", { poster: media.thumb, playsInline: true, preload: "metadata", tabIndex: -1 });
  video.src = media.url;
  const label = (doing) => `Video message, ${length(media.duration)}: ${doing}`;
  const button = el("button", { type: "button", class: "round", ariaLabel: label("play") }, video,
    playMark(), el("span", { class: "stamp", text: length(media.duration) }));
  button.style.setProperty("width", `${ROUND}px`);
  button.addEventListener("click", () => (video.paused ? sound(video).catch(() => {}) : video.pause()));
  for (const event of ["play", "pause", "ended"]) {
    video.addEventListener(event, () => {
      button.classList.toggle("playing", !video.paused);
      button.setAttribute("aria-label", label(video.paused ? "play" : "pause"));
    });
  }
  return button;
}
