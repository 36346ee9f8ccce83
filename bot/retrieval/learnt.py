"""What training taught: how like each owner a text is, and which premises it asserts, by the adapted encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.retrieval.adapter import Adapter
from bot.retrieval.encoder import Vectors


class Hearer(Protocol):
    """An encoder with an adapter."""

    def hear(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """Unit vectors (n, d) of `texts` and the logits (n, premises) of the adapter's premises."""


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """An adapter and the encoder that it is merged into."""

    adapter: Adapter
    encoder: Hearer

    def hear(self, texts: Sequence[str]) -> tuple[Vectors, list[Mapping[str, float]]]:
        """The adapted unit vectors (n, d) of `texts`, and for each the logits of the premises by key."""
        vectors, logits = self.encoder.hear(texts)
        return vectors, [dict(zip(self.adapter.premises, row, strict=True)) for row in logits.tolist()]

    @property
    def owners(self) -> tuple[str, ...]:
        """The owners that were taught."""
        return self.adapter.owners

    def likeness(self, vectors: Vectors) -> Vectors:
        """For each of `vectors` (n, d) how like each of `owners` it is, -1 to 1, (n, owners)."""
        return self.adapter.likeness(vectors)
