// Which media are pictures that fill a bubble, and how large they are before they have come.

const LARGEST = 420;
const SMALLEST = 120;
const READABLE = 260;
const TALLEST = 0.5;
const WIDEST = 2.6;

/** The kinds that fill a bubble to its edges. */
const PICTURES = new Set(["photo", "video", "animation"]);

/** @param {object|null} media */
export function isPicture(media) {
  return PICTURES.has(media?.kind);
}

/** Whether a medium stands by itself, without a bubble around it. @param {object|null} media */
export function standsAlone(media) {
  return ["sticker", "video_note", "dice"].includes(media?.kind);
}

/** The width through the height of a picture, as far as a bubble follows it. @param {object} media */
export function proportion(media) {
  const told = media.width > 0 && media.height > 0 ? media.width / media.height : 4 / 3;
  return Math.max(TALLEST, Math.min(WIDEST, told));
}

/**
 * How wide a picture's bubble is, in CSS pixels.
 * @param {object} media
 * @param {boolean} told whether there are words or buttons with it, which need room of their own
 */
export function pictureWidth(media, told) {
  const ratio = proportion(media);
  const natural = media.width > 0 ? Math.max(media.width, SMALLEST) : LARGEST;
  return Math.round(Math.max(told ? READABLE : SMALLEST, Math.min(natural, LARGEST, LARGEST * ratio)));
}
