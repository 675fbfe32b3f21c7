"""Twelve learners on one hub, who run lessons 02 to 05 at once; and one alone, to compare."""

import json
import random
import statistics
import subprocess
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.conftest import PROJECT
from tests.site.test_lessons import VARIES, shown_by, text

from .classroom import running_hub, think

LESSONS = sorted(
    path.name
    for number in ("02", "03", "04", "05")
    for path in (PROJECT / "notebooks").glob(f"{number}_*.ipynb")
)
LEARNERS = 12
MEGABYTES = 250


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with running_hub(tmp_path_factory.mktemp("hub")) as hub:
        yield hub


def work(learner, lesson, seed):
    """Run a lesson; return each cell's seconds, the kernel's memory, and what was wrong."""
    rng, seconds, wrong = random.Random(seed), [], []
    stored = json.loads((PROJECT / "notebooks" / lesson).read_text(encoding="utf-8"))["cells"]
    opened = learner.open(lesson)["cells"]
    with learner.kernel(lesson) as kernel:
        for number, cell in enumerate(opened):
            if cell["cell_type"] != "code":
                continue
            ran = kernel.run(text(cell["source"]))
            seconds.append(ran.seconds)
            shown = shown_by(ran.outputs)
            varies = VARIES in stored[number]["metadata"].get("tags", [])
            if "error" in shown or not (varies or shown == shown_by(stored[number]["outputs"])):
                wrong.append((lesson, number, shown))
            think(rng)
        return seconds, kernel.memory(), wrong


def study(learner, seed, start):
    """Run all lessons, beginning with another one than the neighbor."""
    start.wait()
    order = LESSONS[seed % len(LESSONS) :] + LESSONS[: seed % len(LESSONS)]
    return {lesson: work(learner, lesson, seed) for lesson in order}


def test_twelve_learners_work_at_once(hub, record_testsuite_property):
    alone = study(hub.log_in("alone"), 0, Barrier(1))
    with ThreadPoolExecutor(LEARNERS) as pool:
        learners = list(pool.map(hub.log_in, [f"learner{i}" for i in range(LEARNERS)]))
        start = Barrier(LEARNERS)
        together = list(pool.map(study, learners, range(LEARNERS), [start] * LEARNERS))
        servers = [learner.server_memory() for learner in learners]
    wrong = [w for results in (alone, *together) for *_, found in results.values() for w in found]
    assert wrong == []

    def waits(results):
        return [second for seconds, *_ in results.values() for second in seconds]

    kernels = [memory for results in together for _, memory, _ in results.values()]
    first = [seconds[0] for results in together for seconds, *_ in results.values()]
    measured = {
        "median wait alone, s": statistics.median(waits(alone)),
        "median wait of twelve, s": statistics.median(s for r in together for s in waits(r)),
        "first result, median of twelve, s": statistics.median(first),
        "first result, longest, s": max(first),
        "kernel at a lesson's end, largest, MB": max(kernels),
        "kernel at a lesson's end, median, MB": statistics.median(kernels),
        "server, median, MB": statistics.median(servers),
    }
    record_testsuite_property("measured", {name: round(n, 3) for name, n in measured.items()})
    assert max(kernels) < MEGABYTES, measured


def test_a_lesson_is_brought_back_and_the_learner_s_own_is_kept(hub):
    learner = hub.log_in("restorer")
    lesson = learner.home / "digits" / "notebooks" / LESSONS[0]
    original = (PROJECT / "notebooks" / LESSONS[0]).read_bytes()
    assert lesson.read_bytes() == original
    lesson.write_text("mine")
    with learner.kernel(LESSONS[0]) as kernel:
        said = shown_by(kernel.run("!restore-lesson 02").outputs)["stdout"]
        refused = shown_by(kernel.run("!restore-lesson 99").outputs)["stdout"]
    assert lesson.read_bytes() == original
    (kept,) = lesson.parent.glob("mine_*")
    assert kept.read_text() == "mine"
    assert kept.name in said
    assert "There is no lesson 99." in refused


def test_the_data_is_mapped_from_one_place_and_own_digits_are_one_s_own(hub):
    learner = hub.log_in("owner")
    with learner.kernel(LESSONS[0]) as kernel:
        shown = kernel.run(
            "from pathlib import Path\n"
            "from mnist_lib import load_mnist\n"
            "data = load_mnist(normalize=False)\n"
            "print('deploy/hub/data/train-images' in Path('/proc/self/maps').read_text())\n"
            "print(list(Path.home().rglob('*ubyte*')), Path.home())\n"
        )
    assert shown_by(shown.outputs)["stdout"] == f"True\n[] {learner.home}\n"


def test_the_image_copies_what_there_is():
    lines = (PROJECT / "deploy" / "hub" / "Dockerfile").read_text().splitlines()
    copied = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    known = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    paths = [word for word in copied if not word.startswith("--")]
    assert paths
    assert [p for p in paths if p != "." and not (PROJECT / p).exists()] == []
    assert "deploy/hub/package-lock.json" in known
