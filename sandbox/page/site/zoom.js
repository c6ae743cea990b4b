// How a picture is looked at closely: wheel, double click, two fingers, and moved while it is larger than the screen.

const MOST = 8;
const DOUBLE = 2.5;
const STEP = 1.4;

/** Makes a node of a frame larger and moves it about; keeps it from leaving the frame. */
export class Zoom {
  /**
   * @param {HTMLElement} frame what hears the mouse and the fingers
   * @param {() => HTMLElement|null} node what is made larger: asked each time, since it changes
   */
  constructor(frame, node) {
    this.frame = frame;
    this.node = node;
    this.fingers = new Map();
    this.reset();
    frame.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    frame.addEventListener("dblclick", (event) => this.doubled(event));
    frame.addEventListener("pointerdown", (event) => this.down(event));
    frame.addEventListener("pointermove", (event) => this.moved(event));
    const lifted = (event) => this.fingers.delete(event.pointerId);
    for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, lifted);
  }

  reset() {
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.apply();
  }

  /** Larger by a step; negative: smaller. @param {number} steps */
  by(steps) {
    this.to(this.scale * STEP ** steps);
  }

  /**
   * @param {number} scale 1: as it fits
   * @param {{x: number, y: number}} [at] what stays where it is, from the frame's middle
   */
  to(scale, at = { x: 0, y: 0 }) {
    const next = Math.max(1, Math.min(MOST, scale));
    const ratio = next / this.scale;
    this.x = at.x - (at.x - this.x) * ratio;
    this.y = at.y - (at.y - this.y) * ratio;
    this.scale = next;
    this.apply();
  }

  apply() {
    const node = this.node();
    if (!node) return;
    const far = (side) => Math.max(0, (node[`offset${side}`] * this.scale - this.frame[`client${side}`]) / 2);
    this.x = Math.max(-far("Width"), Math.min(far("Width"), this.x));
    this.y = Math.max(-far("Height"), Math.min(far("Height"), this.y));
    node.style.setProperty("transform", `translate(${this.x}px, ${this.y}px) scale(${this.scale})`);
    this.frame.classList.toggle("zoomed", this.scale > 1);
  }

  place({ clientX, clientY }) {
    const box = this.frame.getBoundingClientRect();
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  }

  wheel(event) {
    event.preventDefault();
    this.to(this.scale * Math.exp(-event.deltaY / 300), this.place(event));
  }

  doubled(event) {
    if (!this.node()?.contains(event.target) || event.target.matches("video")) return;
    this.to(this.scale > 1 ? 1 : DOUBLE, this.place(event));
  }

  down(event) {
    if (event.target.matches("video, button, a")) return;
    this.fingers.set(event.pointerId, event);
    if (this.scale > 1) this.frame.setPointerCapture(event.pointerId);
  }

  moved(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const other = [...this.fingers.values()].find((one) => one.pointerId !== event.pointerId);
    this.fingers.set(event.pointerId, event);
    if (other) {
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      this.to(this.scale * apart(event) / apart(before), this.place(event));
    } else if (this.scale > 1) {
      this.x += event.clientX - before.clientX;
      this.y += event.clientY - before.clientY;
      this.apply();
    }
  }
}
