"""What several tests need: real MNIST, loaded once, and a cache that is not the user's."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from mnist_lib import init_network, load_mnist, storage

Split = tuple[np.ndarray, np.ndarray]
PROJECT = Path(__file__).parents[1]
# Of what the published files unpack to.
UNPACKED_SHA256 = {
    "train_images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train_labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "test_images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "test_labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("course", deadline=None)
# Whether a deliberate fault is noticed is all that `make faults` asks; the simplest example that
# shows it would take long to find.
QUICK = set(hypothesis.Phase) - {hypothesis.Phase.shrink, hypothesis.Phase.explain}
hypothesis.settings.register_profile("faults", deadline=None, phases=QUICK)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "course"))


@pytest.fixture(scope="session", autouse=True)
def own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache and settings out of the tests, and the tests out of them."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MNIST_DATA_DIR", raising=False)
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setattr(storage, "cache_dir", lambda: folder / "mnist_lib")
        yield


@pytest.fixture(scope="session")
def mnist() -> tuple[Split, Split]:
    """Scaled and flattened, as `load_mnist()` gives it. Not to be written to."""
    splits = load_mnist()
    for array in (array for split in splits for array in split):
        array.flags.writeable = False
    return splits


@pytest.fixture(scope="session")
def network() -> dict[str, np.ndarray]:
    return init_network()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of the user's cache."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(storage, "cache_dir", lambda: folder)
    return folder
