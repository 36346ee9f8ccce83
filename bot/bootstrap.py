"""The one place that builds concrete parts. Heavy libraries are imported inside the functions that need them."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.brief.load import load_brief
from bot.brief.model import Brief, Stance
from bot.errors import UserError
from bot.settings import Settings
from bot.steady_clock import SteadyClock

if TYPE_CHECKING:
    from bot.debate.record import Citation
    from bot.discord_ui.client import DebateClient
    from bot.metrics import Metrics
    from bot.reports.reference import Reference
    from bot.retrieval.bridge import EncoderBridge
    from bot.retrieval.encoder import Encoder
    from bot.retrieval.learnt import Learnt
    from bot.retrieval.matcher import PhraseMatcher
    from bot.retrieval.retriever import Lookup, Retriever
    from bot.service import DebateService
    from bot.speech.speaker import Speaker
    from bot.speech.writers.budget import Budget
    from bot.speech.writers.entailment import EntailmentModel, SecondCheck
    from bot.speech.writers.generator import Generator
    from bot.speech.writers.rewriter import Rewriter
    from bot.speech.writers.suggestions import Suggestions
    from bot.storage.debate_log import DebateLog

Progress = Callable[[str, int, int], None]


def utc_now() -> datetime:
    """The present in aware UTC."""
    return datetime.now(UTC)


def brief_of(settings: Settings) -> Brief:
    """The brief that the settings point to: the shipped files and the documents that the operator added."""
    return load_brief(settings.knowledge_dir, settings.added_dir, settings.index_dir / "sound-brief")


def encoder_of(settings: Settings, progress: Progress | None = None) -> Encoder:
    """The configured encoder. Its ONNX file is written on first use, with progress; torch loads weights on first use."""
    from bot.retrieval.backend import encoder_for

    model = settings.encoder_model or None
    return encoder_for(model, settings.encoder_backend, settings.index_dir, settings.encoder_threads, progress)


def retriever_of(settings: Settings, brief: Brief, encoder: Encoder, progress: Progress | None = None) -> Retriever:
    """The retriever over all passages of `brief`, from the cached index or a newly built one."""
    from bot.retrieval.examples import with_examples
    from bot.retrieval.hybrid import load_hybrid
    from bot.retrieval.retriever import Retriever

    passages = list(brief.passages.values())
    texts, bodies = [brief.searchable(p) for p in passages], [p.text for p in passages]
    index = load_hybrid(settings.index_dir, "passages", list(brief.passages), texts, bodies, encoder, progress)
    return with_examples(settings.index_dir, brief, Retriever(brief, index, encoder), encoder.fingerprint, progress)


def matcher_of(settings: Settings, brief: Brief, encoder: Encoder, progress: Progress | None = None) -> PhraseMatcher:
    """The matcher over every way in which the brief's arguments are heard."""
    from bot.retrieval.matcher import PhraseMatcher
    from bot.retrieval.store import load_or_build
    from bot.speech.matching import phrases

    pairs = phrases(brief)
    # The row number keeps ids unique where two arguments are heard in the same words.
    ids = [f"{owner}:{row}" for row, (owner, _) in enumerate(pairs)]
    dense = load_or_build(settings.index_dir, "phrases", ids, [phrase for _, phrase in pairs], encoder, progress)
    return PhraseMatcher(dense, [owner for owner, _ in pairs], learnt_of(settings, progress))


def learnt_of(settings: Settings, progress: Progress | None = None) -> Learnt | None:
    """What training taught about the brief; None where the brief has no adapter, or where ONNX Runtime is not to be used."""
    from bot.retrieval.adapter import FILE, read_adapter
    from bot.retrieval.backend import hearer_for
    from bot.retrieval.learnt import Learnt

    adapter = read_adapter(settings.knowledge_dir / FILE)
    if adapter is None:
        return None
    hearer = hearer_for(adapter, settings.encoder_backend, settings.index_dir, settings.encoder_threads, progress)
    return Learnt(adapter, hearer) if hearer is not None else None


