// The ink of any picture, as rasm.raster.ink finds it: which pixels stand out from the background
// that fills the border. Step by step the same arithmetic; tests hold the two together.
//
// A mask is {width, height, ink}, ink a Uint8Array of 0 and 1, row by row.

const CONTRAST = 16;
const CLEAN = 0.05;
const CLEARLY = 0.7;
const CALM = 1e-3;
const SURELY_KEPT = 0.375;
const EPSILON = 1.1920929e-7; // of a float of 32 bits

/** Why a picture or drawing has no answer; the message is for people. */
export class Blank extends Error {}

/** Grey levels of `data`, four bytes a pixel as ImageData has them; what is transparent is paper. */
export function greyOf({ width, height, data }) {
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const opaque = data[4 * i + 3];
    const [r, g, b] = [0, 1, 2].map((c) => {
      const level = data[4 * i + c];
      return opaque === 255 ? level : Math.round(255 + ((level - 255) * opaque) / 255);
    });
    grey[i] = (r * 9798 + g * 19235 + b * 3735 + 16384) >> 15;
  }
  return { width, height, grey };
}

/** Mask of the ink of a grey picture. Throws Blank where none stands out. */
export function inkOf(picture) {
  const { grey } = picture;
  const rim = borderOf(picture);
  const light = upper(grey);
  const lit = rim.filter((i) => light[i]);
  const seen = 2 * lit.length >= rim.length ? lit : rim.filter((i) => !light[i]);
  const level = median(seen.map((i) => grey[i]));
  const flat = parted(grey, () => level);
  const even = flat.unexplained < CLEAN ? flat : evened(picture, rim, seen, level);
  if (Math.min(flat.contrast, even.contrast) < CONTRAST) {
    throw new Blank("The picture is blank: no ink stands out from its background.");
  }
  const { ink } = even.unexplained < CLEARLY * flat.unexplained ? even : flat;
  return { width: picture.width, height: picture.height, ink };
}

/** The ink in the middle of a square mask, its longer side size - 2 * rim pixels. */
export function fitted(mask, size, rim) {
  const { left, top, width, height, ink } = boxOf(mask);
  const scale = (size - 2 * rim) / Math.max(width, height);
  const [wide, high] = [width, height].map((side) => Math.max(1, halfToEven(side * scale)));
  const thick = opened({ width, height, ink }, Math.ceil(2 / scale));
  const fine = Float32Array.from(ink, (one, i) => one - thick[i]);
  const resize = scale < 1 ? byArea : byLines;
  const full = resize(Float32Array.from(ink), width, height, wide, high);
  const thin = resize(fine, width, height, wide, high);
  const least = Math.fround(SURELY_KEPT * Math.min(1, scale));
  const placed = new Uint8Array(size * size);
  const [down, right] = [high, wide].map((side) => Math.floor((size - side) / 2));
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const i = y * wide + x;
      const kept = full[i] >= 0.5 || (thin[i] > 0 && full[i] >= least);
      placed[(y + down) * size + x + right] = kept ? 1 : 0;
    }
  }
  return { width: size, height: size, ink: placed };
}

/** The ink of a mask moved to its upper left. */
export function inCorner(mask) {
  const { left, top, width, height, ink } = boxOf(mask);
  const moved = new Uint8Array(mask.ink.length);
  for (let y = 0; y < height; y++) {
    moved.set(ink.subarray(y * width, (y + 1) * width), y * mask.width);
  }
  return { width: mask.width, height: mask.height, ink: moved };
}

function boxOf({ width, height, ink }) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!ink[y * width + x]) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (bottom < 0) throw new Blank("There is no ink.");
  const [wide, high] = [right - left + 1, bottom - top + 1];
  const cut = new Uint8Array(wide * high);
  for (let y = 0; y < high; y++) {
    const start = (y + top) * width + left;
    cut.set(ink.subarray(start, start + wide), y * wide);
  }
  return { left, top, width: wide, height: high, ink: cut };
}

/** Which levels lie above the threshold that parts them into two kinds best (Otsu 1979). */
function upper(levels) {
  const count = new Float64Array(256);
  for (const level of levels) count[level]++;
  const share = 1 / levels.length;
  let mean = 0;
  for (let i = 0; i < 256; i++) mean += i * count[i] * share;
  let [below, meanBelow, best, threshold] = [0, 0, 0, 0];
  for (let i = 0; i < 256; i++) {
    const here = count[i] * share;
    meanBelow *= below;
    below += here;
    const above = 1 - below;
    if (Math.min(below, above) < EPSILON || Math.max(below, above) > 1 - EPSILON) continue;
    meanBelow = (meanBelow + i * here) / below;
    const apart = meanBelow - (mean - below * meanBelow) / above;
    if (below * above * apart * apart > best) {
      best = below * above * apart * apart;
      threshold = i;
    }
  }
  return levels.map((level) => (level > threshold ? 1 : 0));
}

/** What stands out from `background(i)` either way, by how much, and what that leaves open. */
function parted(grey, background) {
  const far = new Uint8Array(grey.length);
  for (let i = 0; i < far.length; i++) {
    far[i] = Math.min(255, halfToEven(Math.abs(Math.fround(grey[i] - background(i)))));
  }
  const ink = upper(far);
  const kinds = [0, 1].map(() => ({ count: 0, sum: 0, squares: 0 }));
  for (let i = 0; i < far.length; i++) {
    const kind = kinds[ink[i]];
    kind.count++;
    kind.sum += far[i];
    kind.squares += far[i] * far[i];
  }
  const [rest, inked] = kinds;
  if (!rest.count || !inked.count) return { ink, contrast: 0, unexplained: 0 };
  const within = scatter(rest) + scatter(inked);
  const total = scatter({
    count: far.length,
    sum: rest.sum + inked.sum,
    squares: rest.squares + inked.squares,
  });
  const contrast = inked.sum / inked.count - rest.sum / rest.count;
  return { ink, contrast, unexplained: within / total };
}

