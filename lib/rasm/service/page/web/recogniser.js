// What answers: of a mask, the labels that it may be, the best first. `ort` is the module of ONNX
// Runtime, `read` gives the bytes of a file of the page by its name.

import { fitted, greyOf, inCorner, inkOf } from "./ink.js";
import { drawnEvenly } from "./skeleton.js";
import { drawn } from "./strokes.js";

const SIZE = 128;
const VIEW = 64; // pixels that the embedder reads
const DIMENSION = 64; // of its embeddings

class Network {
  constructor(ort, session) {
    Object.assign(this, { ort, session });
  }

  /** {shown, answers}: what is read of an ink, and the `top` best labels as [number, score]. */
  async answer(ink, top) {
    const shown = this.shown(ink);
    const [scores] = await this.scores([shown]);
    return { shown, answers: best(scores, top) };
  }

  /** What the network makes of several pictures that it is shown, `side` pixels a side. */
  async outputs(pictures, side) {
    const levels = new Float32Array(pictures.length * side * side);
    pictures.forEach((picture, row) => levels.set(picture, row * side * side));
    const shape = [pictures.length, 1, side, side];
    const asked = { pictures: new this.ort.Tensor("float32", levels, shape) };
    const all = (await this.session.run(asked)).answers.data;
    const count = all.length / pictures.length;
    return pictures.map((_, row) => all.slice(row * count, (row + 1) * count));
  }
}

/** Arabic glyphs in all their forms, by the probability of each label. */
export class Recogniser extends Network {
  static async load(ort, read) {
    return new Recogniser(ort, await opened(ort, read, "model/arabic.onnx"));
  }

  /** Glyphs as fonts draw them. */
  shown({ placed }) {
    return placed.ink;
  }

  /** The probabilities of all labels, for each of several pictures as `shown` makes them. */
  scores(pictures) {
    return this.outputs(pictures, SIZE);
  }
}

/** Characters of all scripts, by how near a picture comes to what fonts draw. */
export class Matcher extends Network {
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
    super(ort, session);
    Object.assign(this, { levels, owners });
  }

  /** A line drawn evenly. */
  shown({ mask }) {
    return drawnEvenly(mask, VIEW);
  }

  /** The cosine of each label's nearest entry, for each of several pictures as `shown` makes them. */
  async scores(pictures) {
    return (await this.outputs(pictures, VIEW)).map((place) => this.#cosines(place));
  }

  #cosines(place) {
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
    return cosines;
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

function best(scores, top) {
  const order = Array.from(scores.keys());
  order.sort((a, b) => scores[b] - scores[a] || a - b);
  return order.slice(0, top).map((number) => [number, scores[number]]);
}
