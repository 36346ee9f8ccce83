"""`python -m tests.bench.heard [--json]`: how well the ways in which each argument is heard keep to their own argument.

Each line of a `## Heard as` is left out in turn and looked up among all the others of its kind, by its nearest line and by the
weights with which the bot decides. What is right so often is a first guess at how often a wording that nobody wrote down is
recognised, and a line that is nearer to another argument than to its own is one to reword or to move.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.bootstrap import brief_of, encoder_of
from bot.brief.model import BlockKind, Brief
from bot.retrieval.encoder import Encoder
from bot.retrieval.matcher import RIDGE, kernel
from bot.settings import read_settings
from tests.bench.output import save


@dataclass(frozen=True)
class Stray:
    """A line that is nearer to a line of another argument than to one of its own, with both cosines."""

    owner: str
    line: str
    other: str
    like: str
    own: float
    near: float


@dataclass(frozen=True)
class Kept:
    """Of `lines` left out in turn: the share that is given back to its owner, and those that are nearest to another's."""

    kind: str
    lines: int
    owners: int
    by_nearest: float
    by_weight: float
    strays: tuple[Stray, ...]


def left_out(cosines: NDArray[np.float64], owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the owner with the greatest weight when that row is left out, by the matcher's kernel ridge.

    One solution of the whole serves for all: a row left out is predicted as y - a / d, where a are the coefficients and d the
    diagonal of the inverse (Cawley and Talbot 2003, eq. 6).
    """
    inverse = np.linalg.inv(kernel(cosines) + RIDGE * np.eye(len(cosines)))
    targets = np.eye(int(owners.max()) + 1)[owners]
    predicted: NDArray[np.int64] = (targets - (inverse @ targets) / np.diag(inverse)[:, None]).argmax(axis=1)
    return predicted


def kept(brief: Brief, encoder: Encoder, kind: BlockKind) -> Kept:
    """How well the lines of all blocks of `kind` keep to their own."""
    pairs = [(b.key, way) for b in brief.blocks.values() if b.kind is kind for way in b.heard]
    names = sorted({key for key, _ in pairs})
    owners = np.array([names.index(key) for key, _ in pairs])
    vectors = encoder.encode([way for _, way in pairs]).astype(np.float64)
    cosines = vectors @ vectors.T
    apart = cosines.copy()
    np.fill_diagonal(apart, -1.0)
    own = np.where(owners[:, None] == owners[None, :], apart, -1.0)
    others = np.where(owners[:, None] == owners[None, :], -1.0, apart)
    strays = [
        Stray(pairs[row][0], pairs[row][1], *pairs[int(others[row].argmax())], float(own[row].max()), float(others[row].max()))
        for row in np.flatnonzero(own.max(axis=1) <= others.max(axis=1))
    ]
    strays.sort(key=lambda stray: stray.own - stray.near)
    return Kept(
        kind.value,
        len(pairs),
        len(names),
        1 - len(strays) / len(pairs),
        float((left_out(cosines, owners) == owners).mean()),
        tuple(strays),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.heard", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the measures and every stray line as JSON")
    given = parser.parse_args()
    settings = read_settings()
    brief, encoder = brief_of(settings), encoder_of(settings)
    found = [kept(brief, encoder, kind) for kind in BlockKind]
    measured = [{**vars(each), "strays": [vars(stray) for stray in each.strays]} for each in found]
    save("heard", {"kinds": measured})
    if given.json:
        print(json.dumps(measured, indent=1))
        return
    for each in found:
        for stray in each.strays:
            print(f"{stray.owner} {stray.own:.2f} < {stray.near:.2f} {stray.other}\n    {stray.line}\n    {stray.like}")
    for each in found:
        print(f"{each.kind}: {each.lines} lines of {each.owners}, each left out in turn")
        print(f"  nearest line is its owner's   {each.by_nearest:.3f}")
        print(f"  greatest weight is its owner's {each.by_weight:.3f}")


if __name__ == "__main__":
    main()
