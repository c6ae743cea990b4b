// Who calls which method of Telegram, how often, and how often a second just now.

import { get } from "./api.js";
import { el } from "./dom.js";
import { nameOf } from "./names.js";
import { weather } from "./weather.js";

const EVERY = 1000;
const WINDOW = 5;

/** Counts as they were in the last seconds, and the tables that show them. */
class Calls {
  constructor() {
    this.seen = [];
    this.tables = new Map();
    this.none = el("p", { class: "hint", text: "Nobody has called anything yet." });
    this.element = el("div", { class: "calls", tabIndex: 0, role: "group", ariaLabel: "Calls by account and method" }, this.none);
    this.timer = 0;
  }

  async look() {
    clearTimeout(this.timer);
    try {
      this.show(await get("/calls"));
    } catch {
      this.seen = [];
    }
    clearTimeout(this.timer);
    if (this.isOn) this.timer = setTimeout(() => this.look(), EVERY);
  }

  show(counted) {
    this.seen.push({ at: performance.now(), counted });
    if (this.seen.length > WINDOW + 1) this.seen.shift();
    const [then] = this.seen;
    const seconds = (performance.now() - then.at) / 1000;
    const rate = (account, method, count) => {
      const before = then.counted[account]?.[method] ?? 0;
      return seconds > 0.5 && count >= before ? (count - before) / seconds : 0;
    };
    const accounts = Object.entries(counted).sort(([one], [other]) => rank(one) - rank(other) || sum(counted[other]) - sum(counted[one]));
    for (const [account, methods] of accounts) this.table(account).show(methods, (method, count) => rate(account, method, count));
    this.none.hidden = accounts.length > 0;
  }

  table(account) {
    let found = this.tables.get(account);
    if (!found) {
      found = new Table(account);
      this.tables.set(account, found);
      this.element.append(found.element);
    }
    return found;
  }
}

/** One account's methods. */
class Table {
  constructor(account) {
    this.account = account;
    this.rows = new Map();
    this.name = el("span", { class: "calls-name" });
    this.total = el("span", { class: "calls-total" });
    this.body = el("tbody");
    const head = el("tr", {}, el("th", { scope: "col", text: "Method" }), el("th", { scope: "col", text: "Calls" }), el("th", { scope: "col", text: "A second" }));
    this.element = el("details", { class: "calls-account", open: isBot(account) }, el("summary", {}, this.name, this.total), el("table", {}, el("thead", {}, head), this.body));
  }

  show(methods, rate) {
    const sorted = Object.entries(methods).sort(([, one], [, other]) => other - one);
    const rates = sorted.map(([method, count]) => rate(method, count));
    this.name.textContent = nameOf(Number(this.account));
    this.total.textContent = `${sum(methods).toLocaleString("en")} calls · ${perSecond(rates.reduce((one, other) => one + other, 0))}`;
    sorted.forEach(([method, count], at) => this.row(method).forEach((cell, column) => {
      const text = column ? (rates[at] ? rates[at].toFixed(1) : "") : count.toLocaleString("en");
      if (cell.textContent !== text) cell.textContent = text;
    }));
    sorted.forEach(([method], at) => {
      const row = this.rows.get(method)[0].parentElement;
      if (this.body.children[at] !== row) this.body.insertBefore(row, this.body.children[at] ?? null);
    });
  }

  row(method) {
    let cells = this.rows.get(method);
    if (!cells) {
      cells = [el("td"), el("td")];
      this.rows.set(method, cells);
      this.body.append(el("tr", {}, el("th", { scope: "row", text: method }), ...cells));
    }
    return cells;
  }
}

function isBot(account) {
  return weather.bots.some((bot) => bot.id === Number(account));
}

function rank(account) {
  return isBot(account) ? 0 : Number(account) === 0 ? 2 : 1;
}

function sum(methods) {
  return Object.values(methods).reduce((one, other) => one + other, 0);
}

function perSecond(rate) {
  return `${rate.toFixed(1)} a second`;
}

/**
 * The panel of calls; it asks while it is shown.
 * @returns {{element: HTMLElement, show: () => void, hide: () => void}}
 */
export function callsPanel() {
  const calls = new Calls();
  return {
    element: calls.element,
    show: () => {
      calls.isOn = true;
      void calls.look();
    },
    hide: () => {
      calls.isOn = false;
    },
  };
}
