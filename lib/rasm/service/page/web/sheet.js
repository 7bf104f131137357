// The square that one draws in: strokes of any pointer, shown as they are drawn.

const PEN = 0.035; // of the side, as wide as it is shown

export class Sheet extends EventTarget {
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.strokes = [];
    this.picture = null;
    this.pointer = null;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#draw(event));
    canvas.addEventListener("pointerup", (event) => this.#end(event));
    canvas.addEventListener("pointercancel", (event) => this.#end(event));
    new ResizeObserver(() => this.show()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show());
  }

  get isEmpty() {
    return !this.picture && !this.strokes.length;
  }

  undo() {
    if (this.picture) this.picture = null;
    else this.strokes.pop();
    this.#changed();
  }

  clear() {
    this.strokes = [];
    this.picture = null;
    this.#changed();
  }

  /** Show a picture, an ImageBitmap, instead of strokes. */
  place(picture) {
    this.strokes = [];
    this.picture = picture;
    this.#changed();
  }

  show() {
    const { canvas } = this;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    if (this.picture) {
      const { width, height } = this.picture;
      const scale = side / Math.max(width, height);
      const [wide, high] = [width * scale, height * scale];
      context.drawImage(this.picture, (side - wide) / 2, (side - high) / 2, wide, high);
      return;
    }
    context.strokeStyle = getComputedStyle(canvas).color;
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = PEN * side;
    for (const stroke of this.strokes) {
      context.beginPath();
      for (const [x, y] of [stroke[0], ...stroke]) context.lineTo(x * side, y * side);
      context.stroke();
    }
  }

  #at({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  #begin(event) {
    if (this.pointer !== null || event.button) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.picture = null;
    this.strokes.push([this.#at(event)]);
    this.#changed();
  }

  #draw(event) {
    if (event.pointerId !== this.pointer) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const one of between.length ? between : [event]) this.strokes.at(-1).push(this.#at(one));
    this.#changed();
  }

  #end(event) {
    if (event.pointerId === this.pointer) this.pointer = null;
  }

  #changed() {
    this.show();
    this.dispatchEvent(new Event("change"));
  }
}
