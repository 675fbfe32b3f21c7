// What the tests ask of a page, as `course`, from its beginning on.
globalThis.course = (() => {
  const NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const codeCells = () => all(`${NOTEBOOK} .jp-CodeCell`);
  const promptOf = (cell) => cell.querySelector(".jp-InputArea-prompt").textContent;
  const outputs = () => all(`${NOTEBOOK} .jp-OutputArea-output`);
  const pictures = () => all(`${NOTEBOOK} .jp-OutputArea-output img:not([hidden])`);

  // JupyterLab writes this where a control will be, until it knows of one.
  const isLoading = () =>
    outputs().some((output) => output.textContent === "Loading widget...")
    || pictures().some((picture) => !picture.complete);

  // How high the window must be to hold the whole notebook. Cells that were out of sight have had
  // a height that was guessed, until a frame has shown them.
  const heightOfWindow = async () => {
    const panel = document.querySelector(NOTEBOOK).querySelector(".jp-WindowedPanel-outer");
    panel.scrollTop = 0;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    const { bottom } = all(`${NOTEBOOK} .jp-Cell`).at(-1).getBoundingClientRect();
    return Math.ceil(bottom + innerHeight - panel.getBoundingClientRect().bottom);
  };

  // A cell has run if its prompt became [*] since this began to look, and is [*] no more.
  const watchRuns = () => {
    for (const cell of codeCells()) {
      const look = () => {
        if (promptOf(cell).includes("*")) cell.dataset.started = "yes";
      };
      const prompt = cell.querySelector(".jp-InputArea-prompt");
      new MutationObserver(look).observe(prompt, { childList: true, subtree: true });
    }
  };
  const haveAllRun = () =>
    codeCells().every((cell) => cell.dataset.started && !promptOf(cell).includes("*"));

  const cells = () =>
    codeCells().map((cell) => ({
      prompt: promptOf(cell),
      text: all(".jp-OutputArea-output", cell).map((output) => output.textContent).join("\n"),
      pictures: all(".jp-OutputArea-output img:not([hidden])", cell).map((img) => ({
        alt: img.alt,
        pixels: img.naturalWidth,
        width: img.getBoundingClientRect().width,
      })),
      controls: all(".mnist-control", cell).length,
    }));

  // What needs more room than the output that it stands in, or reaches over its edge.
  const spills = () => {
    const found = [];
    for (const output of outputs()) {
      const { right } = output.getBoundingClientRect();
      if (right > innerWidth + 1) found.push(`An output ends at ${right} of ${innerWidth} pixels.`);
      for (const element of [output, ...all("*", output)]) {
        const over = element.getBoundingClientRect().right - right;
        const hidden = getComputedStyle(element).overflowX === "visible"
          ? 0 : element.scrollWidth - element.clientWidth;
        if (Math.max(over, hidden) > 1) {
          const what = `${element.tagName} ${element.className}: ${element.textContent.slice(0, 80)}`;
          found.push(`${Math.max(over, hidden)} pixels too many of ${right}: ${what}`);
        }
      }
    }
    return found;
  };

  // Text of controls, and how large it is, where that is less than 12 points.
  const smallTexts = () =>
    all(`${NOTEBOOK} .mnist-control *`)
      .filter((element) => element.getClientRects().length > 0)
      .filter((element) =>
        element.matches("input:not([type=range]):not([type=checkbox]), select, button")
        || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      .map((element) => [parseFloat(getComputedStyle(element).fontSize), element])
      .filter(([size]) => size < 16)
      .map(([size, element]) => `${size} px: ${element.tagName} ${element.textContent.slice(0, 80)}`);

  // A pad has a view for what was kept, too; what follows from the inputs is at the end.
  const viewOf = (control) => all(".mnist-view", control).at(-1);
  // The bytes of the picture that a control shows, in base64; empty if there is none.
  const pngOf = async (control) => {
    const picture = viewOf(control).querySelector("img:not([hidden])");
    if (!picture?.complete) return "";
    const bytes = new Uint8Array(await (await fetch(picture.src)).arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  };

  // Whether a canvas has ink at points, given as fractions of its width.
  const inkAt = (canvas, points) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const pixels = copy.getContext("2d", { willReadFrequently: true });
    pixels.drawImage(canvas, 0, 0);
    return points.map(([x, y]) =>
      pixels.getImageData(x * canvas.width, y * canvas.width, 1, 1).data[3] > 127);
  };

  const isPicture = (node) => node.nodeName === "IMG";
  const onRedraw = (control, react) => {
    const look = (changes) => {
      if (changes.some(({ addedNodes }) => [...addedNodes].some(isPicture))) react();
    };
    new MutationObserver(look).observe(viewOf(control), { childList: true, subtree: true });
  };

  // `control.redraws` counts the pictures that came.
  const watchRedraws = (control) => {
    control.redraws = 0;
    onRedraw(control, () => { control.redraws += 1; });
  };

  // `control.late` counts the pictures that came since the mouse or the slider last did something.
  const watchLateRedraws = (control) => {
    control.late = 0;
    for (const event of ["input", "change", "pointermove", "pointerup"]) {
      control.addEventListener(event, () => { control.late = 0; }, true);
    }
    onRedraw(control, () => { control.late += 1; });
  };

  // `control.work` holds the shares of a long work that its progress bar has shown.
  const watchWork = (control) => {
    control.work = [];
    const progress = viewOf(control).querySelector("progress");
    const look = () => {
      if (progress.checkVisibility()) control.work.push(progress.value);
    };
    new MutationObserver(look).observe(viewOf(control), { attributes: true, childList: true, subtree: true });
  };

  return {
    cells, haveAllRun, heightOfWindow, inkAt, isLoading, pngOf, smallTexts, spills,
    watchLateRedraws, watchRedraws, watchRuns, watchWork,
  };
})();
