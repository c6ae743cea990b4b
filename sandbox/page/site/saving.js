// How a file is fetched to be kept: under its own name, by the browser's downloads.

import { el } from "./dom.js";

/** The address under which a file is kept instead of shown. @param {{url: string}} media */
export function savingUrl(media) {
  return `${media.url}${media.url.includes("?") ? "&" : "?"}download=1`;
}

/** Save a message's file. @param {any} message */
export function download(message) {
  const link = el("a", { href: savingUrl(message.media), download: "" });
  document.body.append(link);
  link.click();
  link.remove();
}
