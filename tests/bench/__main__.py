"""`python -m tests.bench`: retrieval on the gold look-ups, then answers cold and warm; a table each."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.bootstrap import brief_of, encoder_of, speaker_for
from bot.debate.record import Speech
from bot.debate.words import Side, SpeechKind
from bot.retrieval.evaluate import evaluate
from bot.retrieval.metrics import percentile
from bot.settings import Settings, read_settings
from bot.speech.request import SpeechRequest
from tests.bench.output import save

RUNS = 100
# Linux counts what a process was before it became another program: a child of this one would be credited with all that it holds.
PEAK = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "bot", "practice", "--json"], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def speeches(words: int = 300) -> list[str]:
    """Speeches of at least `words` words, made of the ways in which arguments are heard."""
    heard = [way for block in brief_of(read_settings()).blocks.values() for way in block.heard]
    made = []
    for n in range(20):
        text = ""
        for way in heard[n * 7 :]:
            text = f"{text} {way if way.endswith(('.', '?', '!')) else f'{way}.'}".strip()
            if len(text.split()) >= words:
                break
        made.append(text)
    return made


async def warm(settings: Settings, words: int = 300) -> list[float]:
    """Seconds for each of `RUNS` answers by a speaker that is already loaded."""
    times = []
    brief = brief_of(settings)
    async with speaker_for(settings, brief) as (speaker, _):
        side = Side(brief.motion.bot_side)
        for n, text in enumerate(speeches(words) * (RUNS // 20 + 1)):
            heard = Speech(0, side.other, SpeechKind.REBUTTAL, "opponent", text, datetime.now(UTC))
            began = time.perf_counter()
            await speaker.answer(SpeechRequest(side, SpeechKind.REBUTTAL, 320, (heard,)))
            if n:  # the first call loads the weights
                times.append(time.perf_counter() - began)
    return times[:RUNS]


def cold() -> float:
    """Seconds from starting `debatebot rebut` to its answer."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "rebut"], input=speeches()[0].encode(), check=True, capture_output=True)
    return time.perf_counter() - began


def memory() -> float:
    """MiB that the process of a debate in the terminal takes at most over ten speeches of 500 words (on Linux)."""
    lines = "\n".join(speech.replace("\n", " ") for speech in speeches(500)[:10])
    between = subprocess.run([sys.executable, "-c", PEAK], input=lines.encode(), check=True, capture_output=True)
    return float(between.stdout)


def main() -> None:
    """Measure and print."""
    settings = read_settings()
    brief, encoder = brief_of(settings), encoder_of(settings)
    reports = [evaluate(Path("knowledge/gold/lookups"), s, brief, encoder, settings.index_dir) for s in ("dev", "test")]
    for report in reports:
        print(report.table(), end="\n\n")
    times, long = asyncio.run(warm(settings)), asyncio.run(warm(settings, 500))
    answers = {"cold_s": cold(), "warm_p50_s": percentile(times, 0.5), "warm_p95_s": percentile(times, 0.95), "runs": len(times)}
    print("answer to a 300-word speech: " + ", ".join(f"{name} {value:.3f}" for name, value in answers.items()))
    whole = {"warm_500_p50_s": percentile(long, 0.5), "warm_500_p95_s": percentile(long, 0.95), "process_mib": memory()}
    print("answer to a 500-word speech: " + ", ".join(f"{name} {value:.3f}" for name, value in whole.items()))
    answers |= whole
    save("answers", {"retrieval": [report.to_json() for report in reports], "answers": answers})


if __name__ == "__main__":
    main()
