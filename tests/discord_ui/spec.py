"""Discord's own OpenAPI document as a judge of every request that the bot sends, where the workshop has it."""

from __future__ import annotations

import importlib.util
import os
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import SHARED

# discord.py sends these although the document does not declare them.
_LIBRARY = {"/nsfw", "/flags", "/tts"}


@cache
def spec() -> Any | None:
    """The document with its validator, or None where it is not at hand, which is said loudly once."""
    document = Path(os.environ.get("DISCORD_OPENAPI") or SHARED / "discord" / "openapi.json")
    validator = SHARED / "discord" / "validate.py"
    if not (document.exists() and validator.exists()):
        return None
    found = importlib.util.spec_from_file_location("discord_validate", validator)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found.loader.exec_module(module)
        return module.Spec(document)


def problems(requests: list[Any]) -> list[str]:
    """What Discord's document finds wrong with the recorded requests, and what it does not check itself."""
    judge = spec()
    found = []
    for request in requests:
        where = f"{request.method} {request.path}"
        query = {key: str(value) for key, value in (request.params or {}).items()}
        if judge is not None:
            found += [f"{where}: {fault}" for fault in judge.request(request.method, request.path, query, payload=request.json)]
        found += [f"{where}: {fault}" for fault in _undocumented(request.json)]
    return found


def _undocumented(body: Any) -> list[str]:
    """Limits that hold and that the document does not state, and mentions that nobody asked for."""
    if not isinstance(body, dict):
        return []
    data = body.get("data", body)
    if not isinstance(data, dict):
        return []
    faults = []
    if len(data.get("content") or "") > 2000:
        faults.append("content over 2000")
    for made in data.get("embeds") or ():
        fields = made.get("fields", ())
        size = sum(len(made.get(k) or "") for k in ("title", "description"))
        size += sum(len(f["name"]) + len(f["value"]) for f in fields) + len((made.get("footer") or {}).get("text", ""))
        if size > 6000:
            faults.append("embed over 6000")
    if "content" in data and "parse" in (data.get("allowed_mentions") or {}) and data["allowed_mentions"]["parse"]:
        faults.append("mentions by class are allowed")
    if data.get("content") and data.get("allowed_mentions") is None:
        faults.append("no allowed_mentions")
    ids = [c.get("custom_id") for row in data.get("components") or () for c in row.get("components", ()) if c.get("custom_id")]
    if len(ids) != len(set(ids)):
        faults.append("a custom_id twice")
    if len(data.get("components") or ()) > 5:
        faults.append("more than 5 rows")
    return faults
