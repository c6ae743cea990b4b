// What an invite link shows before one joins: whose it is, and whether an admin has to agree.

import { post } from "./api.js";
import { avatar } from "./avatar.js";
import { form, openDialog } from "./dialog.js";
import { el } from "./dom.js";

/**
 * Ask whether to join.
 * @param {any} pane
 * @param {{title: string, members: number|null, asks: boolean, hash: string, kind?: string}} invite
 * @returns {Promise<any|null>} the chat that was joined; null if it was not, or an admin has to agree first
 */
export function askJoin(pane, invite) {
  const { title, members, asks, hash } = invite;
  const path = `/api/people/${pane.person.id}/join`;
  const send = async () => {
    const { chat, asked } = await post(path, { hash });
    if (asked) pane.toast("You asked to join. An admin decides.");
    dialog.close(asked ? null : chat);
  };
  const content = [
    el("div", { class: "about-card" },
      avatar({ id: number(hash), title }, "large"),
      el("strong", { class: "about-card-title", text: title, dir: "auto" }),
      members === null ? null : el("span", { class: "about-card-about", text: counted(members, "member") })),
    asks && el("p", { text: "An admin has to agree before you are in." }),
  ];
  const joining = form({ content, yes: asks ? "Ask to join" : "Join", send });
  const dialog = openDialog({ title: "You are invited", content: [joining], className: "invite-dialog" });
  joining.querySelector("[type=submit]").focus();
  return dialog.closed;
}

/**
 * A number of things in words.
 * @param {number} count
 * @param {string} thing in the singular
 */
export function counted(count, thing) {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

function number(hash) {
  return [...hash].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
}
