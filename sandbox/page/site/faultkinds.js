// What can be made to go wrong, in people's words: what it does, what to watch, what it asks, and what it orders.

/**
 * @typedef {{name: string, label: string, value: number|string, min?: number, max?: number, options?: [string, string][]}} Field
 * @typedef {{id: string, title: string, text: string, watch: string, now?: boolean, named?: boolean, sure?: string, fields: Field[],
 *   order: (given: any, account: number|null) => [string, object]}} Kind
 *   `now`: it happens once, at the press; `named`: somebody must be named, everybody will not do; `sure`: what to
 *   think of before
 */

const SENDS = "messages.[SF]*dM*"; // SendMessage, SendMedia, SendMultiMedia, ForwardMessages
const EVERYTHING = "";
const METHODS = [[SENDS, "sending messages"], ["messages.*", "everything with messages"], ["upload.*", "files"], [EVERYTHING, "every call"]];

const AWHILE = "A bot that signed in less than 20 minutes ago is away until these are over: Telegram punishes those who sign in often.";

const SHARE = { name: "share", label: "of 100 calls", value: 30, min: 1, max: 100 };
const HOW_MANY = { name: "count", label: "times (0: no end)", value: 0, min: 0, max: 100000 };
const METHOD = { name: "method", label: "which calls", value: SENDS, options: METHODS };

function fault(kind, given, account, more = {}) {
  const order = { kind, ...more };
  if (account !== null) order.account = account;
  if (given.method) order.method = given.method;
  if (given.share !== undefined && given.share < 100) order.probability = given.share / 100;
  if (given.count) order.count = given.count;
  return ["/faults", order];
}

