// Whether the bot is away, why, and that it is back: by what the process that keeps it said last.

import { el } from "./dom.js";
import { store } from "./store.js";

/** Milliseconds for which it stays to be read that the bot is back. */
const BACK_FOR = 60_000;

/**
 * The line at the top of the curtain; hidden while the bot is here.
 * @param {(isAway: boolean) => void} changed is told whether the bot is away
 * @returns {HTMLElement}
 */
export function botLine(changed) {
  const line = el("p", { class: "bot-line", role: "status", hidden: true });
  let reason = "";
  let timer = 0;
  const show = (text) => {
    clearTimeout(timer);
    line.textContent = text;
    line.hidden = !text;
    line.classList.toggle("away", Boolean(reason));
    changed(Boolean(reason));
  };
  const take = ({ at, text, away }) => {
    if (away === reason) return;
    reason = away;
    if (away) return show(`The bot is away: ${away} (said at ${clock(at)}).`);
    const left = at * 1000 + BACK_FOR - Date.now();
    show(left > 0 ? text : "");
    if (left > 0) timer = setTimeout(() => show(""), left);
  };
  const begin = () => {
    reason = "";
    show("");
    store.start?.told.forEach(take);
  };
  store.on("start", begin);
  store.on("told", ({ line: told }) => take(told));
  begin();
  return line;
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour12: false });
}
