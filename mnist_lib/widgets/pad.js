const SIDE = 280;
const INK = 16;

function render({ model, el }) {
  const say = (text) => model.get("words")?.[text] ?? text;
  el.classList.add("mnist-pad");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  const ink = canvas.getContext("2d");
  const undo = Object.assign(document.createElement("button"), { type: "button" });
  const clear = Object.assign(document.createElement("button"), { type: "button" });
  undo.textContent = say("Undo");
  clear.textContent = say("Clear");
  const tools = document.createElement("div");
  tools.append(undo, clear);
  el.replaceChildren(canvas, tools);

  let strokes = [];
  let pen = null;

  // A smooth line: curves between the middles of neighbouring points, which pull at them.
  const drawStroke = (points) => {
    ink.beginPath();
    ink.moveTo(...points[0]);
    for (let i = 1; i < points.length - 1; i++) {
      const [x, y] = points[i];
      const [nextX, nextY] = points[i + 1];
      ink.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    // A line of no length, as a click makes it, would not be drawn.
    const [x, y] = points.at(-1);
    ink.lineTo(x + 0.01, y);
    ink.stroke();
  };
  const draw = () => {
    // One pixel for each of the screen's, whatever the zoom.
    const scale = canvas.clientWidth * window.devicePixelRatio || SIDE;
    if (canvas.width !== Math.round(scale)) canvas.width = canvas.height = Math.round(scale);
    ink.setTransform(canvas.width / SIDE, 0, 0, canvas.width / SIDE, 0, 0);
    ink.clearRect(0, 0, SIDE, SIDE);
    Object.assign(ink, { lineWidth: INK, lineCap: "round", lineJoin: "round" });
    strokes.forEach(drawStroke);
    const count = strokes.length === 1 ? say("1 stroke") : `${strokes.length} ${say("strokes")}`;
    canvas.setAttribute("aria-label", `${say("Drawing pad for mouse, finger or pen")}: ${count}`);
    undo.disabled = clear.disabled = strokes.length === 0;
  };
  const send = () => {
    model.set("value", strokes);
    model.save_changes();
  };
  const replace = (changed) => {
    strokes = changed;
    draw();
    send();
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const at = (client, start, length) => Math.round(((client - start) / length) * SIDE * 10) / 10;
    return [at(event.clientX, box.left, box.width), at(event.clientY, box.top, box.height)];
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (pen !== null || event.button !== 0) return;
    event.preventDefault();
    pen = event.pointerId;
    canvas.setPointerCapture(pen);
    strokes = [...strokes, [place(event)]];
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen) return;
    // A pen reports more points than there are frames.
    const events = event.getCoalescedEvents?.() ?? [];
    strokes.at(-1).push(...(events.length ? events : [event]).map(place));
    draw();
  });
  const lift = (event) => {
    if (event.pointerId !== pen) return;
    pen = null;
    send();
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  undo.addEventListener("click", () => replace(strokes.slice(0, -1)));
  clear.addEventListener("click", () => replace([]));

  const follow = () => {
    if (pen !== null) return;
    strokes = model.get("value").map((stroke) => stroke.map((point) => [...point]));
    draw();
  };
  model.on("change:value", follow);
  const resized = new ResizeObserver(draw);
  resized.observe(canvas);
  follow();
  return () => {
    model.off("change:value", follow);
    resized.disconnect();
  };
}

export default { render };
