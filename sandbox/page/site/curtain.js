// What happens behind the curtain.

/** @param {HTMLElement} aside @param {any} app */
export function mountCurtain(aside, app) {
  aside.dataset.people = String(app.panes.length);
}
