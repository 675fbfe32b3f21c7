function render({ model, el }) {
  el.classList.add("mnist-slider");
  // Every slider loads this module anew, so that none can count the others.
  const id = `mnist-slider-${Math.random().toString(36).slice(2)}`;
  const label = Object.assign(document.createElement("label"), { htmlFor: id });
  const range = Object.assign(document.createElement("input"), { type: "range", id, min: 0 });
  const number = Object.assign(document.createElement("input"), { type: "number", min: 0 });
  // JupyterLab folds and unfolds headings with the arrow keys that move a slider.
  range.dataset.lmSuppressShortcuts = number.dataset.lmSuppressShortcuts = "true";
  const output = document.createElement("output");
  output.htmlFor = id;

  // Where every position has a text, the text is shown; else its number, which can be typed.
  const texts = () => model.get("texts");
  const say = () => {
    const text = texts()[range.value] ?? range.value;
    range.setAttribute("aria-valuetext", text);
    output.value = text;
    number.value = range.value;
  };
  const show = () => {
    label.textContent = model.get("label");
    number.setAttribute("aria-label", `${model.get("label")}, as a number`);
    range.max = number.max = model.get("count") - 1;
    range.value = model.get("position");
    number.hidden = texts().length > 0;
    output.hidden = !number.hidden;
    say();
  };
  const send = (position) => {
    if (position === model.get("position")) return;
    model.set("position", position);
    model.save_changes();
  };

  range.addEventListener("input", () => {
    say();
    if (model.get("live")) send(Number(range.value));
  });
  range.addEventListener("change", () => send(Number(range.value)));
  const jump = () => {
    range.value = number.value;
    say();
    send(Number(range.value));
  };
  number.addEventListener("change", jump);
  number.addEventListener("keydown", (event) => {
    if (event.key === "Enter") jump();
  });
  const changes = ["change:position", "change:count", "change:texts", "change:label"];
  changes.forEach((event) => model.on(event, show));
  show();
  el.replaceChildren(label, range, number, output);
  return () => changes.forEach((event) => model.off(event, show));
}

export default { render };
