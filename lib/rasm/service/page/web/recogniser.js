// The recogniser: a mask to labels with their probabilities.

import { fitted, greyOf, inCorner, inkOf } from "./ink.js";
import { drawn } from "./strokes.js";

const SIZE = 128;

export class Recogniser {
  /**
   * `ort` is the module of ONNX Runtime, `read` gives the bytes of a file of the page by its name.
   */
  static async load(ort, read) {
    const [network, table] = await Promise.all([
      read("model/recogniser.onnx"),
      read("model/labels.json"),
    ]);
    const session = await ort.InferenceSession.create(new Uint8Array(network));
    const { labels } = JSON.parse(new TextDecoder().decode(table));
    return new Recogniser(ort, session, labels);
  }

  constructor(ort, session, labels) {
    Object.assign(this, { ort, session, labels });
  }

  /** The `top` most probable labels of a mask, as [number, probability], the first the best. */
  async answer({ ink }, top) {
    const masks = new this.ort.Tensor("float32", Float32Array.from(ink), [1, 1, SIZE, SIZE]);
    const { answers } = await this.session.run({ pictures: masks });
    return best(answers.data, top);
  }
}

/** Mask of strokes or of a picture, {strokes} or {picture}. Throws Blank where there is no ink. */
export function maskOf({ strokes, picture }) {
  if (strokes) return drawn(strokes);
  return inCorner(fitted(inkOf(greyOf(picture)), SIZE, 0));
}

function best(scores, top) {
  const order = Array.from(scores.keys());
  order.sort((a, b) => scores[b] - scores[a] || a - b);
  return order.slice(0, top).map((number) => [number, scores[number]]);
}
