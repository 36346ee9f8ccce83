"""`python -m tests.bench.speeches [--split dev|dev2|test] [--json] [--show s012] [--words N]`: the speaker on the gold speeches.

For the test split only sums are printed, so that nobody can tune on it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.bootstrap import brief_of, speaker_for
from bot.brief.model import Brief
from bot.debate.formats import format_named
from bot.debate.record import Speech
from bot.debate.words import Side, SpeechKind
from bot.retrieval.metrics import percentile
from bot.settings import Settings, read_settings
from bot.speech.request import SpeechDraft, SpeechRequest
from bot.speech.speaker import Speaker
from tests.bench.gold_speeches import OPEN, SPLITS, GoldSpeech, Judged, Outcome, candidates, judge, read_gold
from tests.bench.output import save

NOW = datetime(2026, 1, 1, tzinfo=UTC)
# What the bot is asked for in reply to each style, and how many words it has, as in the formats.
_REPLIES = {"cross-ex": (SpeechKind.REPLY, 120), "closing": (SpeechKind.CLOSING, 250)}


@dataclass(frozen=True, slots=True)
class Answered:
    """A gold speech, the bot's answer, its answer when it had spoken first, and the judgement."""

    gold: GoldSpeech
    draft: SpeechDraft
    after_ours: SpeechDraft
    judged: Judged


async def answer_all(settings: Settings, brief: Brief, golds: list[GoldSpeech], words: int | None) -> list[Answered]:
    """Every speech answered and judged, in order. Two answers a speech: as the first of a debate, and after our opening.

    A closing cannot come first, so both answers to it follow our opening.
    """
    side = Side(brief.motion.bot_side)
    answered = []
    async with speaker_for(settings, brief) as (speaker, _):
        opening = await speaker.answer(SpeechRequest(side, SpeechKind.OPENING, 450))
        ours = Speech(0, side, SpeechKind.OPENING, "bot", opening.text, NOW, opening.points, opening.citations)
        await _answer(speaker, side, golds[0], (), words)  # loads the weights, so that no answer is timed with them
        for gold in golds:
            after = await _answer(speaker, side, gold, (ours,), words)
            draft = after if gold.style == "closing" else await _answer(speaker, side, gold, (), words)
            answered.append(Answered(gold, draft, after, judge(brief, gold, draft, after)))
    return answered


async def _answer(speaker: Speaker, side: Side, gold: GoldSpeech, before: tuple[Speech, ...], words: int | None) -> SpeechDraft:
    kind, room = _REPLIES.get(gold.style, (SpeechKind.REBUTTAL, format_named("practice").turns[0].words))
    theirs = SpeechKind.QUESTION if kind is SpeechKind.REPLY else kind
    heard = Speech(len(before), side.other, theirs, "opponent", gold.text, NOW)
    return await speaker.answer(SpeechRequest(side, kind, words or room, (*before, heard)))


def summary(answered: list[Answered]) -> dict[str, Any]:
    """The measures of a split; shares are 0 to 1, times in seconds."""
    outcomes = Counter(outcome for a in answered for outcome in a.judged.outcomes)
    points = sum(outcomes.values())
    due = sum(len(a.judged.due) for a in answered)
    missed = sum(len(a.judged.uncorrected) for a in answered)
    times = [draft.seconds for a in answered for draft in (a.draft, a.after_ours)]
    return {
        "speeches": len(answered),
        "points": points,
        "met": outcomes[Outcome.MET] / points,
        "met_or_no_room": (outcomes[Outcome.MET] + outcomes[Outcome.NO_ROOM]) / points,
        "outcomes": {outcome.value: outcomes[outcome] for outcome in Outcome},
        "false_premises": due,
        "corrected": (due - missed) / due if due else 1.0,
        "corrected_unduly": sum(len(a.judged.unduly_corrected) for a in answered),
        "false_drops": sum(len(a.judged.false_drops) for a in answered),
        "unsupported_sentences": sum(len(a.judged.unsupported) for a in answered),
        "forbidden_sentences": sum(len(a.judged.forbidden) for a in answered),
        "seconds_p50": percentile(times, 0.5),
        "seconds_p95": percentile(times, 0.95),
    }


