// Characters of any script as an even hand draws them: worn down to a line, and drawn anew, as
// rasm.inputs.scripts shows them to a network. Step by step the same arithmetic.

import { fitted } from "./ink.js";

const PICTURE = 96; // pixels a side, in which lines are found
const RIM = 4;
const LAYERS = 24;
const PEN = 4;
const ROOM = 1.08;

/** What the network reads of a mask: `size` x `size` numbers from 0 to 1. */
export function drawnEvenly(mask, size) {
  const { ink } = fitted(mask, PICTURE, RIM);
  const softened = soft(widened(thin(ink)));
  const seen = new Float32Array(size * size);
  const at = (place) => (((ROOM * ((2 * place + 1) / size - 1) + 1) * PICTURE - 1) / 2);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) seen[y * size + x] = between(softened, at(x), at(y));
  }
  return seen;
}

/** Ink worn off layer by layer until lines are left: rasm.raster.thinning. */
function thin(picture) {
  const wide = PICTURE + 2;
  let ink = new Uint8Array(wide * wide);
  for (let y = 0; y < PICTURE; y++) {
    ink.set(picture.subarray(y * PICTURE, (y + 1) * PICTURE), (y + 1) * wide + 1);
  }
  for (let layer = 0; layer < LAYERS; layer++) ink = wornOff(ink, wide);
  return ink;
}

const CORNERS = [[-1, -1], [-1, 1], [1, -1], [1, 1]];

function wornOff(ink, wide) {
  const within = (i) => i > wide && i < ink.length - wide - 1;
  const inside = ink.map((one, i) =>
    one && within(i) ? ink[i - 1] & ink[i + 1] & ink[i - wide] & ink[i + wide] : 0,
  );
  return ink.map((one, i) => {
    if (!one || !within(i)) return one;
    const touches = CORNERS.some(
      ([down, right]) => !ink[i + down * wide] && !ink[i + right] && ink[i + down * wide + right],
    );
    if (touches) return 1;
    const goes =
      [1, -1, wide, -wide].some((step) => !ink[i + step] && inside[i - step]) ||
      CORNERS.some(([down, right]) => {
        const isBlank = !ink[i + down * wide] && !ink[i + right];
        return isBlank && inside[i - down * wide - right];
      });
    return goes ? 0 : 1;
  });
}

/** Lines with a square pen: it grows left and up, then right and down, in turns. */
function widened(ink) {
  const wide = PICTURE + 2;
  let cut = new Uint8Array(PICTURE * PICTURE);
  for (let y = 0; y < PICTURE; y++) {
    const start = (y + 1) * wide + 1;
    cut.set(ink.subarray(start, start + PICTURE), y * PICTURE);
  }
  for (let width = 2; width <= PEN; width++) {
    const step = width % 2 ? 1 : -1;
    const across = cut;
    const grown = across.map((one, i) => {
      const x = (i % PICTURE) - step;
      return one | (x >= 0 && x < PICTURE ? across[i - step] : 0);
    });
    cut = grown.map((one, i) => one | (grown[i - step * PICTURE] ?? 0));
  }
  return cut;
}

/** Means of 3 x 3 pixels. */
function soft(ink) {
  const result = new Float32Array(ink.length);
  for (let y = 0; y < PICTURE; y++) {
    for (let x = 0; x < PICTURE; x++) {
      let sum = 0;
      for (let row = Math.max(0, y - 1); row <= Math.min(PICTURE - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(PICTURE - 1, x + 1); column++) {
          sum += ink[row * PICTURE + column];
        }
      }
      result[y * PICTURE + x] = sum / 9;
    }
  }
  return result;
}

/** The level at a place between pixels; nothing lies outside of the picture. */
function between(levels, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  let sum = 0;
  for (const [row, down] of [[top, 1 - (y - top)], [top + 1, y - top]]) {
    for (const [column, across] of [[left, 1 - (x - left)], [left + 1, x - left]]) {
      const isThere = row >= 0 && row < PICTURE && column >= 0 && column < PICTURE;
      if (isThere) sum += down * across * levels[row * PICTURE + column];
    }
  }
  return sum;
}
