// A new channel, group or person.

/** @param {any} pane */
export async function newChat(pane) {
  pane.toast("A new chat");
}

/** @param {any} app @returns {Promise<any>} */
export async function newPerson(app) {
  return app.panes.length ? null : null;
}
