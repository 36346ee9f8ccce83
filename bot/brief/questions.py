"""Example questions of a brief: what people look up, told apart by whether the brief answers it."""

from __future__ import annotations

from pathlib import Path

from bot.brief.faults import Fault
from bot.brief.line_files import lines_of, once
from bot.brief.model import Question

FOLDER = "questions"
FILES = {True: "answered.txt", False: "unanswered.txt"}
# Fewer teach nothing but their own words.
LEAST = 20


def read_questions(folder: Path) -> tuple[tuple[Question, ...], list[Fault]]:
    """The questions of the brief in `folder`, one a line; empty lines and lines with `#` in front do not count."""
    faults: list[Fault] = []
    questions = [q for answered, name in FILES.items() for q in _lines(folder / FOLDER / name, answered, faults)]
    once(questions, "question", faults)
    for answered, name in FILES.items():
        count = sum(q.answered is answered for q in questions)
        if questions and count < LEAST:
            mend = f"give at least {LEAST} of each kind, or none of either"
            faults.append(Fault(folder / FOLDER / name, 1, f"there are {count} questions", mend))
    return tuple(questions), faults


def _lines(file: Path, answered: bool, faults: list[Fault]) -> list[Question]:
    if not file.is_file():
        return []
    return [
        Question(line.strip(), answered, number, file)
        for number, line in enumerate(lines_of(file, faults), start=1)
        if line.strip() and not line.startswith("#")
    ]
