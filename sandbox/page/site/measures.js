// How amounts are written for people: sizes in bytes, lengths in seconds, numbers of views.

const UNITS = ["B", "KB", "MB", "GB"];

/** A size as Telegram's clients write it. @param {number|null} bytes */
export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1024)));
  const amount = bytes / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${UNITS[power]}`;
}

/** Minutes and seconds, hours if there are any. @param {number|null} seconds */
export function length(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, at) => (at ? String(part).padStart(2, "0") : String(part))).join(":");
}

/** A number of views: 950, 1.2K, 3.4M. @param {number} count */
export function short(count) {
  if (count < 1000) return String(count);
  const [by, letter] = count < 1_000_000 ? [1000, "K"] : [1_000_000, "M"];
  return `${(Math.floor(count / by * 10) / 10).toFixed(1).replace(/\.0$/u, "")}${letter}`;
}
