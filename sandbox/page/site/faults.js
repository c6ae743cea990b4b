// The switches: at whom, what goes wrong, how often; each says what it does and what to watch.

import { post } from "./api.js";
import { el } from "./dom.js";
import { CHAPTERS, LIMITS } from "./faultkinds.js";
import { store } from "./store.js";
import { confirmBox, toast } from "./toast.js";
import { weather } from "./weather.js";

const EVERYBODY = "everybody";

/** Whom the faults are aimed at: the bot, unless another one is chosen. */
class Aim {
  constructor() {
    this.chosen = "";
    this.select = el("select", { id: "aim", on: { change: () => (this.chosen = this.select.value) } });
    this.element = el("div", { class: "aim" }, el("label", { for: "aim", text: "At whom" }), this.select);
    weather.addEventListener("change", () => this.show());
    store.on("people", () => this.show());
    this.show();
  }

  show() {
    const bots = weather.bots.map(({ id, name }) => [String(id), name]);
    const people = [...store.people.values()].map(({ id, name }) => [String(id), name]);
    const all = [...bots, ...people, [EVERYBODY, "Everybody"]];
    const now = JSON.stringify(all);
    if (this.drawn === now) return;
    this.drawn = now;
    this.select.replaceChildren(...all.map(([value, text]) => el("option", { value, text })));
    if (all.some(([value]) => value === this.chosen)) this.select.value = this.chosen;
  }

  /** The account, null for everybody. @returns {number|null} */
  get account() {
    return this.select.value === EVERYBODY || !this.select.value ? null : Number(this.select.value);
  }
}

function card(kind, aim) {
  const fields = new Map(kind.fields.map((field) => [field.name, { field, input: control(kind, field) }]));
  const labels = [...fields.values()].map(({ field, input }) => el("label", { class: "fault-field" }, input, ` ${field.label}`));
  const press = () => order(kind, aim, read(fields));
  const title = el("h4", { id: `fault-${kind.id}`, text: kind.title });
  return el(
    "article",
    { class: "fault", ariaLabelledBy: title.id },
    title,
    el("p", { text: kind.text }),
    watch(kind.watch),
    el("div", { class: "fault-order" }, ...labels, el("button", { type: "button", class: "fault-on", text: kind.now ? "Do it" : "Switch on", ariaLabel: `${kind.now ? "Do it" : "Switch on"}: ${kind.title}`, on: { click: press } })),
  );
}

function watch(text) {
  return el("p", { class: "watch" }, el("strong", { text: "Watch: " }), text);
}

function control(kind, { name, label, value, min, max, options }) {
  const id = `fault-${kind.id}-${name}`;
  if (!options) return el("input", { type: "number", id, value: String(value), min: String(min), max: String(max), required: true, ariaLabel: label });
  const choices = options.map(([given, text]) => el("option", { value: given, text, selected: given === value }));
  return el("select", { id, ariaLabel: label }, ...choices);
}

/** What stands in the fields; null when a number is none that is allowed, which the browser then says. */
function read(fields) {
  const given = {};
  for (const [name, { input }] of fields) {
    if (!input.reportValidity()) return null;
    given[name] = input.type === "number" ? Math.round(input.valueAsNumber) : input.value;
  }
  return given;
}

async function order(kind, aim, given) {
  if (!given) return;
  if (kind.named && aim.account === null) {
    toast("Choose one of them above: this is not done to everybody at once.");
    return;
  }
  if (kind.sure && !(await confirmBox(`${kind.title}? ${kind.sure}`, { yes: kind.title, danger: true }))) return;
  const [path, body] = kind.order(given, aim.account);
  if (await weather.doing(() => post(path, body))) toast(kind.now ? `Done: ${kind.title}` : `On: ${kind.title}`);
}

function limitCard({ id, title, text, watch: hint, body }) {
  const press = async () => {
    if (await weather.doing(() => post("/limits", body))) toast(`Limits: ${title}`);
  };
  const heading = el("h4", { id: `limit-${id}`, text: title });
  return el("article", { class: "fault", ariaLabelledBy: heading.id }, heading, el("p", { text }), watch(hint), el("div", { class: "fault-order" }, el("button", { type: "button", class: "fault-on", text: "Set", ariaLabel: `Set limits: ${title}`, on: { click: press } })));
}

/**
 * The panel of switches.
 * @returns {{element: HTMLElement, show: () => void, hide: () => void}}
 */
export function faultsPanel() {
  const aim = new Aim();
  const chapters = CHAPTERS.map(({ title, kinds }) => el("section", { class: "faults-chapter" }, el("h3", { text: title }), ...kinds.map((kind) => card(kind, aim))));
  const limits = el("section", { class: "faults-chapter" }, el("h3", { text: "Limits on sending" }), ...LIMITS.map(limitCard));
  const element = el("div", { class: "faults", tabIndex: 0, role: "group", ariaLabel: "Switches" }, aim.element, ...chapters, limits);
  return { element, show: () => {}, hide: () => {} };
}
