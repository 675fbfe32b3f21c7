"""Twelve learners on one hub, who run lessons 02 to 05 at once; and one alone, to compare."""

import json
import os
import random
import re
import statistics
import subprocess
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests
import yaml

from tests.conftest import PROJECT
from tests.site.test_lessons import VARIES, shown_by, text

from .classroom import SECONDS_TO_START, running_hub, think

LESSONS = sorted(
    path.name
    for number in ("02", "03", "04", "05")
    for path in (PROJECT / "notebooks").glob(f"{number}_*.ipynb")
)
DEPLOY = PROJECT / "deploy" / "hub"
CONFIG = DEPLOY / "jupyterhub_config.py"
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
        korean = shown_by(kernel.run("!restore-lesson ko/02").outputs)["stdout"]
        refused = shown_by(kernel.run("!restore-lesson 99").outputs)["stdout"]
    assert lesson.read_bytes() == original
    (kept,) = lesson.parent.glob("mine_*")
    assert kept.read_text() == "mine"
    assert kept.name in said
    assert "Yours is" in korean
    ours = PROJECT / "notebooks" / "ko" / LESSONS[0]
    assert (lesson.parent / "ko" / LESSONS[0]).read_bytes() == ours.read_bytes()
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


@pytest.mark.parametrize(("password", "admitted"), [("of the class", True), ("guessed it", False)])
def test_whoever_knows_the_password_gets_in(hub, password, admitted):
    with requests.Session() as browser:
        browser.get(f"{hub.url}/hub/login", timeout=SECONDS_TO_START)
        form = {"username": "newcomer", "password": password, "_xsrf": browser.cookies["_xsrf"]}
        answer = browser.post(
            f"{hub.url}/hub/login", data=form, timeout=SECONDS_TO_START, allow_redirects=False
        )
    assert answer.status_code == (302 if admitted else 403)


def test_without_a_password_whoever_has_an_account_gets_in():
    code = (
        "from jupyterhub.auth import PAMAuthenticator\n"
        "from traitlets.config import PyFileConfigLoader\n"
        f"config = PyFileConfigLoader({str(CONFIG)!r}).load_config()\n"
        "print(PAMAuthenticator(config=config).check_allowed('alice', None))\n"
    )
    without = {name: value for name, value in os.environ.items() if name != "HUB_PASSWORD"}
    ran = subprocess.run(
        [PROJECT / ".venv-hub" / "bin" / "python", "-c", code],
        env=without,
        capture_output=True,
        text=True,
    )
    if os.geteuid() == 0:
        assert ran.stdout.split() == ["True"], ran.stderr
    else:
        assert ran.stderr == (
            "Name a password of the class, HUB_PASSWORD=..., or start the hub as root.\n"
        )


def test_the_image_copies_what_there_is_and_lets_in_nothing_of_one_s_own():
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    paths = [word for word in copied if not word.startswith(("--", "/"))]
    assert paths
    assert [p for p in paths if p != "." and not (PROJECT / p).exists()] == []
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    private = ["deploy/hub/jupyterhub*", "deploy/hub/data", "notebooks/my_digits.json"]
    assert set(private) <= set(ignored)


def test_a_container_is_started_with_a_command_of_its_entry_point():
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    command = yaml.safe_load((DEPLOY / "values.yaml").read_text())["singleuser"]["cmd"]
    program = [*json.loads(entry), *command]
    assert program[:2] == ["python", "/opt/course/deploy/hub/lessons.py"]
    # `main` takes its command first, and a learner's server is started with more behind it.
    assert program[2:] == ["serve"]
    assert '"serve":' in (DEPLOY / "lessons.py").read_text()
