// Where on what was read an answer rests: what its lead over a rival loses where a cell is wiped
// out, as rasm.reading.attribution does it. Activation maps would cost one run and say less: they
// are a few places a side, and `python -m bench.evidence` finds most of their heat beside the dots
// that tell two letters apart.

import { cellOf } from "./pictures.js";

const CELLS = 8; // a side
const TOGETHER = 8; // pictures; who draws meanwhile waits for no more
const LEAST = 1e-30; // probability that counts as none
const CALM = { arabic: 0.1, world: 0.01 }; // nats, cosine: less is no reason

const LEADS = {
  arabic: (scores, one, other) => log(scores[one]) - log(scores[other]),
  world: (scores, one, other) => scores[one] - scores[other],
};

const log = (share) => Math.log(Math.max(share, LEAST));

/**
 * Scores of all labels for `shown`, as wide as high, and for each cell with ink those without it:
 * {whole, without: [[cell, scores]]}. `ask` gives the scores of several pictures, or null when
 * nobody wants them any more, and then so does this.
 */
export async function occluded(shown, ask) {
  const inked = inkOf(shown);
  const pictures = [shown, ...inked.map(([, places]) => without(shown, places))];
  const scores = [];
  while (scores.length < pictures.length) {
    const some = await ask(pictures.slice(scores.length, scores.length + TOGETHER));
    if (!some) return null;
    scores.push(...some);
  }
  const [whole, ...others] = scores;
  return { whole, without: inked.map(([cell], row) => [cell, others[row]]) };
}

/** Of each cell with ink its number, and the pixels that hold it. */
function inkOf(shown) {
  const cells = Array.from({ length: CELLS ** 2 }, (_, cell) => [cell, []]);
  shown.forEach((one, i) => one && cells[cellOf(i, shown.length, CELLS)][1].push(i));
  return cells.filter(([, places]) => places.length);
}

function without(shown, places) {
  const left = shown.slice();
  for (const i of places) left[i] = 0;
  return left;
}

/**
 * What speaks for an answer and not for its rival, CELLS x CELLS numbers from -1 to 1; null where
 * no place does, for or against.
 */
export function heatOf(collection, { whole, without }, answer, rival) {
  const lead = (scores) => LEADS[collection](scores, answer, rival);
  const lost = new Float32Array(CELLS ** 2);
  for (const [cell, scores] of without) lost[cell] = lead(whole) - lead(scores);
  const peak = lost.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return peak < CALM[collection] ? null : lost.map((one) => one / peak);
}

/** Where on the ink most of the heat is, in words. */
export function placeOf(heat, shown) {
  const inked = inkOf(shown).map(([number]) => number);
  const cell = heat.indexOf(heat.reduce((a, b) => Math.max(a, b)));
  const third = (along) => {
    const [low, high] = [Math.min(...inked.map(along)), Math.max(...inked.map(along))];
    return Math.min(2, Math.floor((3 * (along(cell) - low + 0.5)) / (high - low + 1)));
  };
  const down = third((one) => Math.floor(one / CELLS));
  const across = third((one) => one % CELLS);
  const names = [["upper", "", "lower"][down], ["left", "middle", "right"][across]];
  return names.filter(Boolean).join(" ");
}
