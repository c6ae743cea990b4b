// What the process that runs all this offers, such as killing the bot, what it had to say, and its other pages.

import { post } from "./api.js";
import { el } from "./dom.js";
import { store } from "./store.js";
import { confirmBox, toast } from "./toast.js";

const MOST = 50;

function offered({ name, title, text, danger }) {
  const button = el("button", { type: "button", class: danger ? "offer danger" : "offer", text: title, on: { click: () => take() } });
  const take = async () => {
    if (danger && !(await confirmBox(`${title}? ${text}`, { yes: title, danger: true }))) return;
    button.disabled = true;
    try {
      toast((await post(`/api/offers/${encodeURIComponent(name)}`)).said);
    } catch (error) {
      toast(error.message);
    } finally {
      button.disabled = false;
      button.focus();
    }
  };
  return el("article", { class: "fault" }, el("p", { text }), el("div", { class: "fault-order" }, button));
}

function line({ at, text, trouble }) {
  const time = new Date(at * 1000).toLocaleTimeString([], { hour12: false });
  return el("li", { class: trouble ? "told trouble" : "told" }, el("time", { text: time }), " ", trouble && el("strong", { text: "Trouble: " }), text);
}

/**
 * The panel of offers, links, and what the process said; what it says is a toast too.
 * @returns {{element: HTMLElement, show: () => void, hide: () => void}}
 */
export function processPanel() {
  const offers = el("div", {});
  const links = el("ul", { class: "process-links" });
  const told = el("ol", { class: "process-told" });
  const none = el("p", { class: "hint", text: "Nothing is offered here: this local Telegram runs by itself." });
  const show = () => {
    const { offers: given = [], links: pages = [], told: lines = [] } = store.start ?? {};
    none.hidden = given.length + pages.length > 0;
    offers.replaceChildren(...given.map(offered));
    links.replaceChildren(...pages.map(({ title, url }) => el("li", {}, el("a", { href: url, target: "_blank", rel: "noopener noreferrer", text: title }))));
    told.replaceChildren(...lines.map(line));
  };
  store.on("start", show);
  store.on("told", ({ line: given }) => {
    told.append(line(given));
    while (told.children.length > MOST) told.firstChild.remove();
    toast(given.text);
  });
  show();
  const element = el("div", { class: "process", tabIndex: 0, role: "group", ariaLabel: "Controls" }, none, offers, el("h3", { text: "Other pages" }), links, el("h3", { text: "What was said" }), el("div", { role: "log", ariaLabel: "What was said" }, told));
  return { element, show: () => {}, hide: () => {} };
}
