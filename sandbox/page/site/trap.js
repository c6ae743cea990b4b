// How the focus stays in what lies over the page: Tab goes round, and does not leave it for the browser's own bars.

const STOPS = "a[href], button, input, select, textarea, summary, video[controls], [contenteditable=true], [tabindex]";

/**
 * Keep Tab inside a modal dialog.
 * @param {HTMLDialogElement} node
 */
export function keepFocus(node) {
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.defaultPrevented) return;
    const stops = [...node.querySelectorAll(STOPS)].filter(reachable);
    const [from, to] = event.shiftKey ? [stops.at(0), stops.at(-1)] : [stops.at(-1), stops.at(0)];
    if (!to || (document.activeElement !== from && node.contains(document.activeElement))) return;
    event.preventDefault();
    to.focus();
  });
}

function reachable(node) {
  return node.tabIndex >= 0 && !node.disabled && node.checkVisibility({ visibilityProperty: true });
}
