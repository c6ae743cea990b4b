// What a step of a thing to try does when it is pressed: just what the person would do by hand.

import { chatPath, get, post, upload } from "./api.js";
import { findButton, linkIn, says } from "./run.js";
import { store } from "./store.js";

const LOOK_BACK = 50;

/**
 * Do a step, where everybody can see it.
 * @param {any} app
 * @param {any} step
 * @returns {Promise<string|null>} what the bot says to it in passing; raises what went wrong, in words
 */
export async function perform(app, step) {
  const pane = app.show(step.person, step.chat, { focus: false });
  return (await ACTS[step.do]({ app, pane, step, path: chatPath(step.person, step.chat) })) ?? null;
}

const ACTS = {
  open: async () => null,
  send: ({ path, step }) => post(`${path}/messages`, { text: step.value }).then(() => null),
  reply: async ({ path, step }) => {
    const message = await last(path, (each) => each.out && says(each, step.to));
    if (!message) throw new Error("There is no message yet to answer: do the step before it first.");
    await post(`${path}/messages`, { text: step.value, reply_to: message.id });
    return null;
  },
  attach: async ({ path, step, pane }) => {
    if (!step.sample) {
      pane.attach();
      return null;
    }
    const file = await fetched(step.sample);
    const form = new FormData();
    form.append("as", "auto");
    form.append("file", file, file.name);
    await upload(`${path}/files`, form);
    return null;
  },
  press: async ({ path, step }) => {
    const message = await last(path, (each) => findButton(each, step));
    if (!message) throw new Error("The button is not there yet: do the step before it first.");
    const answer = await post(`${path}/messages/${message.id}/press`, { data: findButton(message, step).data });
    return answer.text || null;
  },
  link: async ({ step, app }) => {
    const from = step.from ?? step;
    const message = await last(chatPath(from.person, from.chat), (each) => linkIn(each, step.value));
    if (!message) throw new Error("There is no link yet: do the step before it first.");
    const { chat, start } = await post(`/api/people/${step.person}/open`, { link: linkIn(message, step.value) });
    store.putChat(step.person, chat);
    app.show(step.person, chat.id, { focus: false });
    if (start !== null) await post(`${chatPath(step.person, chat.id)}/start`, { parameter: start });
    return null;
  },
};

async function last(path, fits) {
  const { messages } = await get(`${path}/messages?limit=${LOOK_BACK}`);
  return messages.findLast((each) => fits(each)) ?? null;
}

async function fetched({ name, url }) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`There is no file ${name} here: choose one of yours.`);
  return new File([await response.blob()], name, { type: typeOf(name) });
}

function typeOf(name) {
  return { jpg: "image/jpeg", png: "image/png", pdf: "application/pdf", txt: "text/plain" }[name.split(".").pop()] ?? "";
}
