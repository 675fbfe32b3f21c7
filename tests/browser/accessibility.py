"""What axe-core, which looks for barriers in web pages, has to say about the outputs."""

from playwright.sync_api import Page

from .prepare import AXE

OUTPUTS = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output"
# Levels A and AA of the Web Content Accessibility Guidelines 2.0 to 2.2, and what axe adds of its
# own. Rules about a page as a whole (its language, title, landmarks) are about JupyterLab, and axe
# leaves them out by itself where it is shown a part of a page.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# JupyterLab's body has no height and hides what overflows it; axe would take all for invisible.
RUN = """([include, rules]) => {
  document.body.style.height = "100vh";
  return axe.run({include}, {
    runOnly: rules,
    rules: {"target-size": {enabled: true}},
    resultTypes: ["violations"],
  });
}"""


def find_violations(page: Page) -> list[str]:
    """Return what bars readers from the outputs of a notebook, a paragraph for each barrier."""
    page.evaluate((AXE / "axe.min.js").read_text(encoding="utf-8"))
    report = page.evaluate(RUN, [[[OUTPUTS]], RULES])
    return [
        f"{violation['id']} ({violation['help']}): {node['html'][:200]}\n{node['failureSummary']}"
        for violation in report["violations"]
        for node in violation["nodes"]
    ]
