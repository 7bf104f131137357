// The page: what is drawn or brought is read by a worker, and answers are shown as they come.

import { checked } from "./check.js";
import { heatOf, occluded, placeOf } from "./heat.js";
import { charactersOf, codesOf, fullNameOf, labelsOf, nameOf, search, shownOf } from "./labels.js";
import { asText, opened, paint, pixelsOf, repaint, unpacked } from "./pictures.js";
import { read } from "./read.js";
import { GlyphReader, Reader } from "./reader.js";
import { Sheet } from "./sheet.js";

const FOUND = 24; // labels that a search shows
const SUSPECTS = 30; // glyphs of a font that are listed
const CHOICES = 6; // and that a correction offers
const PAUSE = 300; // milliseconds without a stroke before heat is worked out
const INVITATION = "Draw, and answers come as you draw.";
const $ = (id) => document.getElementById(id);

const reader = new Reader();
const sheet = new Sheet($("sheet"));
let collection = "arabic"; // what is looked up
let known = null; // its labels and pictures, once they are there
let last = null; // what was answered last

// Cards of labels

function cardOf(number, share) {
  const label = known.labels[number];
  const card = $("card").content.firstElementChild.cloneNode(true);
  const picture = card.querySelector("canvas");
  picture.setAttribute("aria-label", `${fullNameOf(label)}, as a font draws it`);
  card.querySelector(".name").textContent = nameOf(label);
  const characters = document.createElement("bdi");
  characters.textContent = shownOf(label);
  card.querySelector(".codes").append(`${codesOf(label)} · ${label.kind} `, characters);
  const copy = card.querySelector(".copy");
  copy.textContent = "Copy";
  copy.setAttribute("aria-label", `Copy ${fullNameOf(label)}`);
  copy.onclick = () => copied(copy, label);
  if (share !== undefined) {
    const likely = card.querySelector(".likely");
    likely.hidden = false;
    likely.firstElementChild.value = share;
    likely.lastElementChild.textContent = amount(share);
  }
  const bits = unpacked(known.pictures, number, known.side);
  return { card, paint: () => paint(picture, bits) };
}

function show(list, cards) {
  list.replaceChildren(...cards.map(({ card }) => card));
  cards.forEach((one) => one.paint());
}

