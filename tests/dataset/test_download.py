"""Downloads, from servers on this machine that misbehave in every way they can."""

import hashlib
import multiprocessing
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import textwrap
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from mnist_lib.dataset import FILES
from mnist_lib.dataset.download import MIRRORS, fetch
from tests.conftest import PROJECT
from tests.dataset.mirrors import BODY, LABELS, LONG, serve


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ssl.SSLContext]:
    """What a server needs to be trusted over HTTPS, as a mirror is."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    bundle = tmp_path_factory.mktemp("tls") / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        patch.setenv("NO_PROXY", "localhost")
        yield context


@pytest.fixture
def server(certified: ssl.SSLContext):
    with serve(certified) as address_and_handler:
        yield address_and_handler


@pytest.fixture
def mirror(server) -> str:
    return server[0]


@pytest.fixture
def asked(server) -> list[str]:
    """What the server was asked for."""
    return server[1].asked


def get_labels(folder: Path, *mirrors: str, **limits: float) -> bytes:
    return fetch([LABELS], folder, mirrors, **limits)[LABELS].read_bytes()


def test_every_mirror_is_asked_over_tls_for_a_file_in_its_folder():
    assert len(set(MIRRORS)) == len(MIRRORS) > 1
    assert [
        name for name in MIRRORS if not (name.startswith("https://") and name[-1] == "/")
    ] == []


@pytest.mark.parametrize("kind", ["good", "good_without_a_length"])
def test_a_good_mirror_gives_the_file_and_shows_a_bar(mirror, tmp_path: Path, capsys, kind: str):
    paths = fetch([LABELS], tmp_path / "cache", (f"{mirror}/{kind}/",))
    assert paths == {LABELS: tmp_path / "cache" / LABELS.name}
    assert paths[LABELS].read_bytes() == BODY
    assert os.listdir(tmp_path / "cache") == [LABELS.name]
    assert f"{LABELS.name}: 100%" in capsys.readouterr().err


BAD = {
    "refuses": "answered 403 Forbidden",
    "fails": "answered 503",
    "sends_a_page": "something other than the file",
    "sends_nothing": "something other than the file",
    "alters": "something other than the file",
    "breaks_off": "broke off",
    "cuts_short": "something other than the file|broke off",
    "sends_too_much": "something other than the file",
    "sends_without_end": "something other than the file",
    "sends_a_bomb": "something other than the file",
    "packs_rubbish": "something other than the file",
    "redirects_to_ftp": "a redirect.* is not valid",
    "redirects_to_nonsense": "a redirect.* is not valid",
    "redirects_in_circles": "redirects without end",
}
SILENT = ["hangs", "hangs_half_way"]
SLOW = ["trickles", "trickles_its_header", "goes_on_announcing", "redirects_slowly"]


@pytest.mark.parametrize(
    ("fault", "words", "limits"),
    [(fault, words, {}) for fault, words in BAD.items()]
    + [(fault, "sent nothing for too long", {"silence": 1.5}) for fault in SILENT]
    + [(fault, "was not done in time", {"seconds": 1.5}) for fault in SLOW],
)
def test_if_all_mirrors_are_bad_each_is_named_and_nothing_is_left(
    mirror, tmp_path: Path, fault: str, words: str, limits: dict[str, float]
):
    mirrors = f"{mirror}/{fault}/", f"{mirror}/refuses/"
    with pytest.raises(OSError, match=f"{LABELS.name} could not be downloaded") as error:
        get_labels(tmp_path, *mirrors, **limits)
    lines = str(error.value).splitlines()
    assert lines[1].startswith(f"  {mirrors[0]}: it")
    assert re.search(words, lines[1])
    assert lines[2] == f"  {mirrors[1]}: it answered 403 Forbidden"
    assert "MNIST_DATA_DIR" in lines[3]
    assert str(tmp_path) in lines[3]
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("fault", "limits"),
    [("alters", {}), ("hangs", {"silence": 1.5}), ("trickles_its_header", {"seconds": 8})],
)
def test_after_a_bad_mirror_comes_the_next(
    mirror, asked: list[str], tmp_path: Path, fault: str, limits: dict[str, float]
):
    assert get_labels(tmp_path, f"{mirror}/{fault}/", f"{mirror}/good/", **limits) == BODY
    assert asked == [fault, "good"]


def test_a_mirror_that_failed_is_not_asked_for_the_next_file(
    mirror, asked: list[str], tmp_path: Path
):
    mirrors = [f"{mirror}/{kind}/" for kind in ("refuses", "alters", "good", "fails")]
    paths = fetch(FILES.values(), tmp_path, mirrors)
    assert asked == ["refuses", "alters", "good", "good", "good", "good"]
    for file in FILES.values():
        assert hashlib.sha256(paths[file].read_bytes()).hexdigest() == file.sha256


def test_what_came_before_the_last_mirror_failed_is_kept(mirror, tmp_path: Path):
    mirrors = (f"{mirror}/gives_one_file/",)
    with pytest.raises(OSError, match=FILES["test_images"].name) as error:
        fetch([LABELS, FILES["test_images"]], tmp_path, mirrors)
    assert LABELS.name not in str(error.value)
    assert os.listdir(tmp_path) == [LABELS.name]


@pytest.mark.parametrize("fault", ["sends_without_end", "sends_a_bomb"])
def test_a_mirror_without_end_fills_neither_memory_nor_disk(
    server, mirror, tmp_path: Path, fault: str
):
    tracemalloc.start()
    try:
        with pytest.raises(OSError, match="something other"):
            get_labels(tmp_path, f"{mirror}/{fault}/")
        assert tracemalloc.get_traced_memory()[1] < 64e6
    finally:
        tracemalloc.stop()
    assert os.listdir(tmp_path) == []
    assert fault == "sends_a_bomb" or server[1].hung_up.wait(LONG)


def test_a_download_that_was_given_up_ends(server, mirror, tmp_path: Path):
    """Else it would go on in the background, for as long as the server likes."""
    with pytest.raises(OSError, match="was not done in time"):
        fetch([FILES["train_images"]], tmp_path, (f"{mirror}/takes_minutes/",), seconds=1.5)
    assert server[1].hung_up.wait(LONG)


def test_a_server_that_is_not_there(mirror, tmp_path: Path):
    with pytest.raises(OSError, match="could not be reached"):
        get_labels(tmp_path, "https://localhost:1/")
    assert get_labels(tmp_path, "https://localhost:1/", f"{mirror}/good/") == BODY


def test_a_certificate_that_nobody_vouches_for_is_refused(mirror, tmp_path: Path):
    unknown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(unknown)
    with (
        serve(unknown) as (address, handler),
        pytest.raises(OSError, match="certificate could not be verified"),
    ):
        get_labels(tmp_path, f"{address}/good/")
    assert handler.asked == []


def test_the_proxy_that_the_environment_names_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serve() as (address, _):
        monkeypatch.setenv("http_proxy", address)
        assert get_labels(tmp_path, "http://mirror.invalid/good/") == BODY
    monkeypatch.setenv("http_proxy", "http://[nonsense")
    with pytest.raises(OSError, match="proxy is not valid"):
        get_labels(tmp_path, "http://mirror.invalid/good/")


def test_a_folder_that_can_not_be_written_is_named(mirror, tmp_path: Path):
    (tmp_path / "in the way").write_text("a file where the folder should be")
    with pytest.raises(OSError, match=r"in the way.* MNIST_DATA_DIR"):
        get_labels(tmp_path / "in the way" / "cache", f"{mirror}/good/")


def start_downloading(address: str, folder: Path, asked: list[str]) -> subprocess.Popen[bytes]:
    """Start a process that downloads a file, and return it when the server has been asked."""
    # Where the tests run in the background, an interrupt would be ignored.
    code = textwrap.dedent(f"""
        import signal
        from pathlib import Path
        from mnist_lib.dataset import FILES
        from mnist_lib.dataset.download import fetch
        signal.signal(signal.SIGINT, signal.default_int_handler)
        fetch([FILES["test_labels"]], Path({str(folder)!r}), ({address!r},))
    """)
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
    while not asked:
        assert process.poll() is None
        time.sleep(0.02)
    return process


@pytest.mark.skipif(os.name != "posix", reason="Windows sends such a signal to all of a console")
def test_an_interrupted_download_leaves_nothing(mirror, asked: list[str], tmp_path: Path):
    with start_downloading(f"{mirror}/hangs_half_way/", tmp_path, asked) as process:
        while process.poll() is None:
            # As a reader presses the button again, if it was in the middle of something.
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
        assert process.stderr.read().endswith(b"KeyboardInterrupt\n")
    assert os.listdir(tmp_path) == []


def test_a_kernel_killed_half_way_leaves_nothing(mirror, asked: list[str], tmp_path: Path):
    with start_downloading(f"{mirror}/hangs_half_way/", tmp_path, asked) as process:
        process.kill()
    assert os.listdir(tmp_path) == []


def fetch_images(folder: Path, address: str) -> bytes:
    file = FILES["test_images"]
    return fetch([file], folder, (f"{address}/good/",))[file].read_bytes()


def test_two_notebooks_at_once(mirror, tmp_path: Path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        bodies = pool.starmap(fetch_images, [(tmp_path, mirror)] * 4)
    expected = (PROJECT / "data" / FILES["test_images"].name).read_bytes()
    assert bodies == [expected] * 4
    assert os.listdir(tmp_path) == [FILES["test_images"].name]


def test_load_mnist_downloads_what_is_missing_once(mirror, asked: list[str], tmp_path: Path):
    """In a copy of the library that has no data folder beside it."""
    shutil.copytree(
        PROJECT / "mnist_lib", tmp_path / "mnist_lib", ignore=shutil.ignore_patterns("*.pyc")
    )
    code = textwrap.dedent(f"""
        from pathlib import Path
        from mnist_lib import load_mnist, storage
        from mnist_lib.dataset import download
        storage.cache_dir = lambda: Path("cache")
        download.MIRRORS = ("{mirror}/good/",)
        (x_train, t_train), (x_test, t_test) = load_mnist()
        print(x_train.shape, t_train[:3], x_test.shape, t_test[:3])
    """)
    for _ in range(2):
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert result.stdout == "(60000, 784) [5 0 4] (10000, 784) [7 2 1]\n", result.stderr
    assert asked == ["good"] * 4
