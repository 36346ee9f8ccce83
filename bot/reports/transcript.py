"""A debate as Markdown or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from bot.debate.change import ActionRecord
from bot.debate.record import Speech
from bot.debate.state import DebateState
from bot.debate.words import Side
from bot.reports.flow_text import flow_json, flow_lines
from bot.reports.judging import Judging, shown
from bot.reports.moments import when
from bot.reports.reference import HUMAN, Reference, References

# Markup wherever it stands. A number in brackets is a citation; what could make a link of it is broken behind it.
_MARKUP = re.compile(r"[\\`*_<>|~]|\[(?!\d+\])|!(?=\[)|(?<=\])[(:]|&(?=[#\w])")
# What begins a heading, a list or a rule, with the line's own blanks and number before it.
_BEGINS = re.compile(r"^([^\S\n]*)(?:([#+=-])|(\d+)([.)]))", re.MULTILINE)


def speech_json(speech: Speech) -> dict[str, Any]:
    """One speech as plain data."""
    return {
        "turn": speech.turn,
        "side": speech.side.value,
        "kind": speech.kind.value,
        "speaker": speech.speaker,
        "delivered_at": speech.delivered_at.isoformat(),
        "text": speech.text,
        "writer": speech.writer,
        "struck": speech.struck,
        "checks": speech.checks,
        "points": [
            {
                "ordinal": p.ordinal,
                "text": p.text,
                "kind": p.kind.value,
                "met_by": p.met_by,
                "verdict": p.verdict.value,
                "answers": p.answers,
                "reason": p.reason,
            }
            for p in speech.points
        ],
        "citations": [
            {"marker": c.marker, "passage": c.passage, "source": c.source, "locator": c.locator} for c in speech.citations
        ],
    }


def as_json(state: DebateState, judging: Judging | None = None, actions: Sequence[ActionRecord] = ()) -> str:
    """The whole debate as JSON. Where nothing is released, `judging` is null."""
    data = {
        "id": state.id,
        "motion": state.motion,
        "format": state.format.key,
        "status": state.status.value,
        "opened_at": state.opened_at.isoformat(),
        "participants": [
            {"name": p.name, "display": p.label, "role": p.role.value, "side": p.side and p.side.value}
            for p in state.participants
        ],
        "speeches": [speech_json(speech) for speech in state.speeches],
        "skipped": [
            {"turn": s.turn, "side": s.side.value, "kind": s.kind.value, "outcome": s.outcome.value, "at": s.at.isoformat()}
            for s in state.skipped
        ],
        "flow": flow_json(state),
        "judging": judging and _judging_json(judging),
        "actions": [
            {"at": a.at.isoformat(), "actor": a.actor, "action": a.action, "detail": a.detail, "reason": a.reason}
            for a in actions
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _judging_json(judging: Judging) -> dict[str, Any]:
    result = judging.result
    return {
        "rubric": json.loads(judging.rubric.definition),
        "result": {
            "winner": result.winner and result.winner.value,
            "split": result.split,
            "casting": result.casting and result.casting.value,
            "votes": {side.value: votes for side, votes in result.count.items()},
            "totals": {side.value: total for side, total in result.totals.items()},
            "agreement": result.agreement,
            "dissents": list(result.dissents),
            "low_point_wins": list(result.low_points),
            "missing": list(result.missing),
            "reason": judging.release.reason if judging.release else "",
        },
        "ballots": [
            {
                "judge": ballot.judge,
                "version": ballot.version,
                "counts": counts,
                "winner": ballot.winner and ballot.winner.value,
                "reason": ballot.reason,
                "low_point_reason": ballot.low_point_reason,
                "scores": [
                    {"side": side.value, "criterion": criterion, "score": mark.score, "reason": mark.reason}
                    for (side, criterion), mark in sorted(ballot.scores.items())
                ],
            }
            for ballot, counts in shown(judging)
        ],
    }


def as_markdown(
    state: DebateState,
    references: References,
    judging: Judging | None = None,
    actions: Sequence[ActionRecord] = (),
    language: str = "",
) -> str:
    """The debate as a transcript with numbered sources after each speech of the bot, then its flow, ballots and the record.

    Dates are as `language` writes them.
    """
    lines = [f"# {_line(state.motion)}", "", f"Debate `{state.id}`, format {state.format.name}, {state.status}.", ""]
    for speech in state.speeches:
        struck = ", struck" if speech.struck else ""
        speaker = _line(state.label(speech.speaker))
        lines += [f"## {speech.turn + 1}. {speaker} ({speech.side}, {speech.kind}{struck})", ""]
        lines += [_marked(speech.text) if speech.writer != HUMAN else _quoted(speech.text), ""]
        lines += [f"- {_reference(reference)}" for reference in references(speech.citations)]
        lines += [""] if speech.citations else []
    lines += flow_lines(state, _line)
    if judging is not None:
        lines += _judging_lines(state, judging)
    if actions:
        lines += ["## Record", ""]
        lines += [_action_line(state, action, language) for action in actions]
        lines += [""]
    return "\n".join(lines)


def _judging_lines(state: DebateState, judging: Judging) -> list[str]:
    lines = ["## Result", "", *(f"- {_line(line)}" for line in judging.result.lines), ""]
    for ballot, counts in shown(judging):
        trainee = "" if counts else ", trainee, does not count"
        lines += [
            f"### Ballot of {_line(state.label(ballot.judge))} for the {ballot.winner}{trainee}",
            "",
            _quoted(ballot.reason),
            "",
        ]
        for side in Side:
            lines += [f"- {side.value.capitalize()}: {ballot.total(side, judging.rubric):g} of {judging.rubric.highest:g}"]
            for criterion in judging.rubric.criteria:
                mark = ballot.scores.get((side, criterion.key))
                said = f"{mark.score:g}. {_line(mark.reason)}" if mark else "not scored"
                lines += [f"  - {_line(criterion.name)}: {said}"]
        lines += [""]
    return lines


def _action_line(state: DebateState, action: ActionRecord, language: str) -> str:
    detail = f", {_line(action.detail)}" if action.detail else ""
    reason = f" ({_line(action.reason)})" if action.reason else ""
    return f"- {when(action.at, language)} {_line(state.label(action.actor))}: {action.action}{detail}{reason}"


def _reference(reference: Reference) -> str:
    """A reference on one line; its address, which the brief's check has approved, stays as it is."""
    return f"{_line(reference.line.removesuffix(reference.address))} {reference.address}".rstrip()


def _quoted(text: str) -> str:
    """What people typed is data: every line is quoted, so that it cannot pose as part of the report."""
    return "\n".join(f"> {_marked(line)}" for line in text.splitlines())


def _line(text: str) -> str:
    """`text` on one line, so that it cannot begin a heading or a list of its own."""
    return _marked(" ".join(text.split()))


def _marked(text: str) -> str:
    """`text` with a backslash before whatever Markdown would take for markup, a link or HTML."""
    plain = _MARKUP.sub(r"\\\g<0>", text)
    return _BEGINS.sub(lambda m: f"{m[1]}{m[3] or ''}\\{m[2] or m[4]}", plain)