def bridge_of(settings: Settings, encoder: Encoder) -> EncoderBridge:
    """The one bridge between the event loop and the models."""
    from bot.retrieval.bridge import EncoderBridge

    return EncoderBridge(encoder, limit=settings.queue_limit)


@asynccontextmanager
async def speaker_for(
    settings: Settings, brief: Brief, progress: Progress | None = None
) -> AsyncIterator[tuple[Speaker, Retriever]]:
    """A speaker and its retriever, ready for use meanwhile."""
    async with parts_for(settings, brief, progress) as (speaker, retriever, _):
        yield speaker, retriever


@asynccontextmanager
async def parts_for(
    settings: Settings, brief: Brief, progress: Progress | None = None
) -> AsyncIterator[tuple[Speaker, Retriever, EncoderBridge]]:
    """A speaker and its retriever, with the bridge that they share open meanwhile."""
    from bot.speech.speaker import Speaker
    from bot.speech.writers.budget import Budget

    encoder = encoder_of(settings, progress)
    retriever = retriever_of(settings, brief, encoder, progress)
    matcher = matcher_of(settings, brief, encoder, progress)
    bridge = bridge_of(settings, encoder)
    generator = generator_of(settings)
    second = second_check_of(settings) if generator is not None else None
    try:
        budget = Budget(settings.writer_user_tokens, settings.writer_server_tokens)
        rewriter = rewriter_of(settings, brief, bridge, generator, budget, second)
        suggestions = suggestions_of(settings, brief, matcher, bridge, generator, budget)
        yield Speaker(brief, retriever, matcher, bridge, rewriter=rewriter, suggestions=suggestions), retriever, bridge
    finally:
        if generator is not None:
            await generator.close()
        if second is not None:
            await second.close()
        bridge.close()


def generator_of(settings: Settings) -> Generator | None:
    """The language model that words speeches, or None where the composer does; a model of this process loads on first use."""
    if settings.writer == "transformers":
        from bot.speech.writers.local_model import LocalModel

        return LocalModel(
            settings.writer_model, device=settings.writer_device, dtype=settings.writer_dtype, batching=settings.writer_batching
        )
    if settings.writer == "openai":
        from bot.speech.writers.endpoint import Endpoint

        key = settings.writer_api_key.get_secret_value()
        return Endpoint(settings.writer_base_url, settings.writer_model, key, timeout=settings.writer_seconds)
    return None


def suggestions_of(
    settings: Settings,
    brief: Brief,
    matcher: PhraseMatcher,
    bridge: EncoderBridge,
    generator: Generator | None,
    budget: Budget,
) -> Suggestions | None:
    """What asks the writer's model about hard points, where that is switched on."""
    if generator is None or not settings.writer_suggests:
        return None
    from bot.speech.writers.suggestions import Suggestions

    return Suggestions(brief, matcher, bridge.encode, generator, seconds=settings.writer_seconds / 3, budget=budget)


def second_check_of(settings: Settings) -> EntailmentModel | None:
    """The second check of what a language model words, where one is configured; it loads on first use."""
    if not settings.entailment_model:
        return None
    from bot.speech.writers.entailment import EntailmentModel

    return EntailmentModel(settings.entailment_model, device=settings.writer_device)


def rewriter_of(
    settings: Settings,
    brief: Brief,
    bridge: EncoderBridge,
    generator: Generator | None,
    budget: Budget,
    second: SecondCheck | None = None,
) -> Rewriter | None:
    """What words composed speeches anew with `generator`, within the operator's time and budgets."""
    if generator is None:
        return None
    from bot.speech.check import own_words
    from bot.speech.writers.budget import Price
    from bot.speech.writers.faithful import Faithfulness
    from bot.speech.writers.rewriter import Rewriter

    return Rewriter(
        brief,
        generator,
        Faithfulness(brief, bridge.encode, second),
        lambda part: own_words(brief, part),
        seconds=settings.writer_seconds,
        budget=budget,
        price=Price(settings.writer_prompt_price, settings.writer_generated_price),
    )


