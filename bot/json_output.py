"""What the commands print with --json: answers and passages as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.brief.model import Brief
    from bot.retrieval.retriever import Hit
    from bot.speech.request import SpeechDraft

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def print_json(value: object) -> None:
    """Print `value` as JSON, and nothing else."""
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 - machine output must not be styled


def draft_json(draft: SpeechDraft) -> dict[str, Any]:
    """An answer with what was heard, cited, conceded and planned."""
    return {
        "speech": draft.text,
        "points": [
            {"text": p.text, "kind": p.kind.value, "met_by": p.met_by, "verdict": p.verdict.value, "reason": p.reason}
            for p in draft.heard
        ],
        "citations": [
            {"marker": c.marker, "passage": c.passage, "source": c.source, "locator": c.locator} for c in draft.citations
        ],
        "conceded": list(draft.conceded),
        "dropped": list(draft.dropped),
        "writer": draft.writer,
        "checks": draft.checks,
        "seconds": round(draft.seconds, 4),
        "plan": [
            {
                "move": c.kind.value,
                "point": c.point,
                "key": c.key,
                "paragraph": c.paragraph,
                "words": c.words,
                "taken": c.taken,
                "reason": c.reason,
            }
            for c in draft.choices
        ],
    }


def hit_json(hit: Hit, brief: Brief) -> dict[str, Any]:
    """A passage that was found, with what corrects it."""
    return {
        "passage": hit.passage.id,
        "source": hit.passage.source,
        "locator": hit.passage.locator,
        "stance": hit.passage.stance.value,
        "kind": hit.passage.kind.value,
        "wording": hit.passage.wording.value,
        "score": round(hit.score, 6),
        "text": hit.passage.text,
        "correction": " ".join(brief.passages[c].text for c in hit.passage.corrected_by) or None,
    }
