// A font as somebody brings it: which characters it has, and its glyphs as masks, drawn as those that
// the recogniser learnt from.

import { Blank } from "./ink.js";

const SIDE = 128;
const MARK = { below: 0.25, side: 64 }; // of the font's height; what is smaller is a mark
const MEASURED = 1000; // pixels of the size at which glyphs are measured
const HALF = 128; // of 255 that a pixel is covered
const CARRIER = "\u00a0"; // marks stand on it without the circle that is drawn where they have none

export class Font {
  /** Throws an Error that says what is wrong with the file. */
  static async open(file) {
    const bytes = await file.arrayBuffer();
    const table = await charactersOfFont(new DataView(bytes));
    const face = new FontFace(`checked ${file.name}`, bytes);
    try {
      await face.load();
    } catch {
      throw new Error("The browser refuses this font: it is damaged.");
    }
    document.fonts.add(face);
    // Now that the browser has found the table sound, it may say how long it is.
    return new Font(face, codesOfTable(table));
  }

  constructor(face, codes) {
    Object.assign(this, { face, codes });
    this.context = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
    this.context.font = `${MEASURED}px "${face.family.replaceAll('"', "")}"`;
    this.context.textAlign = "left";
    this.context.direction = "rtl";
  }

  close() {
    document.fonts.delete(this.face);
  }

  has({ codes }) {
    return codes.every((code) => this.codes.has(code));
  }

  /** The ink of a label at the upper left of a square. Throws Blank where the font draws nothing. */
  drawn({ text, kind }) {
    const { context } = this;
    const shaped = kind === "mark" ? CARRIER + text : text;
    context.resetTransform();
    context.clearRect(0, 0, SIDE, SIDE);
    const box = context.measureText(shaped);
    const wide = box.actualBoundingBoxLeft + box.actualBoundingBoxRight;
    const high = box.actualBoundingBoxAscent + box.actualBoundingBoxDescent;
    const major = Math.max(wide, high);
    if (!(major > 0)) throw new Blank("The font draws nothing here.");
    const span = box.fontBoundingBoxAscent + box.fontBoundingBoxDescent;
    const scale = (major < MARK.below * span ? MARK.side : SIDE) / major;
    const [left, top] = [box.actualBoundingBoxLeft, box.actualBoundingBoxAscent];
    context.setTransform(scale, 0, 0, scale, left * scale, top * scale);
    context.fillText(shaped, 0, 0);
    const { data } = context.getImageData(0, 0, SIDE, SIDE);
    return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (data[4 * i + 3] >= HALF ? 1 : 0));
  }
}

/** The table `cmap` of a font, which says what characters it has glyphs for. */
async function charactersOfFont(view) {
  const kind = view.byteLength > 12 ? tagAt(view, 0) : "";
  const isPacked = kind === "wOFF";
  if (kind === "wOF2") throw new Error("WOFF2 is not read here: bring the TTF, OTF or WOFF.");
  if (!isPacked && !["\0\x01\0\0", "OTTO", "true"].includes(kind)) {
    throw new Error("This is no font that can be read here: TTF, OTF and WOFF can.");
  }
  const [count, first, size] = isPacked ? [view.getUint16(12), 44, 20] : [view.getUint16(4), 12, 16];
  for (let entry = first; entry < first + count * size; entry += size) {
    if (tagAt(view, entry) !== "cmap") continue;
    const start = view.getUint32(entry + (isPacked ? 4 : 8));
    const length = view.getUint32(entry + (isPacked ? 8 : 12));
    const bytes = new Uint8Array(view.buffer, start, length);
    const isDeflated = isPacked && length < view.getUint32(entry + 12);
    return new DataView(isDeflated ? await inflated(bytes) : bytes.slice().buffer);
  }
  throw new Error("The font has no table of characters.");
}

const tagAt = (view, at) => String.fromCharCode(...new Uint8Array(view.buffer, at, 4));

function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

function codesOfTable(view) {
  const codes = new Set();
  for (let record = 4; record < 4 + 8 * view.getUint16(2); record += 8) {
    const table = view.getUint32(record + 4);
    const [platform, encoding] = [view.getUint16(record), view.getUint16(record + 2)];
    const isUnicode = platform === 0 || (platform === 3 && encoding > 0);
    if (!isUnicode) continue;
    const format = view.getUint16(table);
    if (format === 12) addGroups(view, table, codes);
    else if (format === 4) addSegments(view, table, codes);
  }
  return codes;
}

function addGroups(view, table, codes) {
  for (let group = 0; group < view.getUint32(table + 12); group++) {
    const at = table + 16 + 12 * group;
    for (let code = view.getUint32(at); code <= view.getUint32(at + 4); code++) codes.add(code);
  }
}

/** Segments of characters; in each a glyph is the code plus a delta, or is looked up in a list. */
function addSegments(view, table, codes) {
  const size = view.getUint16(table + 6); // bytes of a column
  const column = (number, at) => table + 14 + number * size + (number && 2) + at;
  for (let at = 0; at < size; at += 2) {
    const [last, first] = [view.getUint16(column(0, at)), view.getUint16(column(1, at))];
    const delta = view.getUint16(column(2, at));
    const offset = view.getUint16(column(3, at));
    for (let code = first; code <= last && code < 0xffff; code++) {
      const listed = offset && view.getUint16(column(3, at) + offset + 2 * (code - first));
      const glyph = offset ? listed && listed + delta : code + delta;
      if (glyph & 0xffff) codes.add(code);
    }
  }
}
