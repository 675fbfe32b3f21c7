"""A hub that runs on loopback, and learners who work on it as their pages would."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import requests
import websocket

from tests.conftest import PROJECT

SECONDS_TO_START = 120
SECONDS_TO_RUN = 300
TOKEN = "of-the-tests"
# What a test needs beside the course's own settings: to act for every learner.
SETTINGS = """
c = get_config()
load_subconfig({config!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.JupyterHub.services = [{{"name": "tests", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:servers",
      "tokens", "access:servers", "read:hub"]}}
]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Ran:
    """What became of a cell: its outputs, and the seconds until the first and until the end."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0


class Hub:
    """A hub that runs.

    Attributes
    ----------
    url : str
        Where learners find it.
    homes : Path
        The folder of their homes.
    """

    def __init__(self, url: str, homes: Path) -> None:
        self.url, self.homes = url, homes
        self.headers = {"Authorization": f"token {TOKEN}"}

    def api(self, method: str, path: str) -> requests.Response:
        """Ask the hub itself."""
        address = f"{self.url}/hub/api/{path}"
        return requests.request(method, address, headers=self.headers, timeout=SECONDS_TO_START)

    def log_in(self, name: str) -> "Learner":
        """Start a learner's server, and return the learner once it answers."""
        self.api("POST", f"users/{name}")
        self.api("POST", f"users/{name}/server")
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.api("GET", f"users/{name}").json()["servers"].get("", {}).get("ready"):
            assert time.monotonic() < deadline, f"the server of {name} did not start"
            time.sleep(0.2)
        token = self.api("POST", f"users/{name}/tokens").json()["token"]
        return Learner(f"{self.url}/user/{name}", token, self.homes / name)


class Learner:
    """A learner who runs lessons, a kernel for each.

    Attributes
    ----------
    home : Path
        Where their own lessons are.
    """

    def __init__(self, url: str, token: str, home: Path) -> None:
        self.url, self.home = url, home
        self.headers = {"Authorization": f"token {token}"}

    def open(self, lesson: str) -> dict[str, Any]:
        """Return a lesson as the learner's server has it."""
        path = f"{self.url}/api/contents/notebooks/{lesson}"
        answer = requests.get(path, headers=self.headers, timeout=SECONDS_TO_START)
        answer.raise_for_status()
        return answer.json()["content"]

    @contextmanager
    def kernel(self, lesson: str) -> Iterator["Kernel"]:
        """Start a kernel for a lesson; it is ended at the end of the block."""
        sessions = f"{self.url}/api/sessions"
        wanted = {
            "path": f"notebooks/{lesson}",
            "type": "notebook",
            "name": lesson,
            "kernel": {"name": "python3"},
        }
        session = requests.post(
            sessions, json=wanted, headers=self.headers, timeout=SECONDS_TO_START
        ).json()
        number = session["kernel"]["id"]
        address = self.url.replace("http", "ws") + f"/api/kernels/{number}/channels"
        channel = websocket.create_connection(
            address, header=self.headers, timeout=SECONDS_TO_RUN, enable_multithread=True
        )
        try:
            yield Kernel(channel, number)
        finally:
            channel.close()
            requests.delete(
                f"{sessions}/{session['id']}", headers=self.headers, timeout=SECONDS_TO_START
            )

    def server_memory(self) -> float:
        """Return the megabytes of the learner's server, a share of what several use."""
        return sum(
            process.memory_full_info().pss / 1e6
            for process in psutil.process_iter(["cmdline"])
            if "jupyterhub-singleuser" in " ".join(process.info["cmdline"] or ())
            and Path(process.cwd()) == self.home
        )


class Kernel:
    """A kernel that is asked through the hub's proxy, as a page asks it."""

    def __init__(self, channel: websocket.WebSocket, number: str) -> None:
        self.channel, self.number = channel, number

    def run(self, source: str) -> Ran:
        """Run a cell, and wait for its end."""
        header = {
            "msg_id": uuid4().hex,
            "msg_type": "execute_request",
            "username": "",
            "session": "class",
            "version": "5.3",
            "date": "",
        }
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        start, ran, waiting = time.monotonic(), Ran(), {"reply", "idle"}
        self.channel.send(json.dumps(message | {"channel": "shell", "buffers": []}))
        while waiting:
            received = self.channel.recv()
            if isinstance(received, bytes):  # a control's message with a picture in it
                continue
            answer = json.loads(received)
            if answer["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            kind, content = answer["msg_type"], answer["content"]
            if kind == "execute_reply":
                waiting.discard("reply")
            elif kind == "status" and content["execution_state"] == "idle":
                waiting.discard("idle")
            elif kind in {"stream", "error", "display_data", "execute_result"}:
                ran.outputs.append({"output_type": kind, **content})
        ran.seconds = time.monotonic() - start
        return ran

    def memory(self) -> float:
        """Return the megabytes of its process, a share of what several kernels use."""
        (process,) = (
            process
            for process in psutil.process_iter(["cmdline"])
            if f"kernel-{self.number}.json" in " ".join(process.info["cmdline"] or ())
        )
        return process.memory_full_info().pss / 1e6


@contextmanager
def running_hub(folder: Path) -> Iterator[Hub]:
    """Run the hub of deploy/hub, on ports and with homes of its own."""
    homes = folder / "homes"
    homes.mkdir()
    port = free_port()
    settings = SETTINGS.format(
        config=str(PROJECT / "deploy" / "hub" / "jupyterhub_config.py"),
        port=port,
        hub_port=free_port(),
        api_port=free_port(),
        token=TOKEN,
    )
    (folder / "config.py").write_text(settings)
    chosen = {
        "HUB_PASSWORD": "of the class",
        "HUB_HOMES": f"{homes}/{{username}}",
    }
    python = PROJECT / ".venv-hub" / "bin" / "python"
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            [python, "-m", "jupyterhub", "-f", folder / "config.py"],
            cwd=folder,
            env=os.environ | chosen,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    hub = Hub(f"http://127.0.0.1:{port}", homes)
    deadline = time.monotonic() + SECONDS_TO_START
    try:
        while True:
            with suppress(requests.ConnectionError):
                if hub.api("GET", "info").ok:
                    break
            assert time.monotonic() < deadline, (folder / "hub.log").read_text()
            assert process.poll() is None, (folder / "hub.log").read_text()
            time.sleep(0.3)
        yield hub
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=SECONDS_TO_START)
        shutil.rmtree(homes, ignore_errors=True)


def think(rng: random.Random) -> None:
    """Wait as somebody who looks at a result, though for a much shorter time."""
    time.sleep(rng.uniform(0.5, 1.5))
