function render({ model, el }) {
  const say = (text) => model.get("words")?.[text] ?? text;
  const LOST = say("This control has lost its kernel. Run its cell again.");
  const SILENT = say("The kernel does not answer. If it is not busy, run this control's cell again.");
  el.classList.add("mnist-kernel");
  const alert = document.createElement("p");
  alert.setAttribute("role", "alert");
  el.replaceChildren(alert);

  const parts = () => [...(el.parentElement?.children ?? [])].filter((part) => part !== el);
  const show = (text) => {
    alert.textContent = text;
    el.closest(".mnist-control")?.classList.toggle("mnist-lost", text !== "");
    parts().forEach((part) => { part.inert = text === LOST; });
  };

  // JupyterLab tells what its kernel does; of another program's kernel only its answers are known.
  const known = model.widget_manager?.context?.sessionContext;
  let ended = false;
  let waiting = null;
  const stopWaiting = () => {
    clearTimeout(waiting);
    waiting = null;
  };
  const wait = () => {
    waiting = setTimeout(() => {
      const isBusy = known?.connectionStatus === "connected" && known.session?.kernel?.status === "busy";
      if (isBusy) wait();
      else show(known ? LOST : SILENT);
    }, model.get("patience"));
  };
  const ask = () => {
    if (ended || waiting !== null) return;
    wait();
    model.send("are you there?");
  };
  const answer = () => {
    stopWaiting();
    if (!ended) show("");
  };
  const lose = () => {
    stopWaiting();
    show(LOST);
  };
  const end = () => {
    ended = true;
    lose();
  };
  // A connection may come back, and its kernel be the same.
  const onConnection = (_, status) => (status === "connected" ? ask() : lose());

  // The elements around this one are in the page once it has a size.
  const EVENTS = ["input", "change", "click", "pointerup"];
  let control = null;
  const placed = new ResizeObserver(() => {
    control ??= el.closest(".mnist-control");
    EVENTS.forEach((event) => control?.addEventListener(event, ask, true));
  });
  placed.observe(el);
  model.on("msg:custom", answer);
  known?.connectionStatusChanged.connect(onConnection);
  known?.kernelChanged.connect(end);
  return () => {
    stopWaiting();
    placed.disconnect();
    EVENTS.forEach((event) => control?.removeEventListener(event, ask, true));
    model.off("msg:custom", answer);
    known?.connectionStatusChanged.disconnect(onConnection);
    known?.kernelChanged.disconnect(end);
  };
}

export default { render };
