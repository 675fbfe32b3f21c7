"""What axe-core, which looks for barriers in web pages, finds in the outputs."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
OUTPUTS = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output"
# Levels A and AA of the Web Content Accessibility Guidelines 2.0 to 2.2, and axe's own rules.
# Rules about a whole page (language, title, landmarks) are JupyterLab's business, and axe skips
# them when it is given a part of a page.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# JupyterLab's body has no height and hides what overflows: axe would take everything for hidden.
RUN = """([include, rules]) => {
  document.body.style.height = "100vh";
  return axe.run({include}, {
    runOnly: rules,
    rules: {"target-size": {enabled: true}},
    resultTypes: ["violations"],
  });
}"""


def find_violations(page: Page) -> list[str]:
    """Return what keeps readers from the outputs of a notebook, a paragraph for each barrier."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    report = page.evaluate(RUN, [[[OUTPUTS]], RULES])
    return [
        f"{violation['id']} ({violation['help']}): {node['html'][:200]}\n{node['failureSummary']}"
        for violation in report["violations"]
        for node in violation["nodes"]
    ]
