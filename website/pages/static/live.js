// Brings pads and questions of a page to life, with the scripts of the course's own controls.
import pad from "./pad.js";
import quiz from "./quiz.js";
import words from "./words.js";
import { load, predict, SIDE, strokesToImage } from "./reader.js";

// What is said in the page's language; `{0}`, `{1}` are the places of values.
const say = (text, ...values) => (words[text] ?? text).replace(/\{(\d)\}/g, (_, n) => values[n]);
const here = (name) => new URL(name, import.meta.url);
const SURE = 0.9;

// What a control's script asks of its kernel, here answered by the page.
class Model {
  constructor(values) {
    this.values = values;
    this.listeners = [];
  }
  get(name) { return name === "words" ? words : this.values[name]; }
  set(name, value) { this.values[name] = value; }
  on(_event, listener) { this.listeners.push(listener); }
  off(_event, listener) { this.listeners = this.listeners.filter((other) => other !== listener); }
  save_changes() { this.onSave?.(); }
}

for (const el of document.querySelectorAll(".live-quiz")) {
  quiz.render({ model: new Model({ questions: JSON.parse(el.dataset.questions) }), el });
}

const element = (name, className, parent) => {
  const made = document.createElement(name);
  made.className = className;
  return parent.appendChild(made);
};

function showBars(parent) {
  const list = element("ol", "live-bars", parent);
  list.setAttribute("aria-label", say("probability of each digit"));
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = element("li", "", list);
    element("span", "live-digit", row).textContent = digit;
    const bar = element("span", "live-bar", element("span", "live-track", row));
    const number = element("span", "live-number", row);
    return { row, bar, number };
  });
  return (y) => rows.forEach(({ row, bar, number }, digit) => {
    bar.style.width = `${100 * y[digit]}%`;
    number.textContent = y[digit].toFixed(2);
    row.classList.toggle("live-best", y[digit] === Math.max(...y) && y[digit] > 0);
  });
}

function showImage(canvas, image) {
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(SIDE, SIDE);
  image.forEach((value, i) => pixels.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i));
  context.putImageData(pixels, 0, 0);
}

const inWords = (y, isDigit) => {
  const [first, second] = [...y.keys()].sort((a, b) => y[b] - y[a]);
  const numbers = [first, y[first].toFixed(3), second, y[second].toFixed(3)];
  const text = say("read as {0}, with probability {1}; next comes {2}, {3}", ...numbers);
  if (isDigit < 0.5) return say("Probably not a digit. As a digit it is {0}.", text);
  return y[first] < SURE ? say("Not sure: {0}", text) : text;
};

async function bringPadToLife(el) {
  const network = await load(here("network.bin"));
  let detector = null;
  const place = element("div", "live-frame", el);
  el.prepend(place);
  const drawn = element("div", "", place);
  const seen = element("figure", "live-seen", place);
  const canvas = Object.assign(element("canvas", "", seen), { width: SIDE, height: SIDE });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", say("what the network gets: 28 by 28 pixels"));
  element("figcaption", "", seen).textContent = say("what the network gets");
  const showProbabilities = showBars(place);
  const status = element("p", "live-status", place);
  status.setAttribute("role", "status");

  const model = new Model({ value: [] });
  const read = async () => {
    const strokes = model.get("value");
    const image = strokes.length ? strokesToImage(strokes) : new Float32Array(SIDE * SIDE);
    showImage(canvas, image);
    if (strokes.length === 0) {
      showProbabilities(new Array(10).fill(0));
      status.textContent = say("Draw a digit with mouse, finger or pen.");
      return;
    }
    const y = predict(network, image);
    showProbabilities(y);
    detector ??= await load(here("detector.bin"));
    if (model.get("value") === strokes) status.textContent = inWords(y, predict(detector, image)[1]);
  };
  model.onSave = read;
  pad.render({ model, el: drawn });
  read();
}

document.querySelectorAll(".live-pad").forEach(bringPadToLife);
