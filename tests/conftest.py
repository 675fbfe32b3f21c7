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
