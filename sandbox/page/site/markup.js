// How formatting is typed: the marks around words, the keys that set them, and a sent text as it would be typed.

/** The marks of Telegram Desktop's typing markup, by the entity that they make. */
const MARKS = {
  bold: ["**", "**"],
  italic: ["__", "__"],
  strike: ["~~", "~~"],
  spoiler: ["||", "||"],
  code: ["`", "`"],
};

/**
 * What can be done to chosen words: its name, its keys as people read them, and its mark.
 * @type {{name: string, label: string, keys: string, icon: string, code: string, shift: boolean}[]}
 */
export const FORMATS = [
  { name: "bold", label: "Bold", keys: "Ctrl+B", icon: "bold", code: "KeyB", shift: false },
  { name: "italic", label: "Italic", keys: "Ctrl+I", icon: "italic", code: "KeyI", shift: false },
  { name: "strike", label: "Strikethrough", keys: "Ctrl+Shift+X", icon: "strike", code: "KeyX", shift: true },
  { name: "code", label: "Monospace", keys: "Ctrl+Shift+M", icon: "code", code: "KeyM", shift: true },
  { name: "spoiler", label: "Spoiler", keys: "Ctrl+Shift+P", icon: "spoiler", code: "KeyP", shift: true },
  { name: "quote", label: "Quote", keys: "Ctrl+Shift+.", icon: "quote", code: "Period", shift: true },
  { name: "link", label: "Link", keys: "Ctrl+K", icon: "link", code: "KeyK", shift: false },
];

/**
 * The formatting that a key press means, or undefined.
 * @param {KeyboardEvent} event
 */
export function formatOf(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return undefined;
  return FORMATS.find((format) => format.code === event.code && format.shift === event.shiftKey);
}

/**
 * Words with a mark around them, or without it if they had it; several lines of code become a block.
 * @param {string} words
 * @param {string} name one of FORMATS, but for "link"
 * @returns {{text: string, start: number, end: number}} the text, and where in it the words are
 */
export function marked(words, name) {
  if (name === "quote") return whole(quoted(words));
  const [open, close] = name === "code" && words.includes("\n") ? ["```\n", "\n```"] : MARKS[name];
  const inside = words.length >= open.length + close.length && words.startsWith(open) && words.endsWith(close);
  if (inside) return whole(words.slice(open.length, -close.length));
  return { text: open + words + close, start: open.length, end: open.length + words.length };
}

/**
 * A link as it is typed.
 * @param {string} words
 * @param {string} address
 */
export function linked(words, address) {
  return `[${words || address}](${address})`;
}

/**
 * A sent text as it would have been typed, so that an edit keeps its formatting.
 * @param {string} text
 * @param {{type: string, offset: number, length: number, url?: string, language?: string}[]} entities
 */
export function typed(text, entities) {
  const inserts = new Map();
  const at = (offset) => inserts.get(offset) ?? inserts.set(offset, { close: "", open: "" }).get(offset);
  const outerFirst = entities.filter(isTyped).sort((one, two) => one.offset - two.offset || two.length - one.length);
  for (const entity of outerFirst) {
    const [open, close] = marksOf(entity, text);
    at(entity.offset).open += open;
    const end = at(entity.offset + entity.length);
    end.close = close + end.close;
    if (entity.type === "quote") quoteLines(text, entity, at);
  }
  const offsets = [...inserts.keys()].sort((one, two) => one - two);
  let said = "";
  let from = 0;
  for (const offset of offsets) {
    const { close, open } = inserts.get(offset);
    said += text.slice(from, offset) + close + open;
    from = offset;
  }
  return said + text.slice(from);
}

function whole(text) {
  return { text, start: 0, end: text.length };
}

function quoted(words) {
  const lines = words.split("\n");
  return lines.every((line) => line.startsWith("> "))
    ? lines.map((line) => line.slice(2)).join("\n")
    : lines.map((line) => `> ${line}`).join("\n");
}

function isTyped(entity) {
  return entity.type in MARKS || ["pre", "quote", "text_link", "text_mention"].includes(entity.type);
}

function marksOf(entity, text) {
  if (entity.type in MARKS) return MARKS[entity.type];
  if (entity.type === "quote") return ["> ", ""];
  if (entity.type === "text_link") return ["[", `](${entity.url})`];
  if (entity.type === "text_mention") return ["[", `](tg://user?id=${entity.user})`];
  const ended = text.slice(entity.offset, entity.offset + entity.length).endsWith("\n");
  return [`\`\`\`${entity.language ?? ""}\n`, ended ? "```" : "\n```"];
}

function quoteLines(text, entity, at) {
  const end = entity.offset + entity.length;
  for (let line = text.indexOf("\n", entity.offset); line >= 0 && line + 1 < end; line = text.indexOf("\n", line + 1)) {
    at(line + 1).open = "> " + at(line + 1).open;
  }
}
