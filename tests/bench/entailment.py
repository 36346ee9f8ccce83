"""False alarms of the second check: `ENTAILMENT_MODEL=... python -m tests.bench.entailment [--sentences N]`.

Every prepared sentence of the brief that cites passages is sound, so whatever the configured model finds contradicted in them is
a false alarm. Each is also put as a denial, of which a useful model finds more contradicted. No such model comes with the
project, so no figure of this measure is quoted anywhere.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time

from bot.bootstrap import brief_of, second_check_of
from bot.brief.check import paragraphs
from bot.settings import read_settings

MARKS = (0.3, 0.5, 0.7, 0.9)
SEED = 7


async def measure(count: int) -> str:
    settings = read_settings()
    second = second_check_of(settings)
    if second is None:
        raise SystemExit("error: set ENTAILMENT_MODEL to a cross-encoder for inference")
    brief = brief_of(settings)
    cited = [(s.text, s.passages) for _, p in paragraphs(brief) for s in p.sentences if s.passages]
    random.Random(SEED).shuffle(cited)
    sound = [(" ".join(brief.passages[i].text for i in ids), text) for text, ids in cited[:count]]
    denied = [(premise, f"It is not true that {text[0].lower()}{text[1:]}") for premise, text in sound]
    try:
        await second.infer(sound[:1])
        began = time.perf_counter()
        found = [i.contradicted for i in await second.infer(sound)]
        seconds = time.perf_counter() - began
        against = [i.contradicted for i in await second.infer(denied)]
    finally:
        await second.close()
    lines = [
        f"{second.name}: {len(sound)} sound sentences, {len(sound) / seconds:.1f} a second, loaded in {second.load_seconds:.1f} s"
    ]
    lines.append(f"{'contradicted at least':<36}" + "".join(f"{mark:>8.2f}" for mark in MARKS))
    for name, row in (("false alarms (sound sentences)", found), ("found (their denials)", against)):
        lines.append(f"{name:<36}" + "".join(f"{sum(value >= mark for value in row) / len(row):>8.3f}" for mark in MARKS))
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.entailment", description=__doc__)
    parser.add_argument("--sentences", type=int, default=200)
    print(asyncio.run(measure(parser.parse_args().sentences)))


if __name__ == "__main__":
    main()
