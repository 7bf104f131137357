// A font read back: which glyphs look like another than they claim to be. As `rasm check` does, but
// each glyph by itself.

import { Font } from "./font.js";
import { Blank } from "./ink.js";
import { charactersOf } from "./labels.js";

const BATCH = 8; // glyphs that are read together
const LEAST = 1e-12; // probability

/**
 * Read the glyphs of a font file; `progress` hears how many of how many are read. Gives {known,
 * suspects}: how many glyphs were judged, and of those that look like another shape [{number, ink,
 * best, share, doubt}], the most doubtful first. Throws an Error that says what is wrong.
 */
export async function checked(file, { labels, shapes }, ask, progress) {
  const font = await Font.open(file);
  try {
    const numbers = Array.from(labels.keys()).filter((number) => font.has(labels[number]));
    if (!numbers.length) throw new Error("The font has no glyph that the recogniser knows.");
    const verdicts = [];
    for (let start = 0; start < numbers.length; start += BATCH) {
      const part = numbers.slice(start, start + BATCH);
      const glyphs = part.map((number) => ({ number, ink: inkOrNull(font, labels[number]) }));
      const inked = glyphs.filter(({ ink }) => ink);
      const scores = inked.length ? await ask(inked.map(({ ink }) => ink)) : [];
      inked.forEach((one, row) => verdicts.push(verdictOn(one, scores[row], shapes)));
      progress(Math.min(start + BATCH, numbers.length), numbers.length);
    }
    const suspects = verdicts.filter(({ doubt }) => doubt > 0);
    suspects.sort((a, b) => b.doubt - a.doubt);
    return { known: verdicts.length, suspects };
  } finally {
    font.close();
  }
}

/** The ink of a label; null where the font draws none, or what it draws for the isolated form. */
function inkOrNull(font, label) {
  const alone = charactersOf(label);
  try {
    const ink = font.drawn(label);
    if (label.text === alone) return ink;
    const isolated = font.drawn({ ...label, text: alone });
    return ink.some((one, i) => one !== isolated[i]) ? ink : null;
  } catch (error) {
    if (error instanceof Blank) return null;
    throw error;
  }
}

/** What a glyph looks like, and how much likelier that is than what it claims, by shape. */
function verdictOn({ number, ink }, scores, shapes) {
  const ofShape = new Float64Array(1 + Math.max(...shapes));
  scores.forEach((score, label) => (ofShape[shapes[label]] += score));
  const shape = ofShape.indexOf(ofShape.reduce((a, b) => Math.max(a, b), 0));
  const share = ofShape[shape];
  const claimed = ofShape[shapes[number]];
  let best = -1;
  scores.forEach((score, label) => {
    if (shapes[label] === shape && (best < 0 || score > scores[best])) best = label;
  });
  return { number, ink, best, share, doubt: Math.log(share + LEAST) - Math.log(claimed + LEAST) };
}
