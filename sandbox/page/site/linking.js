// Where a link leads.

/** @param {any} pane @param {string} url */
export async function openLink(pane, url) {
  pane.toast(url);
}
