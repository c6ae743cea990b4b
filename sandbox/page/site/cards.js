// What a message carries besides pictures and sound: files, contacts, places, polls, previews, and what is not known.

import { avatar } from "./avatar.js";
import { el, icon } from "./dom.js";
import { size } from "./measures.js";
import { savingUrl } from "./saving.js";
import { plainName } from "./words.js";

const COLOURS = [
  ["blue", /^(?:docx?|txt|rtf|odt|md|pages|epub|fb2)$/u],
  ["green", /^(?:xlsx?|csv|ods|numbers|tsv)$/u],
  ["red", /^(?:pdf|pptx?|odp|key|djvu)$/u],
  ["yellow", /^(?:zip|rar|7z|gz|tar|xz|bz2|zst|iso|apk|deb|rpm)$/u],
];
const LONGEST_EXTENSION = 6;
const TAIL = 9;

/**
 * A file: what kind, its name, its size; a press downloads it.
 * @param {object} message
 */
export function documentRow(message) {
  const { media } = message;
  const name = plainName(media.name || "File");
  const extension = extensionOf(name);
  const colour = COLOURS.find(([, known]) => known.test(extension.toLowerCase()))?.[0] ?? "blue";
  const picture = media.thumb ? el("img", { class: "thumb", src: media.thumb, alt: "", loading: "lazy" }) : null;
  picture?.addEventListener("error", () => picture.replaceWith(disc(extension)));
  const inside = [
    el("span", { class: `disc ${colour}${picture ? " large" : ""}` }, picture ?? disc(extension)),
    el("span", { class: "told" }, fileName(name), el("span", { class: "under", text: size(media.size) })),
  ];
  if (!media.url) return el("div", { class: "file-row" }, ...inside);
  return el("a", {
    class: "file-row", href: savingUrl(media), download: "", title: name,
    ariaLabel: `Download ${name}, ${size(media.size)}`,
  }, ...inside);
}

function extensionOf(name) {
  const found = /\.([\p{L}\p{N}]+)$/u.exec(name)?.[1] ?? "";
  return found.length <= LONGEST_EXTENSION ? found : "";
}

function disc(extension) {
  return el("span", { class: "kind" }, extension ? el("b", { text: extension.toLowerCase() }) : null, icon("download"));
}

/** A name whose end, with what kind it is, stays to be seen however long it is. */
function fileName(name) {
  const letters = [...new Intl.Segmenter().segment(name)].map((one) => one.segment);
  const cut = Math.max(0, letters.length - TAIL);
  const part = (name, from, to) => el("span", { class: name, text: letters.slice(from, to).join("") });
  return el("bdi", { class: "file-name" }, part("stem", 0, cut), part("tail", cut));
}

/** @param {object} message @param {import("./pane.js").Pane} pane */
export function contact(message, pane) {
  const { name, phone, user } = message.media;
  const inside = [
    avatar({ id: user ?? message.id, title: name || "?" }),
    el("span", { class: "told" },
      el("bdi", { class: "title", text: plainName(name || "Contact") }),
      el("bdi", { class: "under", text: phone ? `+${String(phone).replace(/^\+/u, "")}` : "" })),
  ];
  if (!user) return el("div", { class: "card contact" }, ...inside);
  const open = () => pane.openLink(`tg://user?id=${user}`);
  return el("button", { type: "button", class: "card contact", on: { click: open } }, ...inside);
}

/** @param {object} message @param {import("./pane.js").Pane} pane */
export function location(message, pane) {
  const { latitude, longitude, title, address } = message.media;
  const place = [latitude, longitude].map((degrees) => degrees?.toFixed(5) ?? "?").join(", ");
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return el("button", {
    type: "button", class: "card place", on: { click: () => pane.openLink(map) }, title: "Show on a map",
  },
  el("span", { class: "map", ariaHidden: "true" }, icon("location")),
  el("span", { class: "told" },
    el("bdi", { class: "title", text: plainName(title || "Location") }),
    el("bdi", { class: "under", text: address ? plainName(address) : place })));
}

/** @param {object} message */
export function poll(message) {
  const { media } = message;
  const kind = `${media.closed ? "Final results" : media.quiz ? "Quiz" : "Poll"}`;
  const voters = media.voters ? `${media.voters} ${media.voters === 1 ? "vote" : "votes"}` : "No votes";
  return el("div", { class: "card poll", role: "group", ariaLabel: `${kind}: ${media.title}` },
    el("div", { class: "title", dir: "auto", text: media.title }),
    el("div", { class: "under", text: kind }),
    el("ul", {}, ...media.options.map((option) => el("li", { dir: "auto", text: option }))),
    el("div", { class: "under", text: `${voters} · this page shows polls, one cannot vote here` }));
}

/** A die or its likes, with what it shows: there is no animation to tell it. @param {object} message */
export function dice(message) {
  const { emoji, value } = message.media;
  return el("div", { class: "dice", role: "img", ariaLabel: `${emoji} ${value}` },
    el("span", { class: "emoji", text: emoji }), el("b", { text: String(value) }));
}

/** @param {object} message @param {import("./pane.js").Pane} pane */
export function webpage(message, pane) {
  const { site, title, description, link, thumb } = message.media;
  const open = (event) => {
    event.preventDefault();
    pane.openLink(link);
  };
  const image = thumb ? el("img", { src: thumb, alt: "", loading: "lazy" }) : null;
  image?.addEventListener("error", () => image.remove());
  const told = [[site, "site"], [title, "title"], [description, "description"]].filter(([text]) => text);
  const node = el("a", { class: "webpage", rel: "noopener noreferrer", target: "_blank", on: { click: open } },
    ...told.map(([text, kind]) => el("span", { class: kind, dir: "auto", text })), image);
  if (/^https?:/iu.test(link)) node.href = link;
  return node;
}

/** @param {object} message */
export function unsupported(message) {
  const what = message.media.what ? ` (${message.media.what})` : "";
  return el("div", { class: "card unsupported" }, icon("info"),
    el("span", { text: `This page does not show this kind of message${what}. Its menu has what was sent, as JSON.` }));
}
