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

    def likeness(self, vectors: Vectors) -> list[dict[str, float]]:
        """For each of `vectors` (n, d) how like each owner it is, -1 to 1."""
        return [dict(zip(self.adapter.owners, row, strict=True)) for row in self.adapter.likeness(vectors).tolist()]
