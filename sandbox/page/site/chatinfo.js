// The details of a chat.

/** @param {any} pane */
export async function openChatInfo(pane) {
  pane.toast(String(pane.chat));
}