const scatter = ({ count, sum, squares }) => squares - (sum * sum) / count;

function evened(picture, rim, seen, level) {
  const first = parted(picture.grey, surface(picture, seen, level));
  const known = new Set(seen);
  const both = rim.filter((i) => known.has(i) || !first.ink[i]);
  return parted(picture.grey, surface(picture, both, level));
}

/** Quadratic surface by least squares through the pixels `seen` of the border. */
function surface({ width, height, grey }, seen, level) {
  const at = (place, side) => Math.fround(side > 1 ? -1 + (2 * place) / (side - 1) : -1);
  const terms = (i) => {
    const x = at(i % width, width);
    const y = at(Math.floor(i / width), height);
    return [1, x, x * x, y, y * y, x * y];
  };
  const rows = Array.from({ length: 6 }, () => new Array(7).fill(0));
  for (const i of seen) {
    const known = terms(i);
    known.forEach((one, r) => {
      known.forEach((other, c) => (rows[r][c] += one * other));
      rows[r][6] += one * (grey[i] - level);
    });
  }
  rows.forEach((row, r) => (row[r] += CALM * seen.length));
  const [flat, x1, x2, y1, y2, xy] = solved(rows).map(Math.fround);
  return (i) => {
    const x = at(i % width, width);
    const y = at(Math.floor(i / width), height);
    return level + flat + x * (x1 + x2 * x + xy * y) + y * (y1 + y2 * y);
  };
}

/** The solution of equations, each a row of factors and then its right side. */
function solved(rows) {
  const count = rows.length;
  for (let c = 0; c < count; c++) {
    let pivot = c;
    for (let r = c; r < count; r++) {
      if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r;
    }
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < count; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= count; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, r) => row[count] / row[r]);
}

/** Places of the border: top, bottom, left, right, as rasm.raster.ink lists them. */
function borderOf({ width, height }) {
  const rim = [];
  for (let x = 0; x < width; x++) rim.push(x);
  for (let x = 0; x < width; x++) rim.push((height - 1) * width + x);
  for (let y = 1; y < height - 1; y++) rim.push(y * width);
  for (let y = 1; y < height - 1; y++) rim.push((y + 1) * width - 1);
  return rim;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function halfToEven(value) {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}

/** Morphological opening by a square: what holds a square of `side` pixels. */
function opened({ width, height, ink }, side) {
  const worn = alongBoth(ink, width, height, side, (sum, room) => sum === room);
  return alongBoth(worn, width, height, side, (sum) => sum > 0);
}

function alongBoth(ink, width, height, side, kept) {
  const across = alongLines(ink, height, width, width, 1, side, kept);
  return alongLines(across, width, height, 1, width, side, kept);
}

/** For each pixel whether the sum of the `side` pixels around it on its line is `kept`. */
function alongLines(ink, lines, length, line, step, side, kept) {
  const result = new Uint8Array(ink.length);
  const sums = new Uint32Array(length + 1);
  const before = side >> 1;
  for (let l = 0; l < lines; l++) {
    for (let p = 0; p < length; p++) sums[p + 1] = sums[p] + ink[l * line + p * step];
    for (let p = 0; p < length; p++) {
      const from = Math.max(0, p - before);
      const to = Math.min(length, p - before + side);
      result[l * line + p * step] = kept(sums[to] - sums[from], to - from) ? 1 : 0;
    }
  }
  return result;
}

// Both ways of resizing compute in floats of 32 bits, in OpenCV's order: where a pixel is half full,
// the last bit says whether it is ink.

/** Each new pixel the mean of what it covers. */
function byArea(values, width, height, wide, high) {
  return alongAxes(values, width, height, wide, high, (side, count) => (place) => {
    const scale = side / count;
    const start = place * scale;
    const end = start + scale;
    const cell = Math.min(scale, side - start);
    const last = Math.min(Math.floor(end), side - 1);
    const first = Math.min(Math.ceil(start), last);
    const shares = [];
    if (first - start > 1e-3) shares.push([first - 1, Math.fround((first - start) / cell)]);
    for (let p = first; p < last; p++) shares.push([p, Math.fround(1 / cell)]);
    const rest = Math.min(end - last, 1, cell);
    if (end - last > 1e-3) shares.push([last, Math.fround(rest / cell)]);
    return shares;
  });
}

/** Each new pixel between the two nearest either way. */
function byLines(values, width, height, wide, high) {
  return alongAxes(values, width, height, wide, high, (side, count) => (place) => {
    const middle = Math.fround(((place + 0.5) * side) / count - 0.5);
    const first = Math.floor(middle);
    if (first < 0) return [[0, 1]];
    if (first >= side - 1) return [[side - 1, 1]];
    const share = Math.fround(middle - first);
    return [[first, Math.fround(1 - share)], [first + 1, share]];
  });
}

function alongAxes(values, width, height, wide, high, sharesFor) {
  const narrow = new Float32Array(wide * height);
  for (let x = 0; x < wide; x++) {
    const shares = sharesFor(width, wide)(x);
    for (let y = 0; y < height; y++) {
      narrow[y * wide + x] = weighed(shares, (p) => values[y * width + p]);
    }
  }
  const result = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) {
    const shares = sharesFor(height, high)(y);
    for (let x = 0; x < wide; x++) {
      result[y * wide + x] = weighed(shares, (p) => narrow[p * wide + x]);
    }
  }
  return result;
}

function weighed(shares, at) {
  let sum = 0;
  for (const [place, share] of shares) sum = Math.fround(sum + Math.fround(share * at(place)));
  return sum;
}
