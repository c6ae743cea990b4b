// Behind the curtain: the side panel with the ledger, calls, trouble on demand and controls, one of them at a time.

import { callsPanel } from "./calls.js";
import { clear, el, iconButton } from "./dom.js";
import { faultsPanel } from "./faults.js";
import { ledgerPanel } from "./ledger.js";
import { keep, kept } from "./place.js";
import { processPanel } from "./process.js";
import { weather, weatherBadge, weatherStrip } from "./weather.js";

const PANELS = [
  ["ledger", "Ledger", ledgerPanel],
  ["calls", "Calls", callsPanel],
  ["trouble", "Trouble", faultsPanel],
  ["controls", "Controls", processPanel],
];

/** The tabs; only the one that can be seen is at work. */
class Tabs {
  constructor() {
    this.panels = PANELS.map(([name, title, make]) => this.panel(name, title, make()));
    this.list = el("div", { class: "curtain-tabs", role: "tablist", ariaLabel: "Behind the curtain", on: { keydown: (event) => this.key(event) } }, ...this.panels.map(({ tab }) => tab));
    this.shown = null;
    this.isVisible = false;
    this.choose(kept("curtain-tab", "ledger"));
  }

  panel(name, title, { element, show, hide }) {
    const tab = el("button", { type: "button", role: "tab", id: `curtain-tab-${name}`, ariaControls: `curtain-${name}`, text: title, on: { click: () => this.choose(name) } });
    const place = el("div", { class: "curtain-panel", role: "tabpanel", id: `curtain-${name}`, ariaLabelledBy: tab.id }, element);
    return { name, tab, place, show, hide };
  }

  choose(name) {
    const chosen = this.panels.find((each) => each.name === name) ?? this.panels[0];
    if (this.isVisible) this.shown?.hide();
    this.shown = chosen;
    for (const each of this.panels) {
      const isChosen = each === chosen;
      each.tab.ariaSelected = String(isChosen);
      each.tab.tabIndex = isChosen ? 0 : -1;
      each.place.hidden = !isChosen;
    }
    if (this.isVisible) chosen.show();
    keep("curtain-tab", chosen.name);
  }

  visible(on) {
    if (on === this.isVisible) return;
    this.isVisible = on;
    weather.watch(on);
    if (on) this.shown.show();
    else this.shown.hide();
  }

  key(event) {
    const at = this.panels.indexOf(this.shown);
    const last = this.panels.length - 1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.altKey) return;
    event.preventDefault();
    this.choose(this.panels[(to + last + 1) % (last + 1)].name);
    this.shown.tab.focus();
  }
}

/**
 * Fill the side panel. It works while it is shown, and says on `weather` events how much is on.
 * @param {HTMLElement} aside
 * @param {any} app
 */
export function mountCurtain(aside, app) {
  const tabs = new Tabs();
  const close = iconButton("close", "Close", () => app.curtain(false));
  clear(aside).append(
    el("div", { class: "curtain-head" }, el("h2", { text: "Behind the curtain" }), close),
    weatherStrip(),
    tabs.list,
    ...tabs.panels.map(({ place }) => place),
  );
  document.querySelector(".tools")?.prepend(weatherBadge(() => app.curtain(true)));
  new MutationObserver(() => tabs.visible(!aside.hidden)).observe(aside, { attributeFilter: ["hidden"] });
  tabs.visible(!aside.hidden);
  if (aside.hidden) weather.watch(false);
}
