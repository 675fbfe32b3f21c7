// What the course's Python does with strokes, in JavaScript: `strokes_to_image` and `predict`.
// The numbers are those of mnist_lib/pen/strokes.py; a test compares the two.
export const SIDE = 28;
const BOX = 20, PEN = 2.2, CENTER = 14;

// Sizes of the layers, then weights and biases, as website/pages/build.py packs them.
export async function load(url) {
  const buffer = await (await fetch(url)).arrayBuffer();
  const [count] = new Int32Array(buffer, 0, 1);
  const sizes = new Int32Array(buffer, 4, count);
  let place = 4 * (1 + count);
  const take = (length) => {
    const numbers = new Float32Array(buffer, place, length);
    place += 4 * length;
    return numbers;
  };
  const layers = [];
  for (let i = 1; i < count; i++) {
    const [inputs, units] = [sizes[i - 1], sizes[i]];
    layers.push({ inputs, units, weights: take(inputs * units), biases: take(units) });
  }
  return layers;
}

// Probabilities for an image of 784 numbers from 0 to 1.
export function predict(layers, image) {
  let z = image;
  layers.forEach(({ inputs, units, weights, biases }, number) => {
    const sums = Float64Array.from(biases);
    for (let i = 0; i < inputs; i++) {
      if (z[i] === 0) continue;
      for (let unit = 0; unit < units; unit++) sums[unit] += z[i] * weights[i * units + unit];
    }
    const isLast = number === layers.length - 1;
    z = isLast ? softmax(sums) : sums.map((a) => (1 + Math.tanh(a / 2)) / 2);
  });
  return z;
}

function softmax(scores) {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

// An image of 784 numbers from 0 to 1, from strokes that are lists of [x, y].
export function strokesToImage(strokes) {
  const fitted = fit(strokes.filter((stroke) => stroke.length > 0));
  const image = draw(fitted);
  let ink = 0, x = 0, y = 0;
  image.forEach((value, i) => {
    ink += value;
    x += value * (i % SIDE);
    y += value * Math.floor(i / SIDE);
  });
  return draw(move(fitted, CENTER - x / ink, CENTER - y / ink));
}

const move = (strokes, dx, dy) => strokes.map((points) => points.map(([x, y]) => [x + dx, y + dy]));

function fit(strokes) {
  const points = strokes.flat();
  const [left, right] = bounds(points.map(([x]) => x));
  const [top, bottom] = bounds(points.map(([, y]) => y));
  const size = Math.max(right - left, bottom - top);
  const scale = size ? (BOX - PEN) / size : 1;
  const place = (value, low, high) => (value - (low + high) / 2) * scale + (SIDE - 1) / 2;
  return strokes.map((stroke) =>
    stroke.map(([x, y]) => [place(x, left, right), place(y, top, bottom)]));
}

const bounds = (values) => values.reduce(
  ([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);

// Each pixel: the fraction of it that a round pen covers, measured across the line.
function draw(strokes) {
  const nearest = new Float64Array(SIDE * SIDE).fill(Infinity);
  for (const points of strokes) {
    const last = Math.max(1, points.length - 1);
    for (let i = 0; i < last; i++) lowerDistances(nearest, points[i], points[i + 1] ?? points[i]);
  }
  return Float32Array.from(nearest, (squared) => {
    const distance = Math.sqrt(squared);
    const covered = Math.min(distance + 0.5, PEN / 2) - Math.max(distance - 0.5, -PEN / 2);
    return Math.min(1, Math.max(0, covered));
  });
}

function lowerDistances(nearest, [startX, startY], [endX, endY]) {
  const [stepX, stepY] = [endX - startX, endY - startY];
  const length = stepX ** 2 + stepY ** 2 || 1;
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const [x, y] = [column - startX, row - startY];
      const along = Math.min(1, Math.max(0, (x * stepX + y * stepY) / length));
      const squared = (x - along * stepX) ** 2 + (y - along * stepY) ** 2;
      const place = row * SIDE + column;
      nearest[place] = Math.min(nearest[place], squared);
    }
  }
}