async function copied(button, label) {
  try {
    await navigator.clipboard.writeText(charactersOf(label));
    button.textContent = "Copied";
  } catch {
    button.textContent = "Refused"; // by the browser, or for want of https
  }
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

/** A probability of Arabic glyphs; of all scripts how alike two pictures are, 1 the most. */
const amount = (share) => (collection === "world" ? share.toFixed(2) : percent(share));

const percent = (share) => (share < 0.01 ? "< 1%" : `${Math.round(100 * share)}%`);

// Collections

async function choose(name) {
  collection = name;
  known = null;
  tell("Loading …");
  try {
    const chosen = await labelsOf(name, read);
    if (collection !== name) return;
    known = chosen;
    ask();
    look();
  } catch (error) {
    tell(`Answers cannot be given: ${error.message}`);
  }
}

for (const choice of document.querySelectorAll("[name=collection]")) {
  choice.onchange = () => choose(choice.value);
}

function ask() {
  const { picture, strokes } = sheet;
  const shown = picture ? { picture: pixelsOf(picture) } : strokes.length ? { strokes } : {};
  reader.ask({ collection, ...shown });
}

// Drawing

sheet.addEventListener("change", () => {
  $("undo").disabled = $("clear").disabled = sheet.isEmpty;
  $("invitation").hidden = !sheet.isEmpty;
  if (sheet.isEmpty) tell(INVITATION);
  if (known) ask();
});
$("undo").onclick = () => sheet.undo();
$("clear").onclick = () => sheet.clear();

function tell(text) {
  last = null;
  $("state").textContent = text;
  $("answers").replaceChildren();
  $("wrong").hidden = $("seen").hidden = $("why").hidden = true;
}

/** Hear of what was asked of this collection, but for what was asked before all was cleared. */
function hear(kind, heard) {
  reader.addEventListener(kind, ({ detail }) => {
    const isMeant = known && detail.collection === collection && sheet.isEmpty === (kind === "ready");
    if (isMeant || kind === "broken") heard(detail);
  });
}

hear("ready", () => tell(INVITATION));
hear("broken", ({ broken }) => tell(`Answers cannot be given: ${broken}`));
hear("blank", ({ blank }) => tell(blank));
hear("answers", (detail) => {
  last = detail;
  const { answers } = detail;
  const [[best, share]] = answers;
  const found = collection === "world" ? "Most alike" : "Most likely";
  $("state").textContent = `${found}: ${fullNameOf(known.labels[best])}, ${amount(share)}`;
  show($("answers"), answers.map(([number, likely]) => cardOf(number, likely)));
  $("wrong").hidden = $("seen").hidden = $("why").hidden = false;
  $("which").replaceChildren(
    ...answers.map(([number]) => new Option(fullNameOf(known.labels[number]), number)),
  );
  showHeat();
  clearTimeout(pausing);
  pausing = setTimeout(explain, PAUSE, detail);
});

// Heat

let pausing = 0; // what waits for a pause

async function explain(detail) {
  const scores = (some) => (last === detail ? reader.scores(collection, some) : null);
  detail.occluded = await occluded(detail.shown, scores);
  if (last === detail) showHeat();
}

$("which").onchange = showHeat;

/** Show what speaks for the answer that is chosen, and not for the best of another shape. */
function showHeat() {
  const { answers, shown, occluded: seen } = last;
  const chosen = Number($("which").value);
  const { labels, shapes } = known;
  const isRival = ([number]) => number !== chosen && !(shapes.length && shapes[number] === shapes[chosen]);
  const rival = answers.find(isRival)?.[0];
  const heat = seen && rival !== undefined ? heatOf(collection, seen, chosen, rival) : null;
  for (const picture of [$("seen"), $("heat")]) paint(picture, shown, heat);
  $("legend").hidden = !heat;
  $("reason").textContent = told();

  function told() {
    if (rival === undefined) return "All answers are drawn alike: no place speaks for one of them.";
    const other = fullNameOf(labels[rival]);
    if (!seen) return `and not for ${other} …`;
    if (!heat?.some((one) => one > 0)) return `and not for ${other}: no single place.`;
    return `and not for ${other}: most of all the ${placeOf(heat, shown)}.`;
  }
}

// Pictures

async function bring(file) {
  try {
    sheet.place(await opened(file));
  } catch {
    tell("This file is no picture that the browser can open.");
  }
}

const firstPicture = (files) => Array.from(files).find((file) => file.type.startsWith("image/"));

const firstFont = (files) => Array.from(files).find((file) => /\.(ttf|otf|woff2?)$/i.test(file.name));

$("file").onchange = ({ target }) => {
  if (target.files[0]) bring(target.files[0]);
  target.value = "";
};
addEventListener("paste", ({ clipboardData }) => {
  const file = firstPicture(clipboardData.files);
  if (file) bring(file);
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  $("pad").classList.add("over");
});
addEventListener("dragleave", () => $("pad").classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  $("pad").classList.remove("over");
  const { files } = event.dataTransfer;
  const [picture, font] = [firstPicture(files), firstFont(files)];
  if (picture) bring(picture);
  else if (font) check(font);
  else tell("What was dropped holds no picture and no font.");
});

// Keys

addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, select") || $("correction").open;
  if (isTyping || event.altKey) return;
  const commands = event.ctrlKey || event.metaKey;
  const copy = $("answers").children[Number(event.key) - 1]?.querySelector(".copy");
  if (commands && event.key === "z") sheet.undo();
  else if (!commands && event.key === "Escape") sheet.clear();
  else if (!commands && copy) copy.click();
  else return;
  event.preventDefault();
});

// Search

function look() {
  const query = $("query").value;
  const found = known ? search(known.labels, query) : [];
  const more = found.length > FOUND ? `, the first ${FOUND} shown` : "";
  $("found-count").textContent = query.trim() ? `${found.length} found${more}` : "";
  show($("found"), found.slice(0, FOUND).map((number) => cardOf(number)));
}

