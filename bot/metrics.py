"""Counts and durations for Prometheus. Labels have few values, and none of them holds anything that a person wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

ANSWER_BUCKETS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
ACKNOWLEDGEMENT_BUCKETS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0)
LAG_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
# What the checks of a speech count, and what the language model's work counts, by their names in the log.
_CUT = ("cut", "over_length")
_PARAGRAPHS = {"model_paragraphs": "kept", "model_refused": "refused"}
_TOKENS = {"model_prompt_tokens": "prompt", "model_generated_tokens": "generated"}


class Metrics:
    """One registry of its own, so that two bots in one process do not count into each other."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Histogram(
            "debatebot_answer_seconds", "preparing a speech", ("writer",), buckets=ANSWER_BUCKETS, registry=self._registry
        )
        self._acknowledgements = Histogram(
            "debatebot_acknowledgement_seconds",
            "from Discord's stamp on an interaction to its acknowledgement",
            buckets=ACKNOWLEDGEMENT_BUCKETS,
            registry=self._registry,
        )
        self._lag = Histogram(
            "debatebot_loop_lag_seconds", "lateness of the event loop", buckets=LAG_BUCKETS, registry=self._registry
        )
        self._lookups = Counter("debatebot_lookups", "look-ups", ("outcome",), registry=self._registry)
        self._cut = Counter("debatebot_check_cuts", "what the check cut from speeches", ("rule",), registry=self._registry)
        self._paragraphs = Counter(
            "debatebot_model_paragraphs", "paragraphs that a model drafted", ("outcome",), registry=self._registry
        )
        self._tokens = Counter("debatebot_model_tokens", "tokens of the language model", ("kind",), registry=self._registry)
        self._errors = Counter("debatebot_errors", "unexpected errors", registry=self._registry)
        self._queue = Gauge("debatebot_queue_length", "requests that wait", registry=self._registry)
        self._turns = Gauge("debatebot_turns_timed", "turns whose deadline is being watched", registry=self._registry)
        self.lag = 0.0

    def answered(self, seconds: float, checks: Mapping[str, int]) -> None:
        """A speech was prepared in `seconds`; `checks` are its counts as the log keeps them."""
        writer = "model" if checks.get("model_paragraphs") else "composer"
        self._answers.labels(writer).observe(seconds)
        for rule in _CUT:
            self._cut.labels(rule).inc(checks.get(rule, 0))
        for name, outcome in _PARAGRAPHS.items():
            self._paragraphs.labels(outcome).inc(checks.get(name, 0))
        for name, kind in _TOKENS.items():
            self._tokens.labels(kind).inc(checks.get(name, 0))

    def looked_up(self, *, found: bool) -> None:
        """A look-up was answered or refused."""
        self._lookups.labels("found" if found else "refused").inc()

    def acknowledged(self, seconds: float) -> None:
        """An interaction was acknowledged; a clock ahead of Discord's counts as no time."""
        self._acknowledgements.observe(max(0.0, seconds))

    def lagged(self, seconds: float) -> None:
        """The event loop came `seconds` later than it was asked to."""
        self.lag = max(0.0, seconds)
        self._lag.observe(self.lag)

    def failed(self) -> None:
        """Something unexpected went wrong."""
        self._errors.inc()

    def watch(self, *, queue: Callable[[], float], turns: Callable[[], float]) -> None:
        """Where the present length of the queue and the number of turns with a running clock are read from."""
        self._queue.set_function(queue)
        self._turns.set_function(turns)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)
