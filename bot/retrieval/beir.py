"""Reading a BEIR folder: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv.

Without corpus.jsonl the brief's own passages are the corpus. Queries whose metadata says `"answerable": false` have no
judgement; they measure the refusal.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.brief.model import Brief
from bot.errors import UserError


@dataclass(frozen=True, slots=True)
class Query:
    """One query; `gains` maps relevant corpus ids to their grade and is empty for an unanswerable query.

    `kind` is the metadata's own word for the sort of question.
    """

    id: str
    text: str
    answerable: bool
    gains: dict[str, int]
    kind: str = ""


def _lines(file: Path) -> list[str]:
    try:
        # Not `splitlines`: a text may hold U+2028 and its like, which end no line of JSON.
        return file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read: a BEIR folder has queries.jsonl and qrels/test.tsv") from error


def _records(file: Path) -> list[dict[str, Any]]:
    records = []
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            sound = isinstance(record["_id"], str) and isinstance(record["text"], str)
            sound = sound and isinstance(record.get("metadata") or {}, dict)
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{file}:{number}: no JSON object with `_id` and `text`; mend the line") from error
        if not sound:
            raise UserError(f"{file}:{number}: `_id` and `text` are text and `metadata` an object; mend the line")
        records.append(record)
    return records


def read_qrels(file: Path) -> dict[str, dict[str, int]]:
    """Judgements by query id. The first line is a header."""
    gains: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(file)[1:], start=2):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) != 3 or not re.fullmatch(r"-?[0-9]+", cells[2].strip()):
            raise UserError(f"{file}:{number}: not `query-id TAB corpus-id TAB score`; mend the line")
        gains.setdefault(cells[0], {})[cells[1]] = int(cells[2])
    return gains


def read_queries(folder: Path, split: str) -> list[Query]:
    """The queries that `split` judges, and its unanswerable ones (metadata `answerable` false and `split`)."""
    gains = read_qrels(folder / "qrels" / f"{split}.tsv")
    queries = []
    for record in _records(folder / "queries.jsonl"):
        metadata = record.get("metadata") or {}
        answerable = metadata.get("answerable", True)
        if record["_id"] in gains or (not answerable and metadata.get("split", split) == split):
            judged = gains.get(record["_id"], {})
            queries.append(Query(record["_id"], record["text"], answerable, judged, str(metadata.get("kind", ""))))
    if not queries:
        raise UserError(f"{folder} has no query judged in qrels/{split}.tsv: check the ids")
    return queries


def read_corpus(folder: Path, brief: Brief) -> dict[str, str]:
    """Texts by id, in order: the folder's corpus.jsonl, or the brief's passages where it has none."""
    if not (folder / "corpus.jsonl").exists():
        return {passage.id: brief.searchable(passage) for passage in brief.passages.values()}
    records = _records(folder / "corpus.jsonl")
    return {r["_id"]: f"{r.get('title', '')} {r['text']}".strip() for r in records}
