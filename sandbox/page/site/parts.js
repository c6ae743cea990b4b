// What of a message stays as it is when the message changes: a film goes on, opened words stay open, a key turns on.

const known = new WeakMap();

/**
 * Note what a node shows. A later node that shows the very same gives way to it.
 * @template {Element|null} T
 * @param {T} node
 * @param {...any} shows
 * @returns {T}
 */
export function part(node, ...shows) {
  if (node) known.set(node, JSON.stringify(shows));
  return node;
}

/**
 * Put a message's new form into the place of its former one, with the former one's parts where they show the same.
 * @param {Element} former
 * @param {Element} fresh
 */
export function renew(former, fresh) {
  // Both are in the document meanwhile: what plays is moved, not taken out, and goes on.
  former.after(fresh);
  const kept = Map.groupBy(partsOf(former), (node) => known.get(node));
  for (const node of partsOf(fresh)) {
    const same = kept.get(known.get(node))?.shift();
    if (same) node.replaceWith(same);
  }
  former.remove();
}

function partsOf(root) {
  return [...root.querySelectorAll("*")].filter((node) => known.has(node));
}
