// How stickers are shown: still and moving ones as they are; those of vectors by their emoji, and said so.

import { el } from "./dom.js";
import { animated } from "./motion.js";

const LARGEST = 208;

/**
 * A sticker by itself, without a bubble.
 * @param {object} message
 */
export function sticker(message) {
  const { media } = message;
  const ratio = media.width > 0 && media.height > 0 ? media.width / media.height : 1;
  const node = el("div", { class: "sticker", role: "img", ariaLabel: `Sticker ${media.emoji ?? ""}` }, inside(media));
  node.style.setProperty("aspect-ratio", String(ratio));
  node.style.setProperty("width", `${Math.round(Math.min(LARGEST, LARGEST * ratio))}px`);
  return node;
}

function inside(media) {
  if (media.mime === "video/webm") return animated(media);
  if (media.mime !== "application/x-tgsticker") return image(media.url ?? media.thumb, media);
  return media.thumb ? image(media.thumb, media) : stand(media, "Animated sticker");
}

function image(source, media) {
  if (!source) return stand(media, "Sticker");
  const node = el("img", { src: source, alt: "", loading: "lazy", draggable: false });
  node.addEventListener("error", () => node.replaceWith(stand(media, "Sticker")));
  return node;
}

function stand(media, said) {
  const emoji = el("span", { class: "emoji", text: media.emoji || "▢" });
  return el("span", { class: "stand" }, emoji, el("small", { text: said }));
}