def failures(answered: list[Answered]) -> list[dict[str, Any]]:
    """What went wrong in each speech, for the dev split: the gist and outcome of every unmet point, and the lists."""
    found = []
    for a in answered:
        unmet = [
            {"gist": p.gist, "outcome": o.value, "heard_as": [h.met_by for h in candidates(p, a.draft)], "accept": p.accept}
            for p, o in zip(a.gold.points, a.judged.outcomes, strict=True)
            if o is not Outcome.MET
        ]
        lists = {
            "uncorrected": a.judged.uncorrected,
            "corrected unduly": a.judged.unduly_corrected,
            "false drops": a.judged.false_drops,
            "unsupported": a.judged.unsupported,
            "must never": a.judged.forbidden,
        }
        wrong = {name: items for name, items in lists.items() if items}
        if unmet or wrong:
            found.append({"_id": a.gold.id, "style": a.gold.style, "unmet": unmet, **wrong})
    return found


def table(split: str, measures: dict[str, Any]) -> str:
    """The summary as lines for people."""
    lines = [f"gold speeches, {split}: {measures['speeches']} speeches, {measures['points']} points"]
    lines.append(f"  points met                {measures['met']:.3f}")
    lines.append(f"  met or no room            {measures['met_or_no_room']:.3f}")
    lines += [f"    {name:<38}{count:>4}" for name, count in measures["outcomes"].items()]
    lines.append(f"  false premises corrected  {measures['corrected']:.3f} of {measures['false_premises']}")
    for name in ("corrected_unduly", "false_drops", "unsupported_sentences", "forbidden_sentences"):
        lines.append(f"  {name.replace('_', ' '):<26}{measures[name]}")
    lines.append(f"  seconds a speech          p50 {measures['seconds_p50']:.3f}, p95 {measures['seconds_p95']:.3f}")
    return "\n".join(lines)


def report_of(found: list[dict[str, Any]]) -> str:
    """The failures of the dev split as lines for people."""
    lines = []
    for row in found:
        lines.append(f"{row['_id']} ({row['style']})")
        for point in row["unmet"]:
            lines.append(f"  {point['outcome']}: {point['gist']}")
            lines.append(f"    wanted {list(point['accept'])}, heard as {point['heard_as']}")
        lines += [f"  {name}: {items}" for name, items in row.items() if name not in ("_id", "style", "unmet")]
    return "\n".join(lines)


def show(a: Answered) -> str:
    """One dev speech with its answer, what was heard in it and what was missed."""
    heard = [f"  {h.ordinal} {h.kind.value:<11} {h.verdict.value:<11} {h.met_by} | {h.text} ({h.reason})" for h in a.draft.heard]
    parts = [f"== {a.gold.id} ({a.gold.style})", a.gold.text, "== the answer", a.draft.text, "== heard", *heard, "== missed"]
    return "\n".join([*parts, report_of(failures([a])) or "nothing"])


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.speeches", description=__doc__)
    parser.add_argument("--split", choices=SPLITS, default="dev")
    parser.add_argument("--json", action="store_true", help="print the measures (and for dev the failures) as JSON")
    parser.add_argument("--show", metavar="ID", help="show one dev speech with its answer")
    parser.add_argument("--words", type=int, help="a word limit for every answer, instead of the formats' own")
    options = parser.parse_args(argv)
    golds = [gold for gold in read_gold() if gold.split in (OPEN if options.show else (options.split,))]
    if options.show:
        golds = [gold for gold in golds if gold.id == options.show]
        if not golds:
            parser.error(f"{options.show} is no dev speech; the test split is not shown, so that nobody tunes on it")
    settings = read_settings()
    answered = asyncio.run(answer_all(settings, brief_of(settings), golds, options.words))
    if options.show:
        print(show(answered[0]))
        return
    measures = summary(answered)
    found = failures(answered) if options.split in OPEN else []
    measured = {"split": options.split, **measures, **({"failures": found} if found else {})}
    save(f"speeches-{options.split}", {"words": options.words, **measured})
    if options.json:
        print(json.dumps(measured, indent=2))
        return
    print("\n".join(filter(None, (report_of(found), table(options.split, measures)))))


if __name__ == "__main__":
    main()
