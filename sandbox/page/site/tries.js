// The things to try first.

/** @param {HTMLElement} main @param {any} app */
export function mountTries(main, app) {
  main.dataset.tries = String(app.panes.length);
}
