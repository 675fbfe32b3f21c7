"""Downloads, against a server on this machine that misbehaves in every way it can."""

import multiprocessing
import os
import ssl
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from mnist_lib.dataset import download as download_module
from mnist_lib.dataset.download import MIRRORS, DownloadError, download
from mnist_lib.dataset.published import FILES
from tests.conftest import PROJECT

LABELS = FILES["test_labels"]
BODY = (PROJECT / "data" / LABELS.name).read_bytes()


class Mirror(BaseHTTPRequestHandler):
    """Serve the data folder; the first part of the address says what goes wrong."""

    asked: list[str]

    def do_GET(self):
        _, fault, name = self.path.split("/")
        self.asked.append(fault)
        body = (PROJECT / "data" / name).read_bytes()
        getattr(self, fault)(body)

    def good(self, body: bytes):
        self.answer(body)

    def refuses(self, _: bytes):
        self.send_error(403)

    def fails(self, _: bytes):
        self.send_error(503)

    def sends_a_page(self, _: bytes):
        self.answer(b"<html>Please log in to the wireless network</html>")

    def sends_nothing(self, _: bytes):
        self.answer(b"")

    def alters(self, body: bytes):
        self.answer(body[:99] + bytes([body[99] ^ 1]) + body[100:])

    def breaks_off(self, body: bytes):
        self.answer(body[: len(body) // 2], length=len(body))

    def cuts_short(self, body: bytes):
        self.answer(body[: len(body) // 2])

    def hangs(self, _: bytes):
        time.sleep(1.5)

    def hangs_half_way(self, body: bytes):
        self.answer(body[: len(body) // 2], length=len(body), then=1.5)

    def stalls(self, body: bytes):
        self.answer(body[: len(body) // 2], length=len(body), then=30)

    def trickles(self, body: bytes):
        self.send_response(200)
        self.end_headers()
        for start in range(0, len(body), 1024):
            self.wfile.write(body[start : start + 1024])
            time.sleep(0.25)

    def answer(self, body: bytes, length: int | None = None, then: float = 0):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        time.sleep(then)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_):
        """A client that goes away is what these tests are about."""


@contextmanager
def serve(context: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("OneMirror", (Mirror,), {"asked": asked})
    with Server(("127.0.0.1", 0), handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        scheme = "https" if context else "http"
        yield f"{scheme}://localhost:{server.server_port}", asked
        server.shutdown()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def mirror(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory):
    """A server over HTTPS whose certificate is trusted, as a mirror's is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    bundle = tmp_path_factory.mktemp("tls") / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    with pytest.MonkeyPatch.context() as patch, serve(context) as (address, asked):
        patch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        patch.setenv("NO_PROXY", "localhost")
        yield address, asked


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(download_module, "_SECONDS_WITHOUT_A_BYTE", 0.4)


def test_the_mirrors_are_three_and_served_over_tls():
    assert len(MIRRORS) == 3
    assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in MIRRORS)


def test_a_good_mirror_gives_the_file_and_shows_a_bar(mirror, tmp_path: Path, capsys):
    address, _ = mirror
    path = download(LABELS, tmp_path / "cache", (f"{address}/good/",))
    assert path == tmp_path / "cache" / LABELS.name
    assert path.read_bytes() == BODY
    assert os.listdir(path.parent) == [LABELS.name]
    assert f"{LABELS.name}: 100%" in capsys.readouterr().err


FAULTS = {
    "refuses": "403",
    "fails": "503",
    "sends_a_page": "something else",
    "sends_nothing": "something else",
    "alters": "something else",
    "breaks_off": "broke off",
    "cuts_short": "something else",
    "hangs": "in time",
    "hangs_half_way": "could not be reached|in time",
    "trickles": "not done after",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_bad_mirror_comes_the_next(impatient, mirror, tmp_path: Path, fault: str):
    address, asked = mirror
    asked.clear()
    mirrors = (f"{address}/{fault}/", f"{address}/good/")
    path = download(LABELS, tmp_path, mirrors, seconds=0.6)
    assert path.read_bytes() == BODY
    assert asked == [fault, "good"]


@pytest.mark.parametrize("fault", FAULTS)
def test_if_all_mirrors_are_bad_each_is_named_and_nothing_is_left(
    impatient, mirror, tmp_path: Path, fault: str
):
    address, _ = mirror
    with pytest.raises(DownloadError, match=FAULTS[fault]) as error:
        download(LABELS, tmp_path, (f"{address}/{fault}/",), seconds=0.6)
    assert f"{address}/{fault}/" in str(error.value)
    assert "MNIST_DATA_DIR" in str(error.value)
    assert os.listdir(tmp_path) == []


def test_a_server_that_is_not_there(mirror, tmp_path: Path):
    address, _ = mirror
    path = download(LABELS, tmp_path, ("https://localhost:1/", f"{address}/good/"))
    assert path.read_bytes() == BODY


def test_a_certificate_that_nobody_vouches_for_is_refused(mirror, tmp_path: Path):
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(stranger)
    with (
        serve(stranger) as (address, asked),
        pytest.raises(DownloadError, match="certificate could not be verified"),
    ):
        download(LABELS, tmp_path, (f"{address}/good/",))
    assert asked == []


def test_an_interrupted_download_leaves_nothing(mirror, tmp_path: Path, monkeypatch):
    address, _ = mirror

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tqdm.std.tqdm.update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        download(LABELS, tmp_path, (f"{address}/good/",))
    assert os.listdir(tmp_path) == []


def test_a_kernel_killed_half_way_leaves_nothing_broken(mirror, tmp_path: Path):
    address, _ = mirror
    code = textwrap.dedent(f"""
        from pathlib import Path
        from mnist_lib.dataset.download import download
        from mnist_lib.dataset.published import FILES
        download(FILES["test_labels"], Path({str(tmp_path)!r}), ("{address}/stalls/",))
    """)
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    while not list(tmp_path.glob(".download-*/*")):
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert not (tmp_path / LABELS.name).exists()
    assert download(LABELS, tmp_path, (f"{address}/good/",)).read_bytes() == BODY


def fetch(folder: Path, address: str) -> bytes:
    return download(FILES["test_images"], folder, (f"{address}/good/",)).read_bytes()


def test_two_notebooks_at_once(mirror, tmp_path: Path):
    address, _ = mirror
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        bodies = pool.starmap(fetch, [(tmp_path, address)] * 4)
    expected = (PROJECT / "data" / FILES["test_images"].name).read_bytes()
    assert bodies == [expected] * 4
    assert os.listdir(tmp_path) == [FILES["test_images"].name]
