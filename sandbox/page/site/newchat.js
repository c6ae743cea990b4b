// How channels, groups and people are made on the page.

import { chatPath, post } from "./api.js";
import { form, labelled, openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { store } from "./store.js";

const LANGUAGES = ["en", "ru", "uz", "ar", "de", "es", "fa", "fr", "hi", "it", "kk", "pt", "tr", "uk", "zh"];

/**
 * Make a channel or a group, with a bot as its admin if one is wanted there, and open it.
 * @param {any} pane
 * @returns {Promise<any|null>} the chat
 */
export async function newChat(pane) {
  const bots = store.chats(pane.person.id).filter((chat) => chat.kind === "bot" && chat.username);
  const kind = choice("kind", { channel: "Channel: admins write, members read", group: "Group: everybody writes" });
  const title = el("input", { type: "text", required: true, maxLength: 128, autocomplete: "off" });
  const username = el("input", { type: "text", autocomplete: "off", spellcheck: false, placeholder: "my_channel" });
  const admins = bots.map((bot) => el("input", { type: "checkbox", value: bot.username }));
  const send = async (fields) => {
    if (!title.value.trim()) throw new Error("Give it a name.");
    const asked = { kind: new FormData(fields).get("kind"), title: title.value.trim(), username: bare(username.value) };
    const chat = await post(`/api/people/${pane.person.id}/chats`, asked);
    store.putChat(pane.person.id, chat);
    const said = await promoted(pane, chat, admins.filter((box) => box.checked).map((box) => box.value));
    if (said) pane.toast(said);
    dialog.close(chat);
  };
  const content = [
    kind,
    labelled("Name", title),
    labelled("Public name", username, "With one, anybody finds it at t.me/… Leave it empty for a private one."),
    admins.length > 0 && checks("Admins", admins.map((box) => checked(box, `@${box.value}`))),
  ];
  const dialog = openDialog({ title: "New channel or group", content: [form({ content, yes: "Create", send })] });
  title.focus();
  const made = (await dialog.closed) ?? null;
  if (made) await pane.open(made.id, { focus: true });
  return made;
}

/**
 * Add a person to the page.
 * @returns {Promise<any|null>} the person
 */
export async function newPerson() {
  const first = el("input", { type: "text", required: true, maxLength: 64, autocomplete: "off" });
  const last = el("input", { type: "text", maxLength: 64, autocomplete: "off" });
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  const language = el("select", {}, ...LANGUAGES.map((code) => el("option", { value: code, text: names.of(code) })));
  const send = async () => {
    if (!first.value.trim()) throw new Error("Give the person a name.");
    const asked = { first_name: first.value.trim(), last_name: last.value.trim(), language_code: language.value };
    dialog.close(await post("/api/people", asked));
  };
  const content = [
    labelled("First name", first),
    labelled("Last name", last),
    labelled("Language", language, "The one that their Telegram is in: bots are told."),
  ];
  const dialog = openDialog({ title: "Add a person", content: [form({ content, yes: "Add", send })] });
  first.focus();
  const made = (await dialog.closed) ?? null;
  if (!made) return null;
  store.putPerson(made);
  return made;
}

/** Make bots admins of a chat; returns what went wrong, or nothing. */
async function promoted(pane, chat, bots) {
  const wrong = [];
  for (const who of bots) {
    try {
      await post(`${chatPath(pane.person.id, chat.id)}/promote`, { who });
    } catch (error) {
      wrong.push(`@${who} is no admin: ${error.message}`);
    }
  }
  return wrong.join("\n");
}

function choice(name, options) {
  const rows = Object.entries(options).map(([value, text], at) => {
    const box = el("input", { type: "radio", name, value, checked: at === 0 });
    return checked(box, text);
  });
  return checks("Kind", rows);
}

function checks(title, rows) {
  return el("fieldset", { class: "checks" }, el("legend", { text: title }), ...rows);
}

function checked(box, text) {
  return el("label", { class: "check" }, box, el("span", { text }));
}

function bare(name) {
  return name.trim().replace(/^(?:https?:\/\/)?t\.me\//i, "").replace(/^@/, "");
}
