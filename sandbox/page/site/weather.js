// What is on at the moment: asked for again and again while anybody looks, said at all times, switched off at a press.

import { get, post } from "./api.js";
import { botLine } from "./botline.js";
import { el, icon } from "./dom.js";
import { nameOf } from "./names.js";
import { titleOf } from "./faultkinds.js";
import { learn } from "./names.js";
import { store } from "./store.js";
import { toast } from "./toast.js";

const EVERY = 1000;
const SELDOM = 5000;

/** What the server said last, and who wants to hear of it. */
class Weather extends EventTarget {
  constructor() {
    super();
    this.now = null;
    this.looked = false;
    this.timer = 0;
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
    store.on("start", () => this.look());
  }

  /** The bots that are here. @returns {{id: number, name: string}[]} */
  get bots() {
    return this.now?.bots ?? [];
  }

  /** What is on, one entry each: what it is, and how to end it. @returns {On[]} */
  get on() {
    return this.now ? all(this.now) : [];
  }

  /** Ask often while the curtain is open. @param {boolean} often */
  watch(often) {
    this.often = often;
    void this.look();
  }

  async look() {
    clearTimeout(this.timer);
    try {
      if (!document.hidden) this.take(await get("/api/weather"));
    } catch {
      // The line at the top says that the server is away.
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), this.often || this.on.length ? EVERY : SELDOM);
  }

  take(now) {
    this.now = now;
    learn(Object.fromEntries(now.bots.map((bot) => [bot.id, bot.name])));
    this.dispatchEvent(new Event("change"));
  }

  /** Everything off. */
  async clear() {
    await this.doing(async () => this.take(await post("/api/weather", {}, { method: "DELETE" })));
  }

  /**
   * Do something to the weather, and show what it is then; what is refused is said.
   * @param {() => Promise<any>} act
   * @returns {Promise<boolean>} whether it went well
   */
  async doing(act) {
    try {
      await act();
      return true;
    } catch (error) {
      toast(error.message);
      return false;
    } finally {
      void this.look();
    }
  }
}

/** @typedef {{key: string, title: string, text: string, strikes: number|null, end: (() => Promise<any>)|null}} On */

function all(now) {
  const away = now.away === null ? [] : [timed("away", "The server is away", now.away, () => post("/away", { seconds: 0 }))];
  const silences = now.silences.map((each, at) => timed(`silence-${at}`, `Silence for ${whom(each.account)}`, each.seconds, () => post("/silence", {}, { method: "DELETE" })));
  return [...now.faults.map(fault), ...away, ...silences, ...limits(now.limits), ...latency(now.latency), ...exclusive(now.exclusive)];
}

function fault(each) {
  const left = each.count ? ` of ${each.count}` : "";
  const held = each.held ? `, ${each.held} held` : "";
  const early = each.early ? `, ${each.early} came too early` : "";
  return {
    key: `fault-${each.id}`,
    title: titleOf(each),
    text: `${whom(each.account ?? null)} · struck ${each.struck}${left}${held}${early}`,
    strikes: each.struck,
    end: () => post(`/faults/${each.id}`, {}, { method: "DELETE" }),
  };
}

function timed(key, title, seconds, end) {
  const text = seconds === null ? "until it is ended" : `${Math.ceil(seconds)} s left`;
  return { key, title, text, strikes: null, end };
}

function limits(given) {
  const scopes = Object.entries(given);
  if (!scopes.length) return [];
  const refused = scopes.reduce((sum, [, each]) => sum + each.refused, 0);
  const passed = Math.max(...scopes.map(([, each]) => each.passed));
  const text = `${passed.toLocaleString("en")} messages passed, ${refused.toLocaleString("en")} calls refused`;
  return [{ key: "limits", title: "Limits on sending", text, strikes: refused, end: () => post("/limits", {}) }];
}

function latency(milliseconds) {
  const end = () => post("/latency", { milliseconds: 0 });
  return milliseconds ? [{ key: "latency", title: "Every call takes longer", text: `${milliseconds} ms`, strikes: null, end }] : [];
}

function exclusive(on) {
  const end = () => post("/sessions/exclusive", { on: false });
  return on ? [{ key: "exclusive", title: "One place for each session", text: "", strikes: null, end }] : [];
}

function whom(account) {
  return account === null ? "everybody" : nameOf(account);
}

export const weather = new Weather();

/**
 * The line that says at all times what is on, each to be switched off, and all of them at once.
 * @returns {HTMLElement}
 */
export function weatherStrip() {
  const calm = el("p", { class: "calm" });
  const bot = botLine((isAway) => {
    calm.textContent = isAway ? "Nothing is switched on that goes wrong on purpose." : "All clear: nothing goes wrong on purpose.";
  });
  const list = el("ul", { class: "weather-on", ariaLabel: "What is on" });
  const clear = el("button", { type: "button", class: "all-clear", on: { click: () => weather.clear() } }, "All clear");
  const strip = el("section", { class: "weather", ariaLabel: "What goes wrong on purpose" }, bot, calm, list, clear);
  const entries = new Map();
  const show = () => {
    const { on } = weather;
    calm.hidden = on.length > 0;
    list.hidden = clear.hidden = on.length === 0;
    const keys = new Set(on.map((each) => each.key));
    for (const [key, entry] of entries) {
      if (keys.has(key)) continue;
      entry.element.remove();
      entries.delete(key);
    }
    for (const each of on) {
      if (!entries.has(each.key)) entries.set(each.key, entryOf(each, list));
      entries.get(each.key).text.textContent = each.text;
    }
  };
  weather.addEventListener("change", show);
  show();
  return strip;
}

function entryOf(each, list) {
  const text = el("span", { class: "weather-text" });
  const end = each.end && el("button", { type: "button", class: "weather-end", ariaLabel: `Switch off: ${each.title}`, title: "Switch off", on: { click: () => weather.doing(each.end) } }, icon("close"));
  const element = el("li", {}, el("span", { class: "weather-title", text: each.title }), text, end);
  list.append(element);
  return { element, text };
}

/**
 * A badge for the bar at the top while something is on: nobody is to forget that it is.
 * @param {() => void} open shows the curtain
 * @returns {HTMLElement}
 */
export function weatherBadge(open) {
  const count = el("span");
  const badge = el("button", { type: "button", class: "weather-badge", hidden: true, on: { click: open } }, icon("storm"), count);
  weather.addEventListener("change", () => {
    const { on } = weather;
    const strikes = on.reduce((sum, each) => sum + (each.strikes ?? 0), 0);
    badge.hidden = on.length === 0;
    count.textContent = `${on.length} on · ${strikes} ${strikes === 1 ? "strike" : "strikes"}`;
    badge.title = "What goes wrong on purpose: show it";
  });
  return badge;
}
