"""JupyterLab as a learner gets it, on copies of the notebooks, and its kernels."""

import ast
import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
from jupyter_client import AsyncKernelClient

from tests.conftest import PROJECT

START_SECONDS = 60
ANSWER_SECONDS = 60
# Not course.py's own command line, which may rebuild the environment that the tests run in.
START = "import course, sys; course.PYTHON = sys.executable; sys.exit(course.lab(sys.argv[1:]))"


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs.

    Attributes
    ----------
    url : str
        Where it answers, with a slash at the end.
    folder : Path
        The notebooks that it shows, which are copies.
    runtime : Path
        Where it writes how its kernels are reached.
    log : Path
        What it said.
    pid : int
        The server's process.
    """

    url: str
    folder: Path
    runtime: Path
    log: Path
    pid: int

    def stop(self) -> None:
        """Stop the server as Ctrl-C, twice, would do."""
        os.kill(self.pid, signal.SIGTERM)

    def write(self, name: str, cells: list[str]) -> None:
        """Write a notebook with these cells of code."""
        # Without a kernel's name, JupyterLab would ask for one.
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source.strip()) for source in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, self.folder / name)

    @contextmanager
    def kernel_of(self, name: str) -> Iterator["Kernel"]:
        """Ask the kernel that runs the notebook with this file name."""
        with urlopen(f"{self.url}api/sessions", timeout=ANSWER_SECONDS) as answer:
            sessions = json.load(answer)
        (kernel,) = (s["kernel"]["id"] for s in sessions if s["path"] == name)
        with closing(Kernel(self.runtime / f"kernel-{kernel}.json")) as asked:
            yield asked


@contextmanager
def running_lab(home: Path) -> Iterator[Lab]:
    """Run ``make lab`` on copies of the notebooks, in a folder of its own.

    Its settings, its kernels' cache and its port are its own; it asks for no token, and listens
    to this machine only.
    """
    folder, runtime, log = home / "notebooks", home / "runtime", home / "lab.log"
    ignored = shutil.ignore_patterns(".ipynb_checkpoints")
    shutil.copytree(PROJECT / "notebooks", folder, ignore=ignored)
    # The course itself sets how many threads NumPy uses.
    environment = dict(os.environ)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        environment[name] = str(home / name.lower())
    environment["JUPYTER_RUNTIME_DIR"] = str(runtime)
    environment["MNIST_LIB_PROGRESS"] = str(home / "progress.json")
    options = [
        f"--port={_free_port()}",
        "--no-browser",
        "--ServerApp.ip=127.0.0.1",
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        str(folder),
    ]
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", START, *options],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    server = _wait_for_server(process, runtime, log)
    lab = Lab(server["url"], folder, runtime, log, server["pid"])
    try:
        yield lab
    finally:
        if process.poll() is None:
            lab.stop()
        process.wait(timeout=START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for_server(process: subprocess.Popen, runtime: Path, log: Path) -> dict[str, Any]:
    """Return what a server wrote about itself, once it answers."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for file in runtime.glob("jpserver-*.json"):
            # While it is being written, it is not JSON yet.
            with suppress(ValueError, URLError):
                server = json.loads(file.read_text())
                urlopen(f"{server['url']}api/status", timeout=START_SECONDS).close()
                return server
        time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"JupyterLab did not start. It said:\n{log.read_text()}")


class Kernel:
    """A notebook's kernel, asked from outside while the notebook is open in the browser.

    It is asked in a thread of its own: Playwright keeps the event loop of its thread to itself.

    Parameters
    ----------
    connection_file : Path
        How the kernel is reached.
    """

    def __init__(self, connection_file: Path) -> None:
        self._loop = asyncio.Runner()
        self._thread = ThreadPoolExecutor(1)
        self._client = AsyncKernelClient(connection_file=str(connection_file))
        self._client.load_connection_file()
        self._run(self._open())

    def ask(self, expression: str) -> Any:
        """Return the value of an expression in the kernel, which must fit into JSON.

        The notebook's counts and names stay as they are.

        Raises
        ------
        AssertionError
            If the expression fails there.
        """
        return self._run(self._ask(expression))

    def close(self) -> None:
        """Leave the kernel as it is, and ask no more."""
        self._run(self._close())
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._thread.submit(self._loop.run, work).result()

    async def _open(self) -> None:
        self._client.start_channels(stdin=False, hb=False)

    async def _ask(self, expression: str) -> Any:
        answer = await self._client.execute(
            "",
            silent=True,
            user_expressions={"answer": f"__import__('json').dumps({expression})"},
            reply=True,
            timeout=ANSWER_SECONDS,
        )
        answer = answer["content"]["user_expressions"]["answer"]
        assert answer["status"] == "ok", answer
        return json.loads(ast.literal_eval(answer["data"]["text/plain"]))

    async def _close(self) -> None:
        self._client.stop_channels()
