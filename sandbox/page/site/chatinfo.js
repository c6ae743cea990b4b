// What the details of a chat show: what it is, its links, its commands, its people, and what can be done with it.

import { chatPath, get } from "./api.js";
import { avatar } from "./avatar.js";
import { adminForm, inviteLink, leaving } from "./chatactions.js";
import { copying } from "./asking.js";
import { openDialog } from "./dialog.js";
import { clear, el, icon } from "./dom.js";
import { counted } from "./invite.js";

const KINDS = { bot: "Bot", private: "Person", saved: "Your own notes" };
const ROLES = { creator: "owner", owner: "owner", admin: "admin", bot: "bot" };

/**
 * Show the details of the chat that is open in a pane.
 * @param {any} pane
 * @returns {Promise<void>} until they are closed
 */
export async function openChatInfo(pane) {
  if (pane.chat === null) return;
  const body = el("div", { class: "info", ariaBusy: true }, el("p", { class: "info-waiting", text: "Loading…" }));
  const dialog = openDialog({ title: "Details", content: [body], className: "info-dialog" });
  const where = { pane, path: chatPath(pane.person.id, pane.chat), close: dialog.close };
  await drawn(body, where);
  await dialog.closed;
}

/** Ask for everything and show it; also after something was done. */
async function drawn(body, where) {
  try {
    const info = await get(where.path);
    const again = () => drawn(body, where);
    const inside = body.contains(document.activeElement);
    clear(body).append(...parts(info, { ...where, again }).filter(Boolean));
    if (inside) body.closest("dialog").querySelector("button").focus();
  } catch (error) {
    clear(body).append(el("p", { role: "alert", text: error.message }));
  } finally {
    body.ariaBusy = "false";
  }
}

function parts(info, where) {
  return [
    head(info),
    facts(info),
    inviteLink(info, where),
    commands(info, where),
    people(info),
    adminForm(info, where),
    leaving(info, where),
  ];
}

function head(info) {
  return el("div", { class: "about-card" },
    avatar(info, "large"),
    el("strong", { class: "about-card-title", text: info.title, dir: "auto" }),
    el("span", { class: "about-card-about", text: whatItIs(info) }));
}

function whatItIs({ kind, members, username }) {
  if (kind in KINDS) return KINDS[kind];
  const sort = `${username ? "Public" : "Private"} ${kind}`;
  return members ? `${sort}, ${counted(members, kind === "channel" ? "subscriber" : "member")}` : sort;
}

function facts(info) {
  const { id, username, about, description } = info;
  const rows = [
    about && fact("About", about),
    description && description !== about && fact("What it does", description),
    username && fact("Link", `https://t.me/${username}`, true),
    fact("Id", String(id), true),
  ];
  return el("dl", { class: "facts" }, ...rows);
}

function fact(name, text, copied = false) {
  const said = el("span", { class: "fact-text", text, dir: "auto" });
  const copy = copied && copying(text, `Copy ${name.toLowerCase()}`);
  return el("div", { class: "fact" }, el("dt", { text: name }), el("dd", {}, said, copy));
}

function commands(info, { pane, close }) {
  if (!info.commands?.length) return null;
  const use = (command) => {
    close();
    pane.fill(`/${command}`);
  };
  const row = ({ command, description }) => {
    const words = [
      el("span", { class: "command-name", text: `/${command}` }),
      el("span", { class: "command-about", text: description }),
    ];
    const press = { click: () => use(command) };
    return el("li", {}, el("button", { type: "button", class: "info-command", on: press }, ...words));
  };
  return section("Commands", el("ul", { class: "info-list" }, ...info.commands.map(row)));
}

function people(info) {
  if (!info.participants?.length) return null;
  const row = ({ id, name, role }) => el("li", { class: "participant" },
    avatar({ id, title: name }, "small"),
    el("span", { class: "participant-name", text: name, dir: "auto" }),
    ROLES[role] && el("span", { class: "participant-role" }, role === "bot" && icon("bot"), ROLES[role]));
  const more = (info.members ?? 0) - info.participants.length;
  return section("Members",
    el("ul", { class: "info-list" }, ...info.participants.map(row)),
    more > 0 && el("p", { class: "info-more", text: `and ${counted(more, "other")}` }));
}

function section(title, ...content) {
  return el("section", { class: "info-part" }, el("h3", { text: title }), ...content);
}
