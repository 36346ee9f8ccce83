"""A real language model words answers to gold speeches: `python -m tests.bench.writers FILE.gguf [--way WAY] [--speeches N]`.

Two ways: `process`, by transformers in this process, and `served`, the same file served by llama.cpp (xllamacpp) on loopback
through the endpoint writer. The dev speeches are answered in order, at most `--words` words each, with time enough for every
paragraph. Counted are paragraphs kept from the model and refused with the reasons, tokens, seconds of generating, and sentences
that no cited passage supports in what would be published. Each answer is written to build/bench/writers-WAY.jsonl when it is
there, so that a run that was stopped goes on; `--report` prints what is there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.bootstrap import bridge_of, brief_of, encoder_of, matcher_of, retriever_of
from bot.debate.record import Speech
from bot.debate.words import Side, SpeechKind
from bot.settings import Settings, read_settings
from bot.speech.check import own_words
from bot.speech.request import SpeechRequest
from bot.speech.speaker import Speaker
from bot.speech.writers.endpoint import Endpoint
from bot.speech.writers.faithful import Faithfulness
from bot.speech.writers.generator import Generation, Generator, Message, OnText
from bot.speech.writers.local_model import LocalModel
from bot.speech.writers.rewriter import Rewriter
from tests.bench.gold_speeches import read_gold, unsupported
from tests.bench.speeches import NOW

HOME = Path("build/bench")
WAYS = ("served", "process")
SECONDS = 3600.0
_REASONS = re.compile(r"refused \((.*)\)")


class Timed:
    """A generator that keeps the tokens and seconds of every call."""

    def __init__(self, inner: Generator) -> None:
        self._inner = inner
        self.name = inner.name
        self.calls: list[Generation] = []

    @property
    def at_once(self) -> int:
        return self._inner.at_once

    async def generate(self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None) -> Generation:
        began = time.perf_counter()
        made = await self._inner.generate(messages, max_tokens=max_tokens, on_text=on_text)
        seconds = time.perf_counter() - began
        self.calls.append(Generation(made.text, made.prompt_tokens, made.generated_tokens, seconds, made.whole))
        return made

    async def close(self) -> None:
        await self._inner.close()


@asynccontextmanager
async def generator_for(way: str, model: Path) -> AsyncIterator[Timed]:
    if way == "process":
        local = LocalModel(str(model))
        loaded = await local.start()
        print(f"loaded {loaded.weight_bytes / 2**20:.0f} MiB as {loaded.dtype} on {loaded.device} in {loaded.seconds:.1f} s")
        timed = Timed(local)
    else:
        timed = Timed(Endpoint(_serve(model), model.stem, "", timeout=SECONDS))
    try:
        yield timed
    finally:
        await timed.close()


def _serve(model: Path) -> str:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.n_ctx = 8192
    parameters.n_parallel = 1
    parameters.port = 8137
    server = xllamacpp.Server(parameters)
    _KEPT.append(server)
    return f"{server.listening_address}/v1"


# The server stops when nobody holds it.
_KEPT: list[Any] = []


async def answer(settings: Settings, way: str, model: Path, count: int, words: int) -> None:
    brief = brief_of(settings)
    encoder = encoder_of(settings)
    bridge = bridge_of(settings, encoder)
    file = HOME / f"writers-{way}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    done = {row["speech"] for row in read(file)}
    side = Side(brief.motion.bot_side)
    async with generator_for(way, model) as timed:
        checks = Faithfulness(brief, bridge.encode)
        rewriter = Rewriter(brief, timed, checks, lambda part: own_words(brief, part), seconds=SECONDS)
        speaker = Speaker(
            brief, retriever_of(settings, brief, encoder), matcher_of(settings, brief, encoder), bridge, rewriter=rewriter
        )
        for gold in [g for g in read_gold() if g.split == "dev" and g.style not in ("closing", "cross-ex")][:count]:
            if gold.id in done:
                continue
            timed.calls.clear()
            heard = Speech(0, side.other, SpeechKind.REBUTTAL, "opponent", gold.text, NOW)
            draft = await speaker.answer(SpeechRequest(side, SpeechKind.REBUTTAL, words, (heard,)))
            notes = Counter(r for p in draft.points for m in [_REASONS.search(p.reason)] if m for r in m[1].split("; "))
            row = {
                "speech": gold.id,
                "model": timed.name,
                "kept": draft.checks.get("model_paragraphs", 0),
                "refused": draft.checks.get("model_refused", 0),
                "reasons": dict(notes),
                "unsupported": len(unsupported(brief, draft)),
                "prompt_tokens": sum(c.prompt_tokens for c in timed.calls),
                "generated_tokens": sum(c.generated_tokens for c in timed.calls),
                "seconds": round(sum(c.seconds for c in timed.calls), 2),
                "text": draft.text,
            }
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            made = f"{row['generated_tokens']} tokens in {row['seconds']} s"
            print(f"{gold.id}: kept {row['kept']}, refused {row['refused']}, {made}", flush=True)
    bridge.close()


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def report() -> str:
    lines = ["way       speeches  kept  refused  share kept  unsupported  generated tokens  tokens/s (prompt included)"]
    reasons: Counter[str] = Counter()
    for way in WAYS:
        rows = read(HOME / f"writers-{way}.jsonl")
        if not rows:
            continue
        kept, refused, tokens, seconds, wrong = (
            sum(row[name] for row in rows) for name in ("kept", "refused", "generated_tokens", "seconds", "unsupported")
        )
        share = kept / max(1, kept + refused)
        lines.append(
            f"{way:<10}{len(rows):>8}{kept:>6}{refused:>9}{share:>12.2f}{wrong:>13}{tokens:>18}{tokens / max(seconds, 1):>15.1f}"
        )
        for row in rows:
            reasons.update(row["reasons"])
    lines += [f"  refused: {reason} ({count})" for reason, count in reasons.most_common()]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.writers", description=__doc__)
    parser.add_argument("model", type=Path, nargs="?", help="a .gguf file")
    parser.add_argument("--way", choices=WAYS, action="append", help="one way only; both by default")
    parser.add_argument("--speeches", type=int, default=30)
    parser.add_argument("--words", type=int, default=160)
    parser.add_argument("--report", action="store_true", help="only print what was measured before")
    options = parser.parse_args()
    if not options.report:
        if options.model is None or not options.model.is_file():
            parser.error("name the model's .gguf file")
        for way in options.way or WAYS:
            asyncio.run(answer(read_settings(), way, options.model, options.speeches, options.words))
    print(report())


if __name__ == "__main__":
    main()
