// What stands between two backticks is code.
const write = (element, text) => {
  text.split("`").forEach((part, place) => {
    const node = document.createElement(place % 2 ? "code" : "span");
    node.textContent = part;
    element.append(node);
  });
};

function showQuestion({ ask, choices }, number, count, say) {
  const form = document.createElement("form");
  const group = form.appendChild(document.createElement("fieldset"));
  const legend = group.appendChild(document.createElement("legend"));
  write(legend, count > 1 ? `${number}. ${ask}` : ask);
  const inputs = choices.map(({ text }) => {
    const label = group.appendChild(document.createElement("label"));
    // The name is this form's own: the choices of other questions are not touched.
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "choice" });
    // JupyterLab takes arrow keys as commands elsewhere.
    input.dataset.lmSuppressShortcuts = "true";
    label.append(input);
    write(label.appendChild(document.createElement("span")), text);
    return input;
  });
  const check = Object.assign(document.createElement("button"), { type: "submit" });
  check.textContent = say("Check");
  const answer = document.createElement("p");
  answer.setAttribute("aria-live", "polite");
  form.append(check, answer);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const place = inputs.findIndex((input) => input.checked);
    answer.replaceChildren();
    answer.className = "";
    if (place < 0) {
      answer.append(say("Choose an answer first."));
      return;
    }
    const { right, because } = choices[place];
    answer.className = right ? "mnist-right" : "mnist-wrong";
    write(answer, `${right ? say("Right.") : say("Not this one.")} ${because}`);
  });
  // An answer to another choice would be wrong now.
  group.addEventListener("change", () => answer.replaceChildren());
  return form;
}

function render({ model, el }) {
  const say = (text) => model.get("words")?.[text] ?? text;
  el.classList.add("mnist-quiz");
  const questions = model.get("questions");
  el.replaceChildren(
    ...questions.map((question, place) => showQuestion(question, place + 1, questions.length, say)),
  );
}

export default { render };
