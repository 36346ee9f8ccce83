"""Training a small adapter for real: it learns what the encoder alone does not tell apart, and the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.retrieval.adapter import Adapter, read_adapter, write_adapter
from bot.retrieval.lines import Line, digest
from bot.retrieval.onnx_encoder import OnnxEncoder
from bot.retrieval.tuning import CENTRES, Recipe, train

pytestmark = pytest.mark.encoder

SUBJECTS = ("Buses", "Lessons", "Parents", "Teachers", "Pupils", "Clubs", "Trains", "Exams", "Libraries", "Canteens")
VERBS = ("cost more", "begin late", "take longer", "need help", "find time", "change their minds")
# Denial is what a sentence encoder hears least; whether a line is a denial is learnt here.
LINES = [
    *(Line(f"{subject} {verb} every year.", "block:a", ("a",)) for subject in SUBJECTS[:8] for verb in VERBS),
    *(Line(f"{subject} do not {verb} in any year.", "truth:a") for subject in SUBJECTS[:8] for verb in VERBS),
    *(Line(f"Do {subject.lower()} {verb}?", None) for subject in SUBJECTS[:8] for verb in VERBS),
]
NEW = [(f"{s} {v} every year.", f"{s} do not {v} in any year.") for s in SUBJECTS[8:] for v in VERBS]
SHORT = Recipe(rank=4, passes=4, batch=16)


@pytest.fixture(scope="module")
def taught() -> Adapter:
    return train(LINES, 1, SHORT)


def test_an_adapter_tells_apart_what_it_was_taught_on_sentences_that_it_never_saw(taught: Adapter, tmp_path: Path) -> None:
    write_adapter(tmp_path / "a", taught)
    encoder = OnnxEncoder(tmp_path, adapter=read_adapter(tmp_path / "a"))
    said, denied = encoder.hear([s for s, _ in NEW]), encoder.hear([d for _, d in NEW])
    own, truth = (taught.owners.index(name) for name in ("block:a", "truth:a"))
    for (vectors, _), better, worse in ((said, own, truth), (denied, truth, own)):
        like = taught.likeness(vectors)
        assert (like[:, better] > like[:, worse]).mean() >= 0.9
    # How sure it is depends on how long it learnt; that what asserts stands above what denies does not.
    assert np.quantile(said[1], 0.1) > np.quantile(denied[1], 0.9)


def test_an_adapter_knows_its_owners_its_premises_and_its_lines(taught: Adapter) -> None:
    assert taught.owners == ("block:a", "truth:a")
    assert taught.premises == ("a",)
    assert taught.learnt == digest(LINES)
    assert taught.centres.shape == (2, CENTRES, 384)
    assert np.allclose(np.linalg.norm(taught.proxies, axis=1), 1, atol=1e-4)
    assert np.allclose(np.linalg.norm(taught.centres, axis=2), 1, atol=1e-4)
    assert all(
        down.shape[0] == up.shape[1] == SHORT.rank for down, up in zip(taught.down.values(), taught.up.values(), strict=True)
    )


def test_the_same_lines_give_the_same_adapter_and_progress_is_told(taught: Adapter) -> None:
    steps: list[tuple[str, int, int]] = []
    again = train(LINES, 1, SHORT, lambda *step: steps.append(step))
    assert (again.proxies == taught.proxies).all()
    assert all((again.up[name] == taught.up[name]).all() for name in taught.up)
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)
    assert steps[-1][1] == steps[-1][2]


def test_only_the_layers_that_the_recipe_names_are_changed() -> None:
    upper = train(LINES[::6], 1, Recipe(first=5, rank=2, passes=1))
    assert upper.down
    assert all(name.startswith("encoder.layer.5.") for name in upper.down)
