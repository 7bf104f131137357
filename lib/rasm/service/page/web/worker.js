// Reads what the page sends, beside the page, so that drawing never waits for an answer.

import { Blank } from "./ink.js";
import { Recogniser, maskOf } from "./recogniser.js";
import * as ort from "./runtime/ort.js";

const TOP = 5;
const here = (name) => new URL(name, import.meta.url).href;

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = { mjs: here("runtime/ort-wasm.js"), wasm: here("runtime/ort-wasm.wasm") };

async function read(name) {
  const answer = await fetch(here(name));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.arrayBuffer();
}

const recogniser = Recogniser.load(ort, read);
recogniser.then(
  () => postMessage({ ready: true }),
  (error) => postMessage({ broken: error.message }),
);

onmessage = async ({ data: { question, ...asked } }) => {
  try {
    const mask = maskOf(asked);
    const answers = await (await recogniser).answer(mask, TOP);
    postMessage({ question, mask: mask.ink, answers });
  } catch (error) {
    if (!(error instanceof Blank)) throw error;
    postMessage({ question, blank: error.message });
  }
};
