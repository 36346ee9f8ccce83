"""Likeness: how like the phrases of every owner a text is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


class Likeness(NamedTuple):
    """How like an owner's phrases a text is.

    `cosine` is that of the nearest phrase. `weight` is the owner's share by kernel ridge regression on all phrases of all
    owners: near 1 for one of its own phrases and near 0 for a text that is as like the phrases of others. `learnt` is how like
    the owner it is by what training taught, -1 to 1, and None where nothing was taught of the owner.
    """

    cosine: float
    weight: float
    learnt: float | None = None


NOTHING = Likeness(-1.0, 0.0)


class Owners:
    """The names of owners, each a kind, a colon and a key, and where each stands in the columns of `Likenesses`."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.place = {name: at for at, name in enumerate(self.names)}
        self._keys: dict[str, list[str]] = {}
        places: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            kind, _, key = name.partition(":")
            self._keys.setdefault(kind, []).append(key)
            places.setdefault(kind, []).append(at)
        self._places = {kind: np.array(each, dtype=np.intp) for kind, each in places.items()}

    def keys(self, kind: str) -> Sequence[str]:
        """The keys of the owners of this kind, in the order of their columns."""
        return self._keys.get(kind, ())

    def places(self, kind: str) -> NDArray[np.intp]:
        """The columns of the owners of this kind."""
        return self._places.get(kind, np.empty(0, dtype=np.intp))


class Likenesses(Mapping[str, Likeness]):
    """The `Likeness` of one text to every owner by its name.

    The columns, one value for each of `owners`, can be had whole, since there are hundreds of owners and many texts: `cosine`,
    `weight` and `learnt`, which is NaN where nothing was taught.
    """

    __slots__ = ("cosine", "learnt", "owners", "weight")

    def __init__(self, owners: Owners, cosine: Numbers, weight: Numbers, learnt: Numbers) -> None:
        self.owners = owners
        self.cosine = cosine
        self.weight = weight
        self.learnt = learnt

    def __getitem__(self, name: str) -> Likeness:
        at = self.owners.place[name]
        learnt = float(self.learnt[at])
        return Likeness(float(self.cosine[at]), float(self.weight[at]), None if np.isnan(learnt) else learnt)

    def __iter__(self) -> Iterator[str]:
        return iter(self.owners.names)

    def __len__(self) -> int:
        return len(self.owners.names)


def greatest(values: Numbers, default: float = 0.0) -> float:
    """The greatest of `values`, `default` if there is none; NaN, of which nothing was taught, counts as `default`."""
    return float(np.where(np.isnan(values), default, values).max()) if len(values) else default
