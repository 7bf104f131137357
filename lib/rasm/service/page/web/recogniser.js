// What answers: of a mask, the labels that it may be, the best first. `ort` is the module of ONNX
// Runtime, `read` gives the bytes of a file of the page by its name.

import { fitted, greyOf, inCorner, inkOf } from "./ink.js";
import { drawnEvenly } from "./skeleton.js";
import { drawn } from "./strokes.js";

const SIZE = 128;
const VIEW = 64; // pixels that the embedder reads
const DIMENSION = 64; // of its embeddings

/** Arabic glyphs in all their forms, by the probability of each label. */
export class Recogniser {
  static async load(ort, read) {
    return new Recogniser(ort, await opened(ort, read, "model/arabic.onnx"));
  }

  constructor(ort, session) {
    Object.assign(this, { ort, session });
  }

  /** The `top` best labels as [number, probability]. */
  async answer({ placed }, top) {
    return best(await asked(this, [placed.ink], SIZE), top);
  }

  /** The probabilities of all labels, for each of several inks of glyphs as fonts draw them. */
  async scores(inks) {
    const all = await asked(this, inks, SIZE);
    const count = all.length / inks.length;
    return inks.map((_, row) => all.slice(row * count, (row + 1) * count));
  }
}

/** Characters of all scripts, by how near a picture comes to what fonts draw. */
export class Matcher {
  static async load(ort, read) {
    const [session, gallery] = await Promise.all([
      opened(ort, read, "model/world.onnx"),
      read("model/world-gallery.bin"),
    ]);
    return new Matcher(ort, session, new Uint8Array(gallery).buffer);
  }

  /** A gallery is DIMENSION bytes an entry, and after all of these two bytes for its label. */
  constructor(ort, session, gallery) {
    const count = gallery.byteLength / (DIMENSION + 2);
    const levels = new Int8Array(gallery, 0, count * DIMENSION);
    const owners = new Uint16Array(gallery.slice(count * DIMENSION));
    Object.assign(this, { ort, session, levels, owners });
  }

  /** The `top` nearest labels as [number, cosine], each by its nearest entry. */
  async answer({ mask }, top) {
    const place = await asked(this, [drawnEvenly(mask, VIEW)], VIEW);
    const { levels, owners } = this;
    const cosines = new Float32Array(1 + owners.reduce((a, b) => Math.max(a, b), 0)).fill(-1);
    owners.forEach((label, entry) => {
      let [sum, squares] = [0, 0];
      for (let d = 0; d < DIMENSION; d++) {
        const level = levels[entry * DIMENSION + d];
        sum += level * place[d];
        squares += level * level;
      }
      cosines[label] = Math.max(cosines[label], sum / Math.sqrt(squares));
    });
    return best(cosines, top);
  }
}

/**
 * The ink of {strokes} or of a {picture}: as a `mask`, and `placed` as glyphs of fonts are drawn.
 * Throws Blank where there is none.
 */
export function inkIn({ strokes, picture }) {
  if (strokes) {
    const placed = drawn(strokes);
    return { mask: placed, placed };
  }
  const mask = inkOf(greyOf(picture));
  return { mask, placed: inCorner(fitted(mask, SIZE, 0)) };
}

async function opened(ort, read, name) {
  return ort.InferenceSession.create(new Uint8Array(await read(name)));
}

async function asked({ ort, session }, shown, side) {
  const levels = new Float32Array(shown.length * side * side);
  shown.forEach((picture, row) => levels.set(picture, row * side * side));
  const pictures = new ort.Tensor("float32", levels, [shown.length, 1, side, side]);
  return (await session.run({ pictures })).answers.data;
}

function best(scores, top) {
  const order = Array.from(scores.keys());
  order.sort((a, b) => scores[b] - scores[a] || a - b);
  return order.slice(0, top).map((number) => [number, scores[number]]);
}
