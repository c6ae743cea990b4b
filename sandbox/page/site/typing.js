// What is said of somebody who is writing or sending just now.

const ACTIONS = {
  typing: "typing",
  upload_document: "sending a file",
  upload_photo: "sending a photo",
  upload_video: "sending a video",
  upload_audio: "sending a voice message",
  record_audio: "recording a voice message",
  record_video: "recording a video",
  choose_sticker: "choosing a sticker",
};

/**
 * @param {{from: any, action: string}[]} who
 * @param {any} chat
 * @returns {string} empty: nobody is
 */
export function doing(who, chat) {
  if (!who.length) return "";
  const does = `${ACTIONS[who[0].action] ?? ACTIONS.typing}…`;
  if (chat.kind !== "group") return does;
  const names = who.map(({ from }) => from?.name ?? "Somebody");
  if (names.length > 1) return `${names.slice(0, 2).join(" and ")} are typing…`;
  return `${names[0]} is ${does}`;
}
