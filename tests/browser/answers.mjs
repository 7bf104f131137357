// What the page answers, without a browser: a line of JSON in, a line of JSON out.
//
//     node answers.mjs FOLDER COLLECTION < QUESTIONS
//
// FOLDER is the made page. A question is {strokes}, or {width, height, data} with the pixels in
// base64; the answer is {mask, answers}, the mask as the page writes it into corrections. A question
// with {pair}, two labels, wants the {heat} of the first over the second too.

import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [path, collection] = process.argv.slice(2);
const folder = pathToFileURL(`${path}/`);
const [ort, { Matcher, Recogniser, inkIn }, { asText }, { heatOf, occluded }] = await Promise.all(
  ["runtime/ort.js", "recogniser.js", "pictures.js", "heat.js"].map(
    (name) => import(new URL(name, folder)),
  ),
);
const read = (name) => readFile(new URL(name, folder));
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = { mjs: new URL("runtime/ort-wasm.js", folder).href };
ort.env.wasm.wasmBinary = await read("runtime/ort-wasm.wasm");
const reader = await { arabic: Recogniser, world: Matcher }[collection].load(ort, read);

for await (const line of createInterface({ input: process.stdin })) {
  const { strokes, data, pair, ...size } = JSON.parse(line);
  const picture = data && { ...size, data: Buffer.from(data, "base64") };
  const ink = inkIn({ strokes, picture });
  const { shown, answers } = await reader.answer(ink, 5);
  const lost = pair && (await occluded(shown, (pictures) => reader.scores(pictures)));
  const heat = pair && Array.from(heatOf(collection, lost, ...pair));
  console.log(JSON.stringify({ mask: asText(ink.placed.ink), answers, heat }));
}
