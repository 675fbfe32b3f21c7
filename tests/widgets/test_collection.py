"""Drawings in a file: none gets lost, and there is always a place for them."""

import threading

import pytest

from mnist_lib.pen import load_drawings, save_drawings
from mnist_lib.widgets import DrawingPad
from mnist_lib.widgets.collection import Collection

DRAWINGS = load_drawings()


@pytest.fixture
def closed(tmp_path):
    """A path in a folder that cannot be written, not even by root."""
    (tmp_path / "a file").touch()
    return tmp_path / "a file" / "mine.json"


def test_many_writers_at_once_lose_nothing(tmp_path):
    path, together = tmp_path / "mine.json", threading.Barrier(4)

    def write(number):
        collection = Collection(path)
        together.wait()
        for drawing in DRAWINGS[10 * number : 10 * number + 10]:
            collection.add(drawing)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(d.label for d in load_drawings(path)) == sorted(d.label for d in DRAWINGS[:40])


def test_a_folder_that_is_missing_is_made(tmp_path):
    Collection(tmp_path / "new" / "mine.json").add(DRAWINGS[0])
    (drawing,) = load_drawings(tmp_path / "new" / "mine.json")
    assert drawing.label == DRAWINGS[0].label


def test_a_place_that_cannot_be_written_is_replaced_by_the_readers_own(closed, data_folder):
    collection = Collection(closed)
    collection.add(DRAWINGS[0])
    collection.add(DRAWINGS[5])
    saved = load_drawings(data_folder / "mine.json")
    assert [d.label for d in saved] == [DRAWINGS[0].label, DRAWINGS[5].label]
    assert len(Collection(closed).drawings) == 2


def test_the_pad_says_where_it_saved_instead(network, closed, data_folder):
    pad = DrawingPad(network, closed)
    pad.canvas.put(DRAWINGS[0])
    pad.label.value = DRAWINGS[0].label
    pad.keep.click()
    assert pad.kept.text == (
        f"kept in {data_folder / 'mine.json'}, as {closed.parent} cannot be written: "
        f"1 drawing ({DRAWINGS[0].label})"
    )
    assert not pad.kept.failed


def test_what_a_closed_folder_holds_is_kept_too(tmp_path, data_folder, monkeypatch):
    path = tmp_path / "course" / "mine.json"
    save_drawings(path, DRAWINGS[:2])

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    collection = Collection(path)
    assert len(collection.drawings) == 2
    collection.add(DRAWINGS[5])
    assert len(load_drawings(data_folder / "mine.json")) == 3
    assert len(load_drawings(path)) == 2