@asynccontextmanager
async def service_for(
    settings: Settings,
    progress: Progress | None = None,
    clock: Callable[[], datetime] = utc_now,
    metrics: Metrics | None = None,
) -> AsyncIterator[DebateService]:
    """The service with its log open and migrated; closed at the end."""
    from bot.service import DebateService
    from bot.storage.database import open_database
    from bot.storage.debate_log import DebateLog

    brief = brief_of(settings)
    async with (
        open_database(settings.log_url) as database,
        parts_for(settings, brief, progress) as (speaker, retriever, bridge),
    ):

        async def search(query: str, *, limit: int, stance: Stance | None, source: str | None) -> Lookup:
            return await bridge.run(retriever.search, query, limit=limit, stance=stance, source=source)

        yield DebateService(DebateLog(database), speaker, brief, clock, search=search, metrics=metrics)


@asynccontextmanager
async def log_for(settings: Settings) -> AsyncIterator[DebateLog]:
    """The log alone, for commands that need no model."""
    from bot.storage.database import open_database
    from bot.storage.debate_log import DebateLog

    async with open_database(settings.log_url) as database:
        yield DebateLog(database)


def samples_of(brief: Brief) -> list[str]:
    """The opponent's speeches of the sample debate, one a file, in the order of their names."""
    files = sorted(Path(brief.folder, "samples").glob("*.txt"))
    return [file.read_text(encoding="utf-8").strip() for file in files]


def references_of(brief: Brief) -> Callable[[tuple[Citation, ...]], tuple[Reference, ...]]:
    """How citations of this brief are shown."""
    from bot.service import references

    return lambda citations: references(brief, citations)


def discord_client_of(
    settings: Settings,
    service: DebateService | None,
    metrics: Metrics | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> DebateClient:
    """The Discord client around `service`; without one it can only register its commands."""
    from bot.discord_ui.client import Options, client_of
    from bot.discord_ui.shards import Shards

    shards = Shards(settings.shards, settings.shard_count)
    return client_of(service, Options(message_content=settings.discord_message_content, shards=shards, metrics=metrics), clock)


def _discord_token(settings: Settings) -> str:
    from bot.discord_ui.runner import use_servers

    token = settings.discord_token.get_secret_value().strip()
    if not token:
        raise UserError("DISCORD_TOKEN is not set: copy the token from the developer portal, under Bot, into .env")
    use_servers(settings.discord_api_url, settings.discord_gateway_url)
    return token


def spare_collections() -> None:
    """Keep what is loaded by now out of garbage collections: the brief lives as long as the process, and is large to walk."""
    gc.collect()
    gc.freeze()


async def run_discord(settings: Settings, progress: Progress | None = None) -> None:
    """Run the Discord bot until it is stopped."""
    from bot.discord_ui.health import Health, served
    from bot.discord_ui.runner import leave_in_time, run, settled
    from bot.discord_ui.upkeep import kept_tidy
    from bot.metrics import Metrics

    token = _discord_token(settings)
    metrics, clock = Metrics(), SteadyClock()
    running: list[DebateClient] = []
    async with service_for(settings, progress, clock, metrics) as service:

        def make() -> DebateClient:
            running[:] = [discord_client_of(settings, service, metrics, clock)]
            return running[0]

        health = Health(metrics, service.recent, lambda: running[0] if running else None)
        metrics.watch(queue=lambda: service.queue.length, turns=lambda: running[0].turns_timed if running else 0)
        spare_collections()
        async with served(health, settings.http_address, settings.http_port), kept_tidy(service.settle):
            await run(make, token, at_signal=leave_in_time)
            await settled()


async def sync_discord(settings: Settings, guild: int | None) -> list[str]:
    """Register the slash commands, everywhere or in one server; their names."""
    from bot.discord_ui.runner import sync

    token = _discord_token(settings)
    return await sync(discord_client_of(settings, None), token, guild)
