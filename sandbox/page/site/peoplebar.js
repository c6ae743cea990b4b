// The people, each a tab: who is shown, how much each has not read, one more of them.

import { avatar } from "./avatar.js";
import { unreadBadge } from "./badge.js";
import { el, fill, icon } from "./dom.js";
import { newPerson } from "./newchat.js";
import { store } from "./store.js";

/**
 * @param {any} app
 * @returns {{element: HTMLElement, show: () => void}}
 */
export function peopleBar(app) {
  const tabs = el("div", { class: "people-tabs", role: "tablist", ariaLabel: "People", on: { keydown: keys } });
  tabs.addEventListener("wheel", rolled, { passive: false });
  const add = el(
    "button",
    { type: "button", class: "people-add", title: "Add a person", ariaLabel: "Add a person", on: { click: added } },
    icon("add-person"),
  );
  const element = el("nav", { class: "people", ariaLabel: "People" }, tabs, add);
  const made = new Map();
  const drawn = new WeakMap();
  store.on("people", show);
  store.on("chats", ({ person }) => made.has(person) && show());
  return { element, show };

  function show() {
    const people = [...store.people.values()];
    for (const [id, tab] of made) {
      if (!store.people.has(id)) tab.remove();
    }
    people.forEach((person, at) => {
      const tab = made.get(person.id) ?? make(person);
      write(tab, person);
      if (tabs.children[at] !== tab) tabs.insertBefore(tab, tabs.children[at] ?? null);
    });
  }

  function make(person) {
    const tab = el("button", {
      type: "button",
      class: "person",
      role: "tab",
      dataset: { personId: person.id },
      ariaControls: `pane-${person.id}`,
      on: { click: () => app.show(person.id) },
    });
    made.set(person.id, tab);
    return tab;
  }

  function write(tab, person) {
    const current = app.current?.person.id === person.id;
    const unread = store.unread(person.id);
    const now = JSON.stringify([person, current, unread]);
    if (drawn.get(tab) === now) return;
    drawn.set(tab, now);
    tab.ariaSelected = String(current);
    tab.tabIndex = current ? 0 : -1;
    if (current) tab.scrollIntoView({ inline: "nearest", block: "nearest" });
    fill(
      tab,
      avatar({ id: person.id, title: person.name }, "small"),
      el("span", { class: "person-name" }, el("bdi", { text: person.name })),
      person.note ? el("span", { class: "person-note", text: person.note }) : null,
      unreadBadge(unread),
    );
  }

  async function added() {
    const person = await newPerson(app);
    if (person) app.show(person.id);
  }

  /** A mouse's wheel goes up and down only: over people who do not all have room it goes along them. */
  function rolled(event) {
    if (event.deltaX || event.ctrlKey || tabs.scrollWidth <= tabs.clientWidth) return;
    event.preventDefault();
    tabs.scrollLeft += event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
  }

  function keys(event) {
    const all = [...tabs.children];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || event.altKey) return;
    event.preventDefault();
    const tab = all[(to + all.length) % all.length];
    app.show(Number(tab.dataset.personId), null, { focus: false });
    tab.focus();
  }
}