/** @type {{title: string, kinds: Kind[]}[]} */
export const CHAPTERS = [
  {
    title: "Its calls",
    kinds: [
      {
        id: "flood",
        title: "Flood wait",
        text: "Telegram refuses some calls, and says how many seconds to wait.",
        watch: "Start a broadcast: it slows down, waits as long as it is told for that chat, and everybody still gets it once. “Came too early” must stay away.",
        fields: [{ name: "seconds", label: "seconds, at most", value: 5, min: 1, max: 3600 }, { ...SHARE, value: 20 }, METHOD],
        order: (given, account) =>
          fault("error", given, account, { code: 420, name: "FLOOD_WAIT_n", range: [1, given.seconds], closes: "chat" }),
      },
      {
        id: "drop-request",
        title: "Requests get lost",
        text: "A call never reaches Telegram: nothing happens, nothing is answered.",
        watch: "What was to be sent comes late (a lost call is noticed after some 15 seconds), but it comes, and once.",
        fields: [SHARE, METHOD, HOW_MANY],
        order: (given, account) => fault("drop_request", given, account),
      },
      {
        id: "drop-reply",
        title: "Answers get lost",
        text: "Telegram does what it was asked, and its answer never arrives. Who asks again without care sends twice.",
        watch: "The call comes again in Calls; in the ledger the message is there once, because it carries the same number.",
        fields: [SHARE, METHOD, HOW_MANY],
        order: (given, account) => fault("drop_reply", given, account),
      },
      {
        id: "delay",
        title: "Everything is slow",
        text: "Calls take longer.",
        watch: "Press a button meanwhile: the answer comes late, but others are not held up by it.",
        fields: [{ name: "milliseconds", label: "milliseconds", value: 1500, min: 1, max: 600000 }, { ...SHARE, value: 100 }, { ...METHOD, value: EVERYTHING }],
        order: (given, account) => fault("delay", given, account, { milliseconds: given.milliseconds }),
      },
      {
        id: "internal",
        title: "Telegram has errors",
        text: "Calls are refused with 500 INTERNAL, as on Telegram's bad days.",
        watch: "It is tried again by itself. Nothing is given up, nothing comes twice.",
        fields: [SHARE, METHOD, HOW_MANY],
        order: (given, account) => fault("error", given, account, { code: 500, name: "INTERNAL" }),
      },
    ],
  },
  {
    title: "Its connection",
    kinds: [
      {
        id: "drop",
        title: "Drop connections",
        text: "Every connection is cut, once.",
        watch: "Connected again within a second or two; what came meanwhile is fetched.",
        now: true,
        fields: [],
        order: (_given, account) => ["/connections/drop", { account }],
      },
      {
        id: "away",
        title: "Telegram is away",
        text: "Nobody reaches the local Telegram, the people on this page neither.",
        watch: "Write something before, and see it answered afterwards: late, but in order.",
        now: true,
        fields: [{ name: "seconds", label: "seconds", value: 15, min: 1, max: 3600 }],
        order: (given) => ["/away", { seconds: given.seconds }],
      },
      {
        id: "silence",
        title: "Silence",
        text: "The connection stands, calls are answered, and no news comes through it.",
        watch: "Write something: nobody hears it. A good client notices the silence, asks by itself, and answers late.",
        now: true,
        fields: [{ name: "seconds", label: "seconds", value: 60, min: 1, max: 3600 }],
        order: (given, account) => ["/silence", { account, seconds: given.seconds }],
      },
      {
        id: "forget",
        title: "Forget the session",
        text: "Telegram does not know the key of the session any more.",
        watch: "One new sign-in in the ledger, and work goes on where it was. Telegram punishes those who sign in often: a careful bot does it once in 20 minutes, and stays away until then.",
        now: true,
        named: true,
        sure: AWHILE,
        fields: [],
        order: (_given, account) => ["/sessions/forget", { account }],
      },
      {
        id: "revoke",
        title: "Revoke the session",
        text: "The session is over, as when its owner ends it in the settings: 401 on every call.",
        watch: "The same: one new sign-in, 20 minutes after the last one at the earliest; then what was under way is finished.",
        now: true,
        named: true,
        sure: AWHILE,
        fields: [],
        order: (_given, account) => ["/sessions/revoke", { account }],
      },
    ],
  },
  {
    title: "News to it",
    kinds: [
      {
        id: "skip",
        title: "Updates get lost",
        text: "Some news is never pushed; whoever asks for what they missed is told.",
        watch: "Send three messages: those that were lost are noticed by the gap in the numbers, and answered in order.",
        fields: [{ ...SHARE, label: "of 100 updates" }],
        order: (given, account) => fault("skip_update", given, account),
      },
      {
        id: "duplicate",
        title: "Updates come twice",
        text: "The same news is pushed again.",
        watch: "Send a message: one answer. The use of a link counts once.",
        fields: [{ ...SHARE, label: "of 100 updates", value: 100 }],
        order: (given, account) => fault("duplicate_update", given, account),
      },
      {
        id: "reorder",
        title: "Updates come in another order",
        text: "Some news is held back and overtaken by what came later.",
        watch: "Send several messages quickly: they are answered in the order in which you wrote them.",
        fields: [{ name: "window", label: "how many are shuffled", value: 4, min: 2, max: 100 }],
        order: (given, account) => fault("reorder_updates", given, account, { window: given.window }),
      },
    ],
  },
];

/** Limits on sending: what a bot may, and what is refused over it. */
export const LIMITS = [
  {
    id: "telegram",
    title: "As Telegram's",
    text: "30 messages a second in all, one a second to a person, 20 a minute to a group.",
    watch: "A broadcast finds the rate by itself: few refusals, and nearly all that is allowed is used.",
    body: { bot: { rate: 30, burst: 30 }, chat: { rate: 1, burst: 5 }, group: { rate: 20, burst: 20 } },
  },
  {
    id: "slow",
    title: "Slow",
    text: "One message a second in all.",
    watch: "A broadcast to two goes out one after the other; an answer to a reader goes before the rest of it.",
    body: { bot: { rate: 1, burst: 1 } },
  },
  { id: "none", title: "None", text: "As many as one likes.", watch: "This is how it is at the start.", body: {} },
];

const KINDS = {
  drop_request: "Requests get lost",
  drop_reply: "Answers get lost",
  delay: "Slow calls",
  hold: "Calls are held",
  duplicate_update: "Updates come twice",
  reorder_updates: "Updates in another order",
  skip_update: "Updates get lost",
};

/**
 * What a fault that is on is called, also one that was ordered elsewhere.
 * @param {any} fault as the server shows it
 * @returns {string}
 */
export function titleOf(fault) {
  const title = KINDS[fault.kind] ?? (fault.code === 420 ? "Flood wait" : `Error ${fault.code} ${fault.name}`);
  const which = METHODS.find(([method]) => method === fault.method)?.[1] ?? fault.method;
  return which ? `${title}: ${which}` : title;
}