$("query").oninput = look;

// Fonts

async function check(file) {
  if ($("font").disabled) return; // one at a time
  $("font").disabled = true;
  const glyphReader = new GlyphReader();
  const say = (text) => ($("check-state").textContent = text);
  $("suspects").replaceChildren();
  $("checked").hidden = false;
  say(`Reading ${file.name} …`);
  try {
    const arabic = await labelsOf("arabic", read);
    const ask = (inks) => glyphReader.ask(inks);
    const { known: judged, suspects } = await checked(file, arabic, ask, (done, all) => {
      Object.assign($("checked"), { value: done, max: all });
    });
    const more = suspects.length > SUSPECTS ? `; the ${SUSPECTS} most doubtful:` : ":";
    const end = suspects.length ? more : ".";
    say(`${file.name}: ${suspects.length} of ${judged} glyphs look more like another${end}`);
    const rows = suspects.slice(0, SUSPECTS).map((suspect) => rowOf(suspect, arabic));
    show($("suspects"), rows);
  } catch (error) {
    say(`${file.name}: ${error.message}`);
  } finally {
    $("checked").hidden = true;
    $("font").disabled = false;
    glyphReader.close();
  }
}

/** A suspect: what it claims to be, as the font draws it, and what it looks like. */
function rowOf({ number, ink, best, share }, { labels, pictures, side }) {
  const card = $("suspect").content.firstElementChild.cloneNode(true);
  const [was, like] = card.querySelectorAll("canvas");
  [number, best].forEach((place, column) => {
    const label = labels[place];
    const said = column ? `, ${percent(share)} likely` : ", by its code point";
    card.querySelectorAll(".name")[column].textContent = nameOf(label);
    card.querySelectorAll(".codes")[column].textContent = `${codesOf(label)} · ${label.kind}${said}`;
  });
  was.setAttribute("aria-label", `${fullNameOf(labels[number])}, as this font draws it`);
  like.setAttribute("aria-label", `${fullNameOf(labels[best])}, as another font draws it`);
  const paintBoth = () => {
    paint(was, ink);
    paint(like, unpacked(pictures, best, side));
  };
  return { card, paint: paintBoth };
}

$("font").onchange = ({ target }) => {
  if (target.files[0]) check(target.files[0]);
  target.value = "";
};

// Corrections

$("wrong").onclick = () => {
  $("right").value = "";
  offer();
  $("correction").returnValue = ""; // the last one's stays where the dialog is left by Esc
  $("correction").showModal();
};
$("right").oninput = offer;

function offer() {
  const found = search(known.labels, $("right").value).slice(0, CHOICES);
  const choices = found.map((number, place) => {
    const { card, paint: painted } = cardOf(number);
    const choice = document.createElement("input");
    Object.assign(choice, { type: "radio", name: "right", value: number, checked: !place });
    choice.setAttribute("aria-label", fullNameOf(known.labels[number]));
    card.querySelector(".copy").replaceWith(choice);
    return { card, paint: painted };
  });
  show($("rights"), choices);
  $("download").disabled = !found.length;
}

$("correction").onclose = ({ target }) => {
  if (!target.returnValue || !last) return;
  const chosen = target.querySelector("input[name=right]:checked");
  const isKnown = target.returnValue === "chosen" && chosen;
  save({
    kind: "rasm correction",
    collection,
    right: isKnown ? known.labels[chosen.value].label : null,
    answers: last.answers.map(([number, share]) => ({
      label: known.labels[number].label,
      share,
    })),
    strokes: sheet.picture ? null : sheet.strokes,
    mask: { side: Math.sqrt(last.mask.length), bits: asText(last.mask) },
  });
};

function save(correction) {
  const text = JSON.stringify(correction, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `correction-${correction.right ?? "unknown"}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

// Without a network

function keep() {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("offline.js");
  navigator.serviceWorker.ready.then(() => {
    $("offline").textContent = "It is kept on this device now, and works offline.";
  });
}

// Not before: what keeps the page fetches all of it.
reader.addEventListener("ready", keep, { once: true });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
choose(collection);
