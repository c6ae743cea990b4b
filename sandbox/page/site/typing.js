// What is said of somebody who is writing or sending just now.

/** By Telegram's name of the action, in small letters. */
const ACTIONS = {
  uploaddocument: "sending a file",
  uploadphoto: "sending a photo",
  uploadvideo: "sending a video",
  uploadaudio: "sending a voice message",
  uploadround: "sending a video message",
  recordaudio: "recording a voice message",
  recordvideo: "recording a video",
  recordround: "recording a video message",
  choosesticker: "choosing a sticker",
};

/**
 * @param {{name: string, action: string}[]} who
 * @param {any} chat
 * @returns {string} empty: nobody is
 */
export function doing(who, chat) {
  if (!who.length) return "";
  const does = `${ACTIONS[who[0].action] ?? "typing"}…`;
  if (chat.kind !== "group") return does;
  const names = who.map(({ name }) => name || "Somebody");
  if (names.length > 1) return `${names.slice(0, 2).join(" and ")} are typing…`;
  return `${names[0]} is ${does}`;
}
