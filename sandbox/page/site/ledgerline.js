// How one line of the ledger reads: who did what to whom, in one line, and which kind of effect that is.

import { nameOf } from "./names.js";

/** The kinds that the filter knows, and which effects belong to each; what gives somebody a role is of "people". */
export const GROUPS = {
  message: { title: "Messages", kinds: ["message", "service"] },
  press: { title: "Presses and answers", kinds: ["callback_query", "callback_answer", "inline_query", "inline_answer"] },
  change: { title: "Edits, deletions, pins", kinds: ["edit", "delete", "pin", "unpin"] },
  people: {
    title: "Joining, leaving, blocking",
    kinds: ["block", "unblock", "join_request", "decline", "forbid"],
  },
};

const GROUP_OF = new Map(Object.entries(GROUPS).flatMap(([name, group]) => group.kinds.map((kind) => [kind, name])));

const WORDS = {
  callback_query: "presses",
  callback_answer: "answers",
  inline_query: "asks",
  inline_answer: "offers",
  service: "notice",
  join_request: "asks to join",
  signup: "signs up",
  login: "signs in",
  logout: "signs out",
  channel: "makes a chat",
  delete_channel: "deletes a chat",
  noforwards: "protects",
  join_requests: "asks first",
  delete_account: "is gone",
};

/**
 * @typedef {{seq: number, time: string, group: string, kind: string, who: string, whom: string, text: string,
 *   find: string, raw: any}} Line
 */

/**
 * @param {any} raw a line as the server wrote it
 * @returns {Line}
 */
export function readable(raw) {
  const who = nameOf(raw.from_id);
  const whom = raw.peer_id === undefined ? nameOf(raw.user_id) : nameOf(raw.peer_id);
  const kind = WORDS[raw.kind] ?? String(raw.kind).replaceAll("_", " ");
  const text = said(raw);
  return {
    seq: raw.seq,
    time: clock(raw.at),
    group: GROUP_OF.get(raw.kind) ?? (raw.role ? "people" : "other"),
    kind,
    who,
    whom,
    text,
    find: `${kind} ${who} ${whom} ${text}`.toLowerCase(),
    raw,
  };
}

function said(raw) {
  const parts = [
    raw.media && `[${raw.media}${raw.file_name ? ` ${raw.file_name}` : ""}${raw.media_size ? `, ${size(raw.media_size)}` : ""}]`,
    raw.action && raw.action.replace(/^MessageAction/, ""),
    raw.kind === "signup" ? null : raw.text,
    raw.data && `“${raw.data}”`,
    raw.role && `${nameOf(raw.user_id)}: ${raw.role}`,
    (raw.kind === "delete" || raw.kind === "pin" || raw.kind === "unpin") && `message ${raw.message_id}`,
    raw.commands && `${raw.commands.length} commands`,
    raw.results && `${raw.results.length} results`,
    raw.forwarded_from && `(from ${nameOf(raw.forwarded_from)})`,
    raw.buttons && `· ${raw.buttons.flat().length} buttons`,
  ];
  return parts.filter(Boolean).join(" ").replace(/\s+/g, " ");
}

/**
 * @param {number} bytes
 * @returns {string}
 */
function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

function clock(at) {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : CLOCK.format(date);
}
