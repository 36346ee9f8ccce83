"""Our own systems: the whole look-up, and its parts alone. Run by the benchmark, not by hand."""

from __future__ import annotations

import numpy as np

from bot.bootstrap import brief_of, encoder_of, retriever_of
from bot.retrieval.dense import Dense
from bot.retrieval.encoder import SentenceTransformerEncoder
from bot.retrieval.lexical import Lexical
from bot.retrieval.refusal import GeneralRefusal
from bot.retrieval.retriever import Lookup
from bot.settings import read_settings
from tests.bench.peers.answering import DEPTH, Builder, System, answer


def _look_up(backend: str, *, refusing: bool = True) -> Builder:
    """`debatebot lookup` as it is: what is refused counts as a miss; or its ranking, where nothing is."""

    def build(ids: list[str], _texts: list[str], _weights: str) -> System:
        settings = read_settings(encoder_backend=backend)
        brief = brief_of(settings)
        if list(brief.passages) != ids:
            raise SystemExit("the passages measured are not those of the brief")
        retriever = retriever_of(settings, brief, encoder_of(settings))
        if not refusing:
            retriever = retriever.refusing(GeneralRefusal(least=0.0))

        def found(lookup: Lookup) -> list[str]:
            return [hit.passage.id for hit in lookup.hits]

        return System(
            lambda query: found(retriever.search(query, limit=DEPTH)),
            lambda queries: [found(each) for each in retriever.search_many(queries, limit=DEPTH)],
        )

    return build


def _bm25(ids: list[str], texts: list[str], _weights: str) -> System:
    lexical = Lexical(ids, texts)

    def one(query: str) -> list[str]:
        shares = lexical.shares(lexical.terms(query))
        return [ids[row] for row in np.argsort(-shares, kind="stable")[:DEPTH] if shares[row] > 0]

    return System(one, lambda queries: [one(query) for query in queries])


def _dense(backend: str) -> Builder:
    """The vectors of whole passages in a flat faiss index, and nothing else."""

    def build(ids: list[str], texts: list[str], _weights: str) -> System:
        settings = read_settings()
        encoder = encoder_of(settings) if backend == "onnx" else SentenceTransformerEncoder(None, settings.encoder_threads)
        index = Dense(ids, encoder.encode(texts)).index

        def many(queries: list[str]) -> list[list[str]]:
            _, rows = index.search(encoder.encode(queries), DEPTH)
            return [[ids[row] for row in best] for best in rows]

        return System(lambda query: many([query])[0], many)

    return build


if __name__ == "__main__":
    answer(
        {
            "debatebot": _look_up("auto"),
            "debatebot, unrefused": _look_up("auto", refusing=False),
            "debatebot, torch": _look_up("torch"),
            "BM25 alone": _bm25,
            "dense alone": _dense("onnx"),
            "dense alone, torch": _dense("torch"),
        }
    )
