// What a hashtag leads to: the chat's other messages that carry it.

import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { store } from "./store.js";
import { brief } from "./when.js";
import { plainName } from "./words.js";

/**
 * Show which messages of the chat carry a hashtag; a press goes to one.
 * @param {import("./pane.js").Pane} pane
 * @param {any} message where it was pressed
 * @param {string} tag with its sign
 */
export function findTag(pane, message, tag) {
  const known = store.conversation(pane.person.id, message.chat);
  const list = el("ul", { class: "chooser-list", ariaLabel: `Messages with ${tag}` });
  const more = el("button", { type: "button", class: "button", text: "Look further back" });
  const opened = openDialog({ title: tag, content: [el("div", { class: "chooser" }, list, more)] });
  const go = (id) => {
    opened.close();
    void pane.jump(id);
  };
  const draw = () => {
    const found = known.messages.filter((one) => carries(one, tag)).toReversed();
    list.replaceChildren(...found.map((one) => entry(one, () => go(one.id))));
    more.hidden = !known.older;
  };
  more.addEventListener("click", async () => {
    await known.loadOlder().catch((refused) => pane.toast(refused.message));
    draw();
  });
  draw();
  list.querySelector("button")?.focus();
}

function carries(message, tag) {
  const wanted = tag.toLowerCase();
  return (message.entities ?? []).some(({ type, offset, length }) =>
    (type === "hashtag" || type === "cashtag") && message.text.slice(offset, offset + length).toLowerCase() === wanted);
}

function entry(message, go) {
  return el("li", {}, el("button", { type: "button", class: "found", on: { click: go } },
    el("bdi", { class: "whose", text: plainName(message.out ? "You" : message.from?.name ?? "") }),
    el("time", { text: brief(message.date) }),
    el("bdi", { class: "excerpt", text: plainName(message.text) })));
}
