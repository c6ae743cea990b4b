// How elements are made: always from nodes and text, never from markup.

const SVG = "http://www.w3.org/2000/svg";
const ATTRIBUTES = new Set(["role", "for", "list", "form", "part", "inputmode", "enterkeyhint", "popovertarget"]);

/**
 * An element with its properties and children.
 *
 * Props: `class`, `text`, `dataset`, `on` ({click: fn}), `style` (an object of properties), `aria…` (`ariaLabel`,
 * `ariaLabelledBy`: written as attributes), a few attributes that no property stands for (`role`, `for`), any
 * property of the element. Null and undefined are left out, so are null and false children.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node|string|number|null|false|undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value !== null && value !== undefined) set(node, name, value);
  }
  append(node, ...children);
  return node;
}

function set(node, name, value) {
  if (name === "class") node.className = value;
  else if (name === "text") node.textContent = value;
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "on") Object.entries(value).forEach(([event, fn]) => node.addEventListener(event, fn));
  else if (name === "style") Object.entries(value).forEach(([key, to]) => node.style.setProperty(key, to));
  else if (name.startsWith("aria")) node.setAttribute(`aria-${name.slice(4).toLowerCase()}`, String(value));
  else if (ATTRIBUTES.has(name)) node.setAttribute(name, String(value));
  else node[name] = value;
}

/**
 * Append children; null, undefined and false are skipped.
 * @param {Node} node
 * @param {...(Node|string|number|null|false|undefined)} children
 */
export function append(node, ...children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Make these the only children; null, undefined and false are skipped.
 * @param {Element} node
 * @param {...(Node|string|number|null|false|undefined|any[])} children
 */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, ...children);
}

/**
 * A picture from icons.svg, hidden from screen readers: its button has the name.
 * @param {string} name the symbol's id
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  use.setAttribute("href", `/site/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/**
 * A button of one icon, named for those who cannot see it.
 * @param {string} name the symbol's id
 * @param {string} label
 * @param {(event: MouseEvent) => void} click
 * @param {Record<string, any>} [props]
 * @returns {HTMLButtonElement}
 */
export function iconButton(name, label, click, props = {}) {
  const more = props.class ? ` ${props.class}` : "";
  const rest = { type: "button", title: label, ariaLabel: label, on: { click }, ...props };
  return /** @type {HTMLButtonElement} */ (el("button", { ...rest, class: `icon-button${more}` }, icon(name)));
}

/**
 * Take every child away.
 * @template {Node} T
 * @param {T} node
 * @returns {T}
 */
export function clear(node) {
  node.replaceChildren();
  return node;
}
