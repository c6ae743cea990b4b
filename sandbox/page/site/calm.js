// Whether things may move on the page.

/** Whether the person wants no motion. @returns {boolean} */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
