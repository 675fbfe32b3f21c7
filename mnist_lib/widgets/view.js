function render({ model, el }) {
  const say = (text) => model.get("words")?.[text] ?? text;
  el.classList.add("mnist-view");
  // A screen reader speaks what changes in an element that has a role, but not a new element.
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const alert = document.createElement("p");
  alert.setAttribute("role", "alert");
  const work = Object.assign(document.createElement("div"), { className: "mnist-work" });
  const progress = Object.assign(document.createElement("progress"), { max: 1 });
  progress.setAttribute("aria-label", say("how much is done"));
  const stop = Object.assign(document.createElement("button"), { type: "button" });
  stop.addEventListener("click", () => model.send("stop"));
  work.append(progress, stop);
  // JupyterLab takes arrow keys as commands, even from a list, unless the focused element has this
  // attribute. The control around this view is in the page once this view has a size.
  const claimKeys = (event) => {
    event.target.dataset.lmSuppressShortcuts = "true";
  };
  const placed = new ResizeObserver(() => {
    el.closest(".mnist-control")?.addEventListener("focusin", claimKeys);
  });
  placed.observe(el);
  let picture = new Image();
  el.replaceChildren(work, alert, status, picture);

  let newest = 0;
  const showPicture = async () => {
    const turn = ++newest;
    const next = new Image();
    const png = model.get("png");
    next.alt = model.get("alt");
    next.hidden = png.byteLength === 0;
    if (!next.hidden) {
      next.width = model.get("width");
      next.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
      // Shown when it is ready, so that nothing flickers, and only if none came after it.
      await next.decode();
    }
    const last = turn === newest ? picture : next;
    if (last === picture) {
      picture.replaceWith(next);
      picture = next;
    }
    URL.revokeObjectURL(last.src);
  };
  const showText = () => {
    const failed = model.get("failed");
    status.textContent = failed ? "" : model.get("text");
    alert.textContent = failed ? model.get("text") : "";
  };
  const showWork = () => {
    stop.disabled = !model.get("stoppable");
    stop.textContent = stop.disabled ? say("This browser can't stop it") : say("Stop");
    work.hidden = model.get("done") < 0;
    progress.value = Math.max(0, model.get("done"));
  };
  const changes = {
    "change:png": showPicture,
    "change:alt": () => { picture.alt = model.get("alt"); },
    "change:text": showText,
    "change:failed": showText,
    "change:done": showWork,
    "change:stoppable": showWork,
  };
  for (const [event, show] of Object.entries(changes)) {
    model.on(event, show);
    show();
  }
  return () => {
    placed.disconnect();
    for (const [event, show] of Object.entries(changes)) model.off(event, show);
    URL.revokeObjectURL(picture.src);
  };
}

export default { render };
