"""What tests share: the tiny brief on another motion, a deterministic encoder, and loud skips."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.brief.load import load_brief
from bot.brief.model import Brief
from bot.retrieval.encoder import Vectors
from bot.retrieval.onnx_encoder import OnnxEncoder
from tests.postgresql import NoServerError, running_server

# How fast examples are made says how busy the machine is, not whether the code is right.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent
TINY = ROOT / "tests" / "briefs" / "late-start"
SHIPPED = ROOT / "knowledge"
SHARED = ROOT.parent / "shared"
ENGINES = ("sqlite", "postgresql")
# Which one the tests of the front ends use where one is enough.
TEST_DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
if TEST_DATABASE not in ENGINES:
    raise pytest.UsageError(f"TEST_DATABASE={TEST_DATABASE} is no engine of the log: use {' or '.join(ENGINES)}")
ENCODER_HOME = ROOT / "build" / "test-index"


class HashingEncoder:
    """A fake encoder: a text is the sum of pseudo-random vectors of its words, so texts that share words are close."""

    def __init__(self, fingerprint: str = "hashing", dimension: int = 64) -> None:
        self.name = fingerprint
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.calls: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors; a text without words is a constant."""
        self.calls.append(list(texts))
        rows = []
        for text in texts:
            row = np.full(self.dimension, 1e-3, dtype=np.float32)
            for word in text.lower().replace(".", " ").replace("?", " ").split():
                seed = int.from_bytes(sha256(word.encode()).digest()[:4], "big")
                row += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
            rows.append(row / np.linalg.norm(row))
        return np.array(rows, dtype=np.float32)


@pytest.fixture
def hashing() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture(scope="session")
def tiny() -> Brief:
    return load_brief(TINY)


@pytest.fixture(scope="session")
def shipped() -> Brief:
    return load_brief(SHIPPED)


@pytest.fixture(scope="session")
def minilm() -> OnnxEncoder:
    """The real encoder. Its model file is kept between runs: it is verified on every load, and writing it takes seconds."""
    return OnnxEncoder(ENCODER_HOME)


def lend_encoder(data_dir: Path) -> None:
    """Put the encoder's model file into a fresh data folder, as an earlier command there would have left it."""
    OnnxEncoder(ENCODER_HOME)
    for file in (ENCODER_HOME / "encoder-int8").iterdir():
        lent = data_dir / "index" / "encoder-int8" / file.name
        lent.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, lent)
        except OSError:  # another file system
            shutil.copy(file, lent)


Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def debatebot(tmp_path: Path) -> Run:
    """Runs the real command in its own process on the tiny brief, with its data in a fresh folder."""
    lend_encoder(tmp_path / "data")

    def run(*args: str, stdin: bytes = b"", timeout: float = 600, **environment: str) -> subprocess.CompletedProcess[bytes]:
        env = {**os.environ, "KNOWLEDGE_DIR": str(TINY), "DATA_DIR": str(tmp_path / "data"), **environment}
        return subprocess.run(
            [sys.executable, "-m", "bot", *args],
            input=stdin,
            capture_output=True,
            cwd=ROOT,
            env=env,
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture
def patience_of_the_double(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubles of Discord wait for the bot for as long as a busy machine takes, so the bot need not give up sooner."""
    monkeypatch.setattr("bot.discord_ui.reply.ACKNOWLEDGE_SECONDS", 120.0)
    monkeypatch.setattr("bot.discord_ui.context.GLANCE_SECONDS", 120.0)


def shared_file(name: str) -> Path:
    """A file of the workshop beside the project; the test says loudly that it is skipped where there is none."""
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"SKIPPED FOR WANT OF {name}: this check runs only beside the workshop's shared folder")
    return file


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server without a database: TEST_POSTGRESQL_URL's, or one started for this process."""
    given = os.environ.get("TEST_POSTGRESQL_URL", "")
    if given:
        yield given
        return
    try:
        with running_server() as address:
            yield address
    except NoServerError as error:
        if TEST_DATABASE == "postgresql":
            pytest.fail(f"TEST_DATABASE=postgresql, and there is none: {error}")
        pytest.skip(f"SKIPPED FOR WANT OF A POSTGRESQL: {error}")


@pytest.fixture(params=ENGINES)
async def url(tmp_path: Path, request: pytest.FixtureRequest, worker_id: str) -> str:
    """A fresh log on each engine: a SQLite file, and an empty PostgreSQL database of this test process's own."""
    return await _fresh_log(request.param, tmp_path, request, worker_id)


@pytest.fixture
async def log_url(tmp_path: Path, request: pytest.FixtureRequest, worker_id: str) -> str:
    """A fresh log on the engine that TEST_DATABASE names (sqlite where it is not set), or on each in modules marked `engines`."""
    return await _fresh_log(getattr(request, "param", TEST_DATABASE), tmp_path, request, worker_id)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that is marked `engines` and uses `log_url` is run on each of them."""
    if "log_url" in metafunc.fixturenames and metafunc.definition.get_closest_marker("engines"):
        metafunc.parametrize("log_url", ENGINES, indirect=True)


async def _fresh_log(engine: str, folder: Path, request: pytest.FixtureRequest, worker_id: str) -> str:
    if engine == "sqlite":
        return f"sqlite+aiosqlite:///{folder / 'data' / 'log.db'}"
    return await fresh_database(request.getfixturevalue("postgresql"), f"debatebot_test_{worker_id}")


async def fresh_database(server: str, name: str, how: str = "") -> str:
    """The address of a database called `name` on a PostgreSQL server, empty unless made otherwise; what was in it is gone."""
    address = make_url(server)
    engine = create_async_engine(address.set(database=address.database or "postgres"), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await connection.exec_driver_sql(f"CREATE DATABASE {name} {how}")
    finally:
        await engine.dispose()
    return address.set(database=name).render_as_string(hide_password=False)
