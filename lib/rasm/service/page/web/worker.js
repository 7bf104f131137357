// Reads what the page sends, beside the page, so that drawing never waits for an answer.

import { Blank } from "./ink.js";
import { read } from "./read.js";
import { Matcher, Recogniser, inkIn } from "./recogniser.js";
import * as ort from "./runtime/ort.js";

const TOP = 5;
const here = (name) => new URL(name, import.meta.url).href;

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = { mjs: here("runtime/ort-wasm.js"), wasm: here("runtime/ort-wasm.wasm") };

const READERS = { arabic: Recogniser, world: Matcher };
const loaded = {};

/** What reads the glyphs of a collection, loaded when it is first asked for. */
function readerOf(collection) {
  loaded[collection] ??= READERS[collection].load(ort, read);
  return loaded[collection];
}

async function answer(collection, asked) {
  const reader = await readerOf(collection);
  if (asked.pictures) return { scores: await reader.scores(asked.pictures) };
  if (!asked.strokes && !asked.picture) return {};
  try {
    const ink = inkIn(asked);
    return { mask: ink.placed.ink, ...(await reader.answer(ink, TOP)) };
  } catch (error) {
    if (error instanceof Blank) return { blank: error.message };
    throw error;
  }
}

onmessage = async ({ data: { question, collection, ...asked } }) => {
  try {
    postMessage({ question, collection, ...(await answer(collection, asked)) });
  } catch (error) {
    delete loaded[collection];
    postMessage({ question, broken: error.message });
  }
};
