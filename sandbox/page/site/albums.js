// Which chosen files can be sent, as what, and which of them go out together as an album.

const LARGEST = 2000 * 1024 * 1024;
const LARGEST_PHOTO = 10 * 1024 * 1024;
const ALBUM = 10;
const PHOTOS = new Set(["image/jpeg", "image/png", "image/webp", "image/bmp"]);

/** @typedef {"auto"|"document"|"voice"} As how files are to be sent */

/**
 * What Telegram makes of a file that is sent: what it shows decides which others it can stand with.
 * @param {File} file
 * @param {As} as
 * @returns {"visual"|"audio"|"voice"|"animation"|"document"}
 */
export function kindOf(file, as) {
  if (as === "voice") return "voice";
  if (as === "document") return "document";
  if (PHOTOS.has(file.type) && file.size <= LARGEST_PHOTO) return "visual";
  if (file.type.startsWith("video/")) return "visual";
  if (file.type === "image/gif") return "animation";
  return file.type.startsWith("audio/") ? "audio" : "document";
}

/**
 * The files in the groups they are sent in, in their order: an album has two to ten of one sort.
 * @param {File[]} files
 * @param {As} as
 * @param {boolean} together whether there are to be albums at all
 * @returns {File[][]}
 */
export function grouped(files, as, together) {
  const groups = [];
  let last = null;
  for (const file of files) {
    const kind = kindOf(file, as);
    const alone = !together || kind === "voice" || kind === "animation";
    if (!alone && kind === last && groups.at(-1).length < ALBUM) groups.at(-1).push(file);
    else groups.push([file]);
    last = alone ? null : kind;
  }
  return groups;
}

/**
 * Why a file cannot be sent; null if it can.
 * @param {File} file
 */
export function unsendable(file) {
  if (file.size === 0) return `${file.name} is empty: Telegram takes no empty files.`;
  if (file.size > LARGEST) return `${file.name} is larger than 2,000 MiB, the most that Telegram takes.`;
  return null;
}

/**
 * How large a file is, for people.
 * @param {number} bytes
 */
export function sized(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  let unit = 0;
  let size = bytes;
  for (; size >= 1024 && unit < units.length - 1; unit += 1) size /= 1024;
  return `${unit && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
