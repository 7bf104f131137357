// The labels of a collection: what they are called, and how they are found by what people know of
// them, a name, a code point, or the letter itself.

const JOINER = /\u200d/g;
const LETTER = /[^\u0000-\u007f]/;
const COMMON = 0x700; // from Latin to Arabic, which the fonts of all devices have

/** Labels, pictures and shape classes of a collection; `read` gives the bytes of a file of the page by its name. */
export async function labelsOf(collection, read) {
  const [table, pictures] = await Promise.all([
    read(`model/${collection}-labels.json`),
    read(`model/${collection}-pictures.bin`),
  ]);
  const { side, kinds, rows, shapes } = JSON.parse(new TextDecoder().decode(table));
  const labels = rows.map(
    ([name, kind, codes, label = name, text = String.fromCodePoint(...codes)]) => {
      return { name, kind: kinds[kind], codes, label, text };
    },
  );
  return { labels, shapes, side, pictures: new Uint8Array(pictures) };
}

/** `U+0628`, or several with spaces between. */
export const codesOf = ({ codes }) =>
  codes.map((code) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`).join(" ");

/** The Unicode name as a sentence would have it. */
export const nameOf = ({ name }) => `${name[0]}${name.slice(1).toLowerCase()}`;

/** The name, and the form of a letter, or what else it is. */
export const fullNameOf = (label) => `${nameOf(label)}, ${label.kind}`;

/** The characters, without the joiners that ask for a form. */
export const charactersOf = ({ text }) => text.replace(JOINER, "");

/** The characters to show where any device has them, and not marks; else the picture must do. */
export const shownOf = ({ text, codes, kind }) =>
  kind === "mark" || codes.some((code) => code >= COMMON) ? "" : text;

/** Numbers of the labels that a query finds, the best first. */
export function search(labels, query) {
  const asked = query.normalize("NFC").trim();
  if (!asked) return [];
  const distance = distanceFrom(asked);
  return labels
    .map((label, number) => [distance(label), number])
    .filter(([far]) => far < Infinity)
    .sort(([a, i], [b, j]) => a - b || i - j)
    .map(([, number]) => number);
}

function distanceFrom(asked) {
  if (LETTER.test(asked)) {
    const characters = asked.replace(JOINER, "");
    return (label) => (charactersOf(label).includes(characters) ? label.codes.length : Infinity);
  }
  const code = /^(?:u\+|0x)?([0-9a-f]{4,6})$/i.exec(asked);
  if (code && !/^[a-f]+$/i.test(asked)) {
    const wanted = parseInt(code[1], 16);
    return ({ codes }) => (codes.includes(wanted) ? codes.length : Infinity);
  }
  const words = asked.toLowerCase().split(/[\s_-]+/);
  return (label) => {
    const known = `${fullNameOf(label)} ${label.label}`.toLowerCase().split(/[\s_,+-]+/);
    if (!words.every((word) => known.some((one) => one.startsWith(word)))) return Infinity;
    const whole = words.filter((word) => known.includes(word)).length;
    return known.length - 10 * whole;
  };
}
