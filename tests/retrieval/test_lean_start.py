"""What a look-up does not wait for."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from bot.retrieval.absent import absent
from tests.conftest import ROOT

WITHOUT_SCIPY = """
import sys
from bot.retrieval.lexical import Lexical
shares = Lexical(["a", "b"], ["the bus is late", "the train is late"]).shares(["bus"])
assert shares[0] > shares[1] == 0
assert "scipy.sparse" not in sys.modules
from scipy.sparse import csr_matrix
assert csr_matrix([[0, 2]]).sum() == 2
"""


def test_searching_by_words_does_not_import_scipy_and_whoever_needs_it_still_can() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SCIPY], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_is_absent_cannot_be_imported_meanwhile_and_can_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with absent("colorsys"), pytest.raises(ModuleNotFoundError):
        importlib.import_module("colorsys")
    assert importlib.import_module("colorsys").rgb_to_hsv


def test_what_is_imported_already_stays_imported() -> None:
    import colorsys

    with absent("colorsys"):
        assert importlib.import_module("colorsys") is colorsys
    assert sys.modules["colorsys"] is colorsys
