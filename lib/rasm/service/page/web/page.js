// The page: what is drawn or brought is read by a worker, and answers are shown as they come.

import { charactersOf, codesOf, fullNameOf, kindOf, nameOf, search, shownOf } from "./names.js";
import { asText, opened, paint, pixelsOf, unpacked } from "./pictures.js";
import { Reader } from "./reader.js";
import { Sheet } from "./sheet.js";

const FOUND = 24; // labels that a search shows
const $ = (id) => document.getElementById(id);

const reader = new Reader();
const sheet = new Sheet($("sheet"));
const [{ picture: side, labels }, examples] = await Promise.all([
  fetch("model/labels.json").then((answer) => answer.json()),
  fetch("model/examples.bin")
    .then((answer) => answer.arrayBuffer())
    .then((bytes) => new Uint8Array(bytes)),
]);
let last = null; // what was answered last

// Cards of labels

function cardOf(number, probability) {
  const label = labels[number];
  const card = $("card").content.firstElementChild.cloneNode(true);
  const picture = card.querySelector("canvas");
  picture.setAttribute("aria-label", `${fullNameOf(label)}, as a font draws it`);
  card.querySelector(".name").textContent = nameOf(label);
  const characters = document.createElement("bdi");
  characters.lang = "ar";
  characters.textContent = shownOf(label);
  card.querySelector(".codes").append(`${codesOf(label)} · ${kindOf(label)} `, characters);
  const copy = card.querySelector(".copy");
  copy.textContent = "Copy";
  copy.setAttribute("aria-label", `Copy ${fullNameOf(label)}`);
  copy.onclick = () => copied(copy, label);
  if (probability !== undefined) {
    const likely = card.querySelector(".likely");
    likely.hidden = false;
    likely.firstElementChild.value = probability;
    likely.lastElementChild.textContent = percent(probability);
  }
  return { card, paint: () => paint(picture, unpacked(examples, number, side)) };
}

function show(list, cards) {
  list.replaceChildren(...cards.map(({ card }) => card));
  cards.forEach((one) => one.paint());
}

async function copied(button, label) {
  await navigator.clipboard.writeText(charactersOf(label));
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

const percent = (share) => (share < 0.01 ? "< 1%" : `${Math.round(100 * share)}%`);

// Drawing

sheet.addEventListener("change", () => {
  $("undo").disabled = $("clear").disabled = sheet.isEmpty;
  $("invitation").hidden = !sheet.isEmpty;
  if (sheet.isEmpty) return forget();
  const { picture, strokes } = sheet;
  return reader.ask(picture ? { picture: pixelsOf(picture) } : { strokes });
});
$("undo").onclick = () => sheet.undo();
$("clear").onclick = () => sheet.clear();

function forget() {
  reader.forget();
  tell("Draw, and answers come as you draw.");
}

function tell(text) {
  last = null;
  $("state").textContent = text;
  $("answers").replaceChildren();
  $("wrong").hidden = $("seen").hidden = true;
}

reader.addEventListener("ready", () => {
  if (sheet.isEmpty) forget();
});
reader.addEventListener("broken", ({ detail }) => tell(`The recogniser cannot be used: ${detail}`));
reader.addEventListener("blank", ({ detail }) => tell(detail));
reader.addEventListener("answer", ({ detail }) => {
  last = detail;
  const [[best, share]] = detail.answers;
  $("state").textContent = `Most likely ${fullNameOf(labels[best])}: ${percent(share)}`;
  show($("answers"), detail.answers.map(([number, likely]) => cardOf(number, likely)));
  $("wrong").hidden = $("seen").hidden = false;
  paint($("seen"), detail.mask);
});

// Pictures

async function bring(file) {
  try {
    sheet.place(await opened(file));
  } catch {
    tell("This file is no picture that the browser can open.");
  }
}

const firstPicture = (files) => Array.from(files).find((file) => file.type.startsWith("image/"));

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
  const file = firstPicture(event.dataTransfer.files);
  if (file) bring(file);
  else tell("What was dropped holds no picture.");
});

// Keys

addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input") || $("correction").open;
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

$("query").oninput = ({ target }) => {
  const found = search(labels, target.value);
  const more = found.length > FOUND ? `, the first ${FOUND} shown` : "";
  $("found-count").textContent = target.value.trim() ? `${found.length} found${more}` : "";
  show($("found"), found.slice(0, FOUND).map((number) => cardOf(number)));
};

// Corrections

$("wrong").onclick = () => {
  $("right").value = "";
  choose();
  $("correction").showModal();
};
$("right").oninput = choose;

function choose() {
  const found = search(labels, $("right").value).slice(0, 6);
  const choices = found.map((number, place) => {
    const { card, paint: painted } = cardOf(number);
    const choice = document.createElement("input");
    Object.assign(choice, { type: "radio", name: "right", value: number, checked: !place });
    choice.setAttribute("aria-label", fullNameOf(labels[number]));
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
    right: isKnown ? labels[chosen.value].label : null,
    answers: last.answers.map(([number, probability]) => ({
      label: labels[number].label,
      probability,
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

// Offline

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("offline.js");
  navigator.serviceWorker.ready.then(() => {
    $("offline").textContent = "It is kept on this device now, and works offline.";
  });
}
