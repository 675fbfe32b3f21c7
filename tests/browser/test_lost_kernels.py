"""Every control when the kernel behind it is gone, or was never there."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, expect

from .control_on_page import ControlOnPage
from .lab import Lab, running_lab
from .notebook_page import CONTROLS, NOTEBOOK, NotebookPage, open_notebook

CELLS = [
    """
import os

from mnist_lib import init_network, load_mnist, predict
from mnist_lib.network import new_network
from mnist_lib.training import train
from mnist_lib.widgets import *

_, (x, t) = load_mnist()
x, t = x[:500], t[:500]
network = init_network()
""",
    "browse_images(x, t)",
    "follow_image(network, x, t)",
    "browse_answers(x, t, predict(network, x))",
    "choose_batch_size(network, x, t, {1: 2, 100: 1, 500: 1})",
    """
def learn(count, on_epoch):
    untrained = new_network(seed=2)
    train(untrained, x[:count], t[:count], on_epoch=on_epoch)
    return untrained


def learn_at(rate, on_epoch):
    return train(new_network(), x, t, learning_rate=rate, validation=100, on_epoch=on_epoch)


def score(count, on_epoch):
    return float((predict(learn(count, on_epoch), x).argmax(axis=1) == t).mean())


choose_training_size(score, {100: 0.5, 400: 0.6})
""",
    "choose_learning_rate(learn_at, [0.5, 0.1])",
    "DrawingPad(network)",
    """
view = TrainingView(network)
display(view)
train(network, x, t, epochs=2, on_epoch=view)
None
""",
]
ENDLESS = """
view = TrainingView(network)
display(view)
train(network, x, t, epochs=100_000, on_epoch=view)
"""
COUNT = len(CELLS) - 1
LOST = "This control has lost its kernel. Run its cell again."
ACCEPT = ".jp-Dialog .jp-mod-accept"
UNUSED = "Run the cell above to use this control."


@pytest.fixture
def opened(browser, lab) -> Iterator[NotebookPage]:
    with opened_in(browser, lab) as notebook:
        yield notebook


@contextmanager
def opened_in(browser, lab: Lab) -> Iterator[NotebookPage]:
    lab.write("lost.ipynb", CELLS)
    with open_notebook(browser, lab, "lost.ipynb") as notebook:
        notebook.run_all()
        with notebook.whole():
            expect(notebook.page.locator(CONTROLS)).to_have_count(COUNT)
            for control in controls(notebook):
                expect(control.locator(".mnist-view").last).to_be_visible()
                expect(control.locator(".mnist-kernel p")).to_be_hidden()
            yield notebook


def controls(notebook: NotebookPage) -> list[Locator]:
    return notebook.page.locator(CONTROLS).all()


def check_lost(notebook: NotebookPage) -> None:
    """Wait until each control says so, shows no answer any more, and can't be moved."""
    for control in controls(notebook):
        expect(control.locator(".mnist-kernel p")).to_have_text(LOST)
        expect(control.locator(".mnist-kernel p")).to_be_visible()
        for view in control.locator(".mnist-view").all():
            expect(view).to_be_hidden()
        for used in control.locator("input, select, button, canvas").all():
            assert used.evaluate("used => used.closest('[inert]') !== null")


def test_a_restart_is_noticed_by_every_control_and_a_new_run_ends_it(opened):
    opened.choose("Kernel", "Restart Kernel…")
    opened.page.locator(ACCEPT).click()
    check_lost(opened)
    opened.run_all()
    for control in controls(opened):
        expect(control.locator(".mnist-kernel p")).to_be_hidden()
        expect(control.locator(".mnist-view").last).to_be_visible()


def test_a_killed_kernel_is_noticed_by_every_control(opened, lab):
    with lab.kernel_of(opened.name) as kernel:
        pid = kernel.ask("os.getpid()")
    os.kill(pid, signal.SIGKILL)
    check_lost(opened)
    opened.page.locator(ACCEPT).click()


def test_a_stopped_server_is_noticed_by_every_control(browser, tmp_path):
    with running_lab(tmp_path) as lab, opened_in(browser, lab) as notebook:
        lab.stop()
        check_lost(notebook)


def test_a_kernel_that_was_only_slow_is_found_again(opened, lab):
    with lab.kernel_of(opened.name) as kernel:
        pid = kernel.ask("os.getpid()")
        control = ControlOnPage(opened, kernel, "go through the images", "image")
    said = control.root.locator(".mnist-kernel p")
    os.kill(pid, signal.SIGSTOP)
    try:
        control.slider.press("End")
        expect(said).to_have_text(LOST)
        expect(control.status).to_be_hidden()
    finally:
        os.kill(pid, signal.SIGCONT)
    expect(said).to_be_hidden()
    control.expect_text(re.compile("^image 499, "))


def test_a_page_that_is_loaded_again_during_a_training_shows_no_dead_control(browser, lab):
    lab.write("reloaded.ipynb", [CELLS[0], "print(os.getpid())", CELLS[7], ENDLESS])
    with open_notebook(browser, lab, "reloaded.ipynb") as notebook:
        notebook.page.evaluate("course.watchRuns()")
        notebook.choose("Run", "Run All Cells")
        expect(notebook.page.locator(CONTROLS).last).to_contain_text(re.compile("epoch [2-9]"))
        notebook.save()
        notebook.page.on("dialog", lambda dialog: dialog.accept())
        notebook.page.reload()
        outputs = notebook.page.locator(f"{NOTEBOOK} .jp-OutputArea-output")
        expect(outputs.get_by_text(UNUSED)).to_have_count(2)
        expect(notebook.page.locator(CONTROLS)).to_have_count(0)
        (said,) = notebook.stored()["cells"][1]["outputs"]
        os.kill(int("".join(said["text"])), signal.SIGINT)
