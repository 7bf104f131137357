// Pictures: those that people bring, and those of labels, which are bits.

const LONGEST = 2048; // pixels; larger photographs are reduced
const PAPER = 0.3; // of the heat of ink that the paper around it shows

/** An ImageBitmap of a file, the right way up and not too large. Throws for what is no picture. */
export async function opened(file) {
  const whole = await createImageBitmap(file);
  const scale = LONGEST / Math.max(whole.width, whole.height);
  if (scale >= 1) return whole;
  const [resizeWidth, resizeHeight] = [whole.width, whole.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  );
  return createImageBitmap(whole, { resizeWidth, resizeHeight, resizeQuality: "high" });
}

/** The pixels of an ImageBitmap: {width, height, data}, four bytes each. */
export function pixelsOf(bitmap) {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

const painted = new WeakMap();

/**
 * Paint `ink` from 0 to 1, as wide as high, in the colour of the canvas's text; under `heat` from -1
 * to 1, if there is any, a number for each of as many cells a side as fit.
 */
export function paint(canvas, ink, heat) {
  painted.set(canvas, [ink, heat]);
  const side = Math.sqrt(ink.length);
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const dot = (i, colour, amount) => {
    context.fillStyle = colour;
    context.globalAlpha = amount;
    context.fillRect(i % side, Math.floor(i / side), 1, 1);
  };
  ink.forEach((one, i) => one && dot(i, style.color, one));
  if (!heat) return;
  const [warm, cold] = ["--warm", "--cold"].map((name) => style.getPropertyValue(name));
  const cells = Math.sqrt(heat.length);
  ink.forEach((one, i) => {
    const amount = heat[cellOf(i, ink.length, cells)];
    if (amount) dot(i, amount > 0 ? warm : cold, Math.abs(amount) * (PAPER + (1 - PAPER) * one));
  });
}

/** The cell that pixel `i` of a square picture of `pixels` lies in, of so many cells a side. */
export function cellOf(i, pixels, cells) {
  const side = Math.sqrt(pixels);
  const [row, column] = [Math.floor(i / side), i % side].map((at) => Math.floor((at * cells) / side));
  return row * cells + column;
}

/** Paint anew what was painted, as after a change of colours. */
export function repaint() {
  for (const canvas of document.querySelectorAll("canvas")) {
    if (painted.has(canvas)) paint(canvas, ...painted.get(canvas));
  }
}

/** Picture `number` of packed ones, `side` pixels wide and high: ink of 0 and 1. */
export function unpacked(bits, number, side) {
  const start = (number * side * side) / 8;
  return Uint8Array.from({ length: side * side }, (_, i) => (bits[start + (i >> 3)] >> (7 - (i & 7))) & 1);
}

/** A mask as text: packed as pictures of labels are, then base64. */
export function asText(ink) {
  const bytes = new Uint8Array(ink.length / 8);
  ink.forEach((one, i) => (bytes[i >> 3] |= one << (7 - (i & 7))));
  return btoa(String.fromCharCode(...bytes));
}
