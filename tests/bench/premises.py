"""`python -m tests.bench.premises [--json]`: which false premises are corrected, and which true statements beside them are.

The statements stand in tests/speech/premises.jsonl. Those of the split `dev` taught the weights and the word lists, and each one
that goes wrong is named. Of the other splits only sums are printed, so that nobody can tune on them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.bootstrap import brief_of, encoder_of, matcher_of
from bot.brief.model import Brief
from bot.retrieval.encoder import Encoder
from bot.retrieval.matcher import PhraseMatcher
from bot.settings import read_settings
from bot.speech.matching import match
from bot.speech.points import hear
from tests.bench.output import save

FILE = Path(__file__).parents[1] / "speech" / "premises.jsonl"
OPEN = "dev"
Corrected = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with the corrections whose premise it asserts; none for a true one that looks alike."""

    text: str
    asserts: frozenset[str]
    split: str


@dataclass(slots=True)
class Tally:
    """What came of the statements of one split: how many premises were due, were met, and were met where none was due."""

    false: int = 0
    true: int = 0
    due: int = 0
    met: int = 0
    undue: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.met / self.due if self.due else 1.0

    @property
    def precision(self) -> float:
        return self.met / (self.met + self.undue) if self.met + self.undue else 1.0


def statements(path: Path = FILE) -> tuple[Statement, ...]:
    """All statements in the order of the file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return tuple(Statement(row["text"], frozenset(row["asserts"]), row["split"]) for row in rows)


def corrector(brief: Brief, matcher: PhraseMatcher, encoder: Encoder) -> Corrected:
    """What says which corrections a text, heard as a whole speech, would be given."""

    def corrected(text: str) -> frozenset[str]:
        utterances = hear(text)
        vectors = encoder.encode([u.text for u in utterances])
        return frozenset(key for m in match(brief, matcher, utterances, vectors) for key in m.corrections)

    return corrected


def tallies(rows: tuple[Statement, ...], corrected: Corrected) -> dict[str, Tally]:
    """A tally for each split, in the order in which the splits come up."""
    found: dict[str, Tally] = {}
    for row in rows:
        tally, given = found.setdefault(row.split, Tally()), corrected(row.text)
        tally.false += bool(row.asserts)
        tally.true += not row.asserts
        tally.due += len(row.asserts)
        tally.met += len(row.asserts & given)
        tally.undue += len(given - row.asserts)
        if given != row.asserts:
            missed, undue = sorted(row.asserts - given), sorted(given - row.asserts)
            tally.wrong.append(f"{'missed ' + ', '.join(missed) if missed else 'undue ' + ', '.join(undue)}: {row.text}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.premises", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the sums of every split as JSON")
    given = parser.parse_args()
    settings = read_settings()
    brief, encoder = brief_of(settings), encoder_of(settings)
    found = tallies(statements(), corrector(brief, matcher_of(settings, brief, encoder), encoder))
    names = ("false", "true", "due", "met", "undue", "recall", "precision")
    sums = {split: {name: getattr(tally, name) for name in names} for split, tally in found.items()}
    save("premises", {"splits": sums})
    if given.json:
        print(json.dumps(sums, indent=1))
        return
    for split, tally in found.items():
        if split == OPEN:
            print(*tally.wrong, sep="\n")
    for split, tally in found.items():
        print(
            f"{split}: {tally.met} of {tally.due} false premises corrected ({tally.recall:.3f}), {tally.undue} corrections undue"
            f" (precision {tally.precision:.3f}), {tally.false} false and {tally.true} other statements"
        )


if __name__ == "__main__":
    main()
