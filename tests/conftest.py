"""What all tests share: the real model, the real library, and a world that stays outside.

Nothing here stands in for anything: the model is unpacked and opened once, libraries are made in
folders of their own, and what a person has in the environment, in ``.env`` or on the network is
out of reach. Tests run in several processes beside each other, so each computes in one thread,
and what is made once for all of them is made behind a lock.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from retrieval.indexing.recipe import BUNDLED
from retrieval.kabar import Clock, Kabar, open_kabar, utc_now
from retrieval.settings import RetrievalSettings
from tests.unpacking import Unpacked, unpack_once

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
UNPACKED_HERE = ROOT / "data" / "models"
"""What `make run` leaves: seven seconds that need not be spent again."""

# An example that takes long says how busy the machine is.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

SettingsFactory = Callable[..., RetrievalSettings]
KabarFactory = Callable[..., Kabar]
LibraryOpener = Callable[..., Kabar]


@pytest.fixture(scope="session", autouse=True)
def _outside_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take away what a person has set, their ``.env`` and the network beyond this machine."""
    # Where a script runs us in the background Ctrl-C is ignored, and so by the processes of tests.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("KABAR_", "TELEGRAM_")) and not name.startswith("KABAR_TEST_"):
                patch.delenv(name)
        patch.setenv("LC_ALL", "C.UTF-8")  # a terminal's language is spoken
        # `.env` is looked for in the working folder; processes that tests start find us by path.
        patch.chdir(tmp_path_factory.mktemp("nowhere"))
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("KABAR_MODEL_THREADS", "1")
        patch.setenv("OMP_NUM_THREADS", "1")
        for method in ("connect", "connect_ex"):
            patch.setattr(socket.socket, method, _only_here(getattr(socket.socket, method)))
        yield


def _only_here(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if host != "localhost" and not ip_address(host.partition("%")[0]).is_loopback:
                raise AssertionError(f"a test would have connected to {address}")
        return connect(self, address)

    return guarded


@pytest.fixture
def put_logging_back() -> Iterator[None]:
    """Undo what `retrieval.logs.configure` does to the whole process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Unpacked:
    """The bundled model as today's code unpacks it, once for all processes that run tests."""
    folder = tmp_path_factory.getbasetemp()
    return unpack_once(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="session")
def models_folder(request: pytest.FixtureRequest) -> Path:
    """Return a folder that holds the unpacked bundled model."""
    from retrieval.indexing.bundled_model import bundled_model_folder, ensure_bundled_model

    if given := os.environ.get("KABAR_TEST_MODELS"):
        ensure_bundled_model(Path(given))
        return Path(given)
    if bundled_model_folder(UNPACKED_HERE).is_dir():
        return UNPACKED_HERE
    models: Path = request.getfixturevalue("unpacked").models
    return models


@pytest.fixture(scope="session")
def settings(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> SettingsFactory:
    """Make settings, by the names in the environment; each with a data folder of its own."""

    def make(**values: Any) -> RetrievalSettings:
        given = {"KABAR_MODEL_DIR": models_folder, **values}
        given.setdefault("KABAR_DATA_DIR", tmp_path_factory.mktemp("data"))
        return RetrievalSettings(_env_file=None, **given)  # type: ignore[call-arg]

    return make


@pytest.fixture(scope="session")
def _seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a copy of the library with the seeds is put before anybody has written to it."""
    return tmp_path_factory.mktemp("seeded") / "kabar.db"


@pytest.fixture(scope="session")
def seeds_library(settings: SettingsFactory, _seeded: Path) -> Iterator[Kabar]:
    """What `kabar` returns, under a name that no folder gives to another library."""
    with open_kabar(settings()) as library:
        library.ingest([SEEDS])
        library.index_pending()
        library.backup(_seeded)
        yield library


@pytest.fixture(scope="session")
def kabar(seeds_library: Kabar) -> Kabar:
    """Return a library with the seeds. Its articles are everybody's: ask, do not write."""
    return seeds_library


@pytest.fixture(scope="session")
def open_library(seeds_library: Kabar) -> LibraryOpener:
    """Open libraries as `open_kabar` does, with the model that is open: a process needs one."""

    def open_with_the_model(settings: RetrievalSettings, clock: Clock = utc_now) -> Kabar:
        library = open_kabar(settings, clock)
        if settings.embedding_model == BUNDLED:
            parts = ["embedder", "right_of_way", "background"]
            if settings.reader == "on":
                parts.append("close_reading")
            for part in parts:
                vars(library._parts)[part] = getattr(seeds_library._parts, part)
        return library

    return open_with_the_model


@pytest.fixture
def kabar_factory(settings: SettingsFactory, open_library: LibraryOpener) -> Iterator[KabarFactory]:
    """Make empty libraries; they are closed when the test ends."""
    opened: list[Kabar] = []

    def make(**values: Any) -> Kabar:
        opened.append(open_library(settings(**values)))
        return opened[-1]

    yield make
    for library in opened:
        library.close()


@pytest.fixture
def library(seeds_library: Kabar, _seeded: Path, models_folder: Path, tmp_path: Path) -> Path:
    """Return a data folder with the seeds, of the test's own, for the processes that it starts."""
    folder = tmp_path / "library"
    folder.mkdir()
    shutil.copy(_seeded, folder / "kabar.db")
    (folder / "models").symlink_to(models_folder, target_is_directory=True)
    return folder


@pytest.fixture
def unused_port() -> int:
    """Return a port of this machine on which nobody listens."""
    return free_port()


def free_port() -> int:
    """Return what `unused_port` is, for fixtures of a wider scope."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
