"""The examination of an installation by `debatebot doctor`: each part is built and used once."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from bot.bootstrap import (
    brief_of,
    encoder_of,
    generator_of,
    log_for,
    matcher_of,
    retriever_of,
    second_check_of,
)
from bot.brief.load import check_brief
from bot.errors import UserError
from bot.settings import Settings

MIN_FREE_BYTES = 200 * 2**20
DOCTOR_SECONDS = 300


def examine_discord(settings: Settings) -> list[tuple[str, str | None, str]]:
    """(what, fault or None, note) about the Discord side; asks nothing of the network."""
    from bot.discord_ui.access import findings
    from bot.discord_ui.shards import Shards

    token = settings.discord_token.get_secret_value().strip()
    shards = ("discord shards", None, str(Shards(settings.shards, settings.shard_count)))
    return [*findings(token, message_content=settings.discord_message_content), shards]


async def examine(settings: Settings) -> list[tuple[str, str | None]]:
    """(what, fault or None) for everything that the bot stands on, in the order in which to mend it."""
    findings: list[tuple[str, str | None]] = []
    faults = check_brief(settings.knowledge_dir, settings.added_dir)
    findings.append(("brief", str(faults[0]) if faults else None))
    try:
        async with log_for(settings) as log:
            await log.recent(1)
            findings.append(("log", await log.fault()))
    except UserError as error:
        findings.append(("log", str(error)))
    try:
        encoder = encoder_of(settings)
        encoder.encode(["a sentence"])
        findings.append(("encoder", None))
        if not faults:
            brief = brief_of(settings)
            retriever_of(settings, brief, encoder)
            matcher_of(settings, brief, encoder)
            findings.append(("index", None))
    except UserError as error:
        findings.append(("encoder and index", str(error)))
    if settings.writer != "composer" and not faults:
        findings.append(("language model", await _try_model(settings)))
    if settings.entailment_model:
        findings.append(("second check", await _try_second_check(settings)))
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else Path.cwd()).free
    low = f"only {free // 2**20} MiB are free: make room" if free < MIN_FREE_BYTES else None
    findings.append(("disk", low))
    return findings


async def _try_second_check(settings: Settings) -> str | None:
    """Load the second check and let it judge one pair; what is wrong with that, or None."""
    second = second_check_of(settings)
    if second is None:
        return None
    try:
        await second.infer([("The pact has four members.", "The pact has members.")])
    except UserError as error:
        return str(error)
    finally:
        await second.close()
    return None


async def _try_model(settings: Settings) -> str | None:
    """Have the language model say one sentence of the brief anew; what is wrong with that, or None."""
    from bot.speech.writers.draft import read_draft
    from bot.speech.writers.prompt import markers_of, messages_for

    brief = brief_of(settings)
    sentence = next(s for c in brief.contentions.values() for s in c.reasons.sentences if s.passages)
    try:
        generator = generator_of(settings)
        if generator is None:
            return None
        try:
            async with asyncio.timeout(DOCTOR_SECONDS):
                said = await generator.generate(messages_for(brief, [sentence], "", 60), max_tokens=120)
        finally:
            await generator.close()
    except TimeoutError:
        return f"the language model said nothing in {DOCTOR_SECONDS} seconds: take a smaller one or a faster machine"
    except UserError as error:
        return str(error)
    spoken = read_draft(said.text, markers_of([sentence])).sentences
    return None if spoken else "the language model answered without a word: take an instruction-tuned one"
