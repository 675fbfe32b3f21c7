"""Files are written whole or not at all, whatever is killed and whoever else writes."""

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mnist_lib.storage import write_whole

LOCK = ".mnist_lib.lock"
"""What lies in the folder while a process writes, and after one was killed."""


def start_writing(path: Path, at_the_disk: str) -> subprocess.Popen[str]:
    """Start a process that writes a file, and interferes just before it is on the disk."""
    code = textwrap.dedent(f"""
        import os, sys
        from pathlib import Path
        from mnist_lib.storage import write_whole
        def at_the_disk(descriptor):
            print("writing", flush=True)
            {at_the_disk}
        os.fsync = at_the_disk
        write_whole(Path({str(path)!r}), b"theirs")
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "writing\n"
    return process


def test_a_file_is_written_and_replaced_in_a_folder_that_is_made(tmp_path: Path):
    path = tmp_path / "made" / "for it" / "file"
    write_whole(path, b"first")
    assert path.read_bytes() == b"first"
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert os.listdir(path.parent) == ["file"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_file_that_others_may_not_read_stays_one(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"first")
    path.chmod(0o600)
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_bytes_are_on_the_disk_before_the_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Else a power failure may leave an empty file under the right name."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    seen = []

    def fsync(descriptor: int) -> None:
        seen.append((os.fstat(descriptor).st_size, path.read_bytes()))

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(path, b"the new one")
    assert seen == [(11, b"old")]


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path):
    with start_writing(tmp_path / "theirs", "os._exit(9)") as process:
        assert process.wait() == 9
    left = set(os.listdir(tmp_path)) - {LOCK}
    assert len(left) == 1
    write_whole(tmp_path / "mine", b"mine")
    assert os.listdir(tmp_path) == ["mine"]


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path):
    with start_writing(tmp_path / "theirs", "sys.stdin.read()") as process:
        before = set(os.listdir(tmp_path))
        with pytest.raises(OSError, match=r"mine was not written: another process"):
            write_whole(tmp_path / "mine", b"mine", seconds=0.2)
        assert set(os.listdir(tmp_path)) == before
        process.stdin.close()
        assert process.wait() == 0
    assert (tmp_path / "theirs").read_bytes() == b"theirs"
    write_whole(tmp_path / "mine", b"mine")
    assert set(os.listdir(tmp_path)) == {"mine", "theirs"}


def test_many_writers_wait_for_each_other(tmp_path: Path):
    def write(number: int) -> None:
        write_whole(tmp_path / f"file {number % 3}", bytes([number]) * 10_000, seconds=100)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(60)))
    names = {"file 0", "file 1", "file 2"}
    assert set(os.listdir(tmp_path)) == names
    for name in names:
        content = (tmp_path / name).read_bytes()
        assert content == content[:1] * 10_000


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(_: int) -> None:
        raise OSError("No space left on device")

    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_folder_that_can_not_be_made_is_an_oserror(tmp_path: Path):
    (tmp_path / "in the way").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="in the way"):
        write_whole(tmp_path / "in the way" / "file", b"content")


def test_nothing_is_written_through_a_link_that_lies_in_wait(tmp_path: Path):
    """In a folder that others can write to, such as /tmp."""
    with start_writing(tmp_path / "theirs", "os._exit(9)") as process:
        process.wait()
    (left,) = set(os.listdir(tmp_path)) - {LOCK}
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / left).unlink()
    (tmp_path / left).symlink_to(tmp_path / "precious")
    write_whole(tmp_path / "mine", b"mine")
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_the_cache_may_be_named_and_is_then_filled_and_used(tmp_path: Path):
    code = "from mnist_lib import load_mnist; load_mnist(normalize=False)"
    named = os.environ | {"MNIST_LIB_CACHE": str(tmp_path / "named"), "HOME": str(tmp_path)}
    times = []
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code], env=named, check=True)
        copies = [
            path for path in (tmp_path / "named").rglob("*") if path.stat().st_size > 7_000_000
        ]
        times.append({path: path.stat().st_mtime_ns for path in copies})
    assert len(times[0]) == 2
    assert times[0] == times[1]
    assert os.listdir(tmp_path) == ["named"]
