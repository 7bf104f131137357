// The square that one draws in: strokes of any pointer, shown as they are drawn. Or a picture: then
// a pointer draws a frame around what is to be read.

const PEN = 0.035; // of the side, as wide as it is shown
const LEAST = 8; // pixels of a picture that a frame must hold either way

export class Sheet extends EventTarget {
  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.strokes = [];
    this.pictures = []; // what was brought, then what was cut out of it
    this.pointer = null;
    this.frame = null; // two corners
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#draw(event));
    canvas.addEventListener("pointerup", (event) => this.#end(event));
    canvas.addEventListener("pointercancel", (event) => this.#end(event));
    new ResizeObserver(() => this.show()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.show());
  }

  /** What is shown instead of strokes, an ImageBitmap. */
  get picture() {
    return this.pictures.at(-1);
  }

  get isEmpty() {
    return !this.picture && !this.strokes.length;
  }

  undo() {
    (this.picture ? this.pictures : this.strokes).pop();
    this.#changed();
  }

  clear() {
    this.strokes = [];
    this.pictures = [];
    this.#changed();
  }

  place(picture) {
    this.strokes = [];
    this.pictures = [picture];
    this.#changed();
  }

  show() {
    const { canvas, picture, frame } = this;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    context.strokeStyle = getComputedStyle(canvas).color;
    if (picture) {
      const { scale, left, top } = this.#placed(side);
      context.drawImage(picture, left, top, picture.width * scale, picture.height * scale);
    }
    if (frame) {
      const [[ax, ay], [bx, by]] = frame;
      context.strokeStyle = getComputedStyle(canvas).accentColor;
      context.lineWidth = 2 * devicePixelRatio;
      context.strokeRect(ax * side, ay * side, (bx - ax) * side, (by - ay) * side);
    }
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = PEN * side;
    for (const stroke of this.strokes) {
      context.beginPath();
      for (const [x, y] of [stroke[0], ...stroke]) context.lineTo(x * side, y * side);
      context.stroke();
    }
  }

  /** How the picture lies in a square: in its middle, as large as it can be. */
  #placed(side) {
    const { width, height } = this.picture;
    const scale = side / Math.max(width, height);
    return { scale, left: (side - width * scale) / 2, top: (side - height * scale) / 2 };
  }

  #at({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  #begin(event) {
    if (this.pointer !== null || event.button) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    const here = this.#at(event);
    if (this.picture) {
      this.frame = [here, here];
      return;
    }
    this.strokes.push([here]);
    this.#changed();
  }

  #draw(event) {
    if (event.pointerId !== this.pointer) return;
    if (this.frame) {
      this.frame[1] = this.#at(event);
      this.show();
      return;
    }
    const stroke = this.strokes.at(-1);
    if (!stroke) return; // taken back while it was drawn
    const between = event.getCoalescedEvents?.() ?? [];
    for (const one of between.length ? between : [event]) stroke.push(this.#at(one));
    this.#changed();
  }

  #end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    if (this.frame) this.#cutOut(this.frame);
    this.frame = null;
    this.show();
  }

  async #cutOut(frame) {
    if (!this.picture) return;
    const { width, height } = this.picture;
    const { scale, left, top } = this.#placed(1);
    const within = (places, start, most) =>
      places.map((place) => Math.min(most, Math.max(0, Math.round((place - start) / scale))));
    const [x, y] = [
      within(frame.map(([across]) => across), left, width),
      within(frame.map(([, down]) => down), top, height),
    ];
    const [wide, high] = [Math.abs(x[1] - x[0]), Math.abs(y[1] - y[0])];
    if (wide < LEAST || high < LEAST) return;
    const cut = [Math.min(...x), Math.min(...y), wide, high];
    this.pictures.push(await createImageBitmap(this.picture, ...cut));
    this.#changed();
  }

  #changed() {
    this.show();
    this.dispatchEvent(new Event("change"));
  }
}
