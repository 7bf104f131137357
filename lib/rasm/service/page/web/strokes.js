// A drawing: strokes as lists of points [x, y] in a square whose sides are 1, y downwards.
//
// They are drawn here and not by a canvas, whose pixels some browsers disturb before they give them
// back. Strokes are scaled first and drawn then, so that the pen is as wide in a small drawing as
// in a large one.

import { Blank } from "./ink.js";

const SIZE = 128;
const MARK = { below: 0.25, side: 64, pen: 5 }; // what is smaller than a quarter is a mark
const LETTER = { side: 128, pen: 7 };

/** Mask of the strokes at the upper left, as fonts' glyphs are drawn. Throws Blank for none. */
export function drawn(strokes) {
  const points = strokes.flat();
  if (!points.length) throw new Blank("Nothing is drawn yet.");
  const [left, right] = extent(points.map(([x]) => x));
  const [top, bottom] = extent(points.map(([, y]) => y));
  const major = Math.max(right - left, bottom - top);
  const { side, pen } = major < MARK.below ? MARK : LETTER;
  const radius = major > 0 ? pen : side / 2;
  const scale = major > 0 ? (side - 2 * radius) / major : 0;
  const ink = new Uint8Array(SIZE * SIZE);
  for (const stroke of strokes) {
    const placed = stroke.map(([x, y]) => [
      (x - left) * scale + radius,
      (y - top) * scale + radius,
    ]);
    placed.forEach((end, i) => fillCapsule(ink, placed[Math.max(0, i - 1)], end, radius));
  }
  return { width: SIZE, height: SIZE, ink };
}

function extent(values) {
  return [
    values.reduce((a, b) => Math.min(a, b), Infinity),
    values.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
}

/** Ink the pixels whose middle is no farther than `radius` from the line between two points. */
function fillCapsule(ink, [ax, ay], [bx, by], radius) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const within = (low, high) => [
    Math.max(0, Math.floor(low - radius)),
    Math.min(SIZE - 1, Math.ceil(high + radius)),
  ];
  const [firstRow, lastRow] = within(Math.min(ay, by), Math.max(ay, by));
  const [first, last] = within(Math.min(ax, bx), Math.max(ax, bx));
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = first; column <= last; column++) {
      const [x, y] = [column + 0.5 - ax, row + 0.5 - ay];
      const along = length ? Math.min(1, Math.max(0, (x * dx + y * dy) / length)) : 0;
      const [offX, offY] = [x - along * dx, y - along * dy];
      if (offX * offX + offY * offY <= radius * radius) ink[row * SIZE + column] = 1;
    }
  }
}
