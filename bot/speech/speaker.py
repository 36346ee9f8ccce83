"""The speaker: from an opponent's speech to a checked answer, by hearing, matching, planning, writing and checking."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.brief.model import Brief, Sentence
from bot.brief.support import numbers
from bot.debate.record import EVERYTHING, Citation, Point, Speech
from bot.debate.steps import OnProgress, Progress, Step
from bot.debate.words import PointKind, SpeechKind, Verdict
from bot.retrieval.bridge import EncoderBridge
from bot.retrieval.encoder import Vector, Vectors
from bot.retrieval.matcher import PhraseMatcher, closest
from bot.retrieval.refusal import GeneralRefusal
from bot.retrieval.retriever import Hit, Lookup, Retriever
from bot.speech.check import Checked, Checker
from bot.speech.cues import asks
from bot.speech.echoes import echo_of
from bot.speech.engagement import asks_after_our_case, replies_of, spoken_sentences
from bot.speech.facts import NOT_ARGUED, Facts
from bot.speech.filling import filled, words_in
from bot.speech.flow import Flow, flow_of
from bot.speech.language import is_foreign
from bot.speech.matching import Match, match
from bot.speech.moves import MoveKind
from bot.speech.plan import Hearing, Plan, Planner
from bot.speech.points import Utterance, hear
from bot.speech.pressure import pressure_at
from bot.speech.quotation import Quoter
from bot.speech.request import SpeechDraft, SpeechRequest
from bot.speech.writers.composer import Composer, Part
from bot.speech.writers.rewriter import Rewriter, Rewritten
from bot.speech.writers.suggestions import Suggestions

# Sentences of ours whose vectors are kept, 1.5 kB each: some hundred debates.
MOST_SAID = 4000
_OUR_VERDICTS = {
    MoveKind.EXTEND: Verdict.EXTENDED,
    MoveKind.CORRECT: Verdict.CORRECTED,
    MoveKind.COMPARE: Verdict.CORRECTED,
    MoveKind.MEMBERS: Verdict.CORRECTED,
    MoveKind.TIES: Verdict.CORRECTED,
    MoveKind.POSITION: Verdict.CORRECTED,
    MoveKind.DEEPEN: Verdict.EXTENDED,
    MoveKind.WEIGH: Verdict.EXTENDED,
    MoveKind.CONCEDE: Verdict.CONCEDED,
    MoveKind.ACCEPT: Verdict.CONCEDED,
    MoveKind.PRESS: Verdict.UNSUPPORTED,
    MoveKind.INFORM: Verdict.UNSUPPORTED,
    MoveKind.NOT_COVERED: Verdict.UNSUPPORTED,
    MoveKind.UNSOURCED: Verdict.UNSUPPORTED,
    MoveKind.DECLINE: Verdict.SET_ASIDE,
    MoveKind.DEFUSE: Verdict.SET_ASIDE,
    MoveKind.PASS_OVER: Verdict.SET_ASIDE,
    MoveKind.RETURN: Verdict.SET_ASIDE,
    MoveKind.TRANSLATE: Verdict.SET_ASIDE,
    MoveKind.FRAME: Verdict.SET_ASIDE,
    MoveKind.DEFINE: Verdict.SET_ASIDE,
}


class Speaker:
    """Answers speeches for one brief. Encoding and search run behind `bridge`, never on the event loop."""

    def __init__(
        self,
        brief: Brief,
        retriever: Retriever,
        matcher: PhraseMatcher,
        bridge: EncoderBridge,
        clock: Callable[[], float] = time.perf_counter,
        rewriter: Rewriter | None = None,
        suggestions: Suggestions | None = None,
    ) -> None:
        self._brief = brief
        # What the brief's examples teach about look-ups would silence it on questions that are arguments.
        self._retriever = retriever.refusing(GeneralRefusal())
        self._matcher = matcher
        self._bridge = bridge
        self._composer = Composer(brief)
        self._checker = Checker(brief)
        self._quoter = Quoter(brief)
        self._rewriter = rewriter
        self._suggestions = suggestions
        self._clock = clock
        self._said: dict[str, Vector] = {}
        self._facts = Facts(brief, self._search)

    async def answer(self, request: SpeechRequest, progress: OnProgress | None = None) -> SpeechDraft:
        """The bot's next speech: heard, planned, written and checked. Deterministic for a given request.

        `progress` is told each step when it begins.
        """
        began = self._clock()
        reached = _telling(progress)
        reached(Step.HEARING)
        opponent = request.history[-1] if request.history and request.history[-1].side is not request.side else None
        flow = flow_of(self._brief, request.side, request.history[:-1] if opponent else request.history)
        hearing = await self._hear(opponent, flow, request, reached)
        reached(Step.WRITING)
        plan, parts = self._composed(request, flow, hearing)
        worded = await self._reword(parts, hearing, request, progress)
        reached(Step.CHECKING)
        heard = opponent.text if opponent else ""
        checked = await self._quote(self._checker.speech(worded.parts, request.words, heard), request, heard)
        return self._draft(hearing, plan, checked, worded, self._clock() - began)

    async def _reword(
        self, parts: tuple[Part, ...], hearing: Hearing, request: SpeechRequest, progress: OnProgress | None
    ) -> Rewritten:
        """The composed speech in a language model's words, where one is configured and its drafts hold."""
        if self._rewriter is None:
            return Rewritten(parts)

        def on_draft(piece: str) -> None:
            if progress is not None:
                progress(Progress(Step.WRITING, text=piece))

        said = [m.text for m in hearing.matches]
        return await self._rewriter.rewrite(parts, said, user=request.user, server=request.server, on_draft=on_draft)

    async def _quote(self, checked: Checked, request: SpeechRequest, heard: str) -> Checked:
        """The checked speech with verified quotations from the operator's copies, as far as words are left."""
        wanted = self._quoter.wanted(checked.parts)
        room = request.words - words_in(checked.parts)
        if not wanted or room <= 0:
            return checked
        if self._quoter.texts:
            texts = self._quoter.texts
            self._quoter.prepare(await self._bridge.encode(texts))
        vectors = await self._bridge.encode([checked.parts[i].sentences[j].text for i, j, _ in wanted])
        said = " ".join(speech.text for speech in request.history if speech.side is request.side)
        again = self._checker.speech(self._quoter.quoted(checked.parts, vectors, room, said), request.words, heard)
        # What the first check saw and cut stays counted; the second has seen only what was kept.
        kept = sum(len(part.sentences) for part in checked.parts)
        seen = checked.counts["sentences"] + again.counts["sentences"] - kept
        lost = {name: checked.counts[name] + again.counts[name] for name in ("cut", "over_length")}
        return replace(again, counts={**again.counts, **lost, "sentences": seen})

    async def _hear(
        self, opponent: Speech | None, flow: Flow, request: SpeechRequest, reached: Callable[[Step], None]
    ) -> Hearing:
        utterances = hear(opponent.text) if opponent else ()
        if not utterances or opponent is None:
            return Hearing((), kind=opponent.kind if opponent else None)
        vectors = await self._bridge.encode([u.text for u in utterances])
        matches = tuple(await self._bridge.run(match, self._brief, self._matcher, utterances, vectors))
        counts: dict[str, int] = {}
        if self._suggestions is not None:
            improved = await self._suggestions.improved(matches, user=request.user, server=request.server)
            matches = improved.matches
            counts = {"model_suggested": improved.recognised, "model_suggestion_tokens": improved.tokens}
        wanted = [i for i, m in enumerate(matches) if self._is_looked_up(m)]
        reached(Step.RETRIEVING)
        lookups = await self._bridge.run(self._search, [matches[i].text for i in wanted])
        found = dict(zip(wanted, lookups, strict=True))
        placed = tuple(self._place(m, found.get(i)) for i, m in enumerate(matches))
        foreign = is_foreign(opponent.text)
        near = await self._near(flow, utterances, vectors, placed)
        contested = await self._bridge.run(self._facts.contested, placed, found)
        return Hearing(
            matches=placed,
            lookups=found,
            replies={i: (EVERYTHING,) if foreign else replies_of(self._brief, flow, m, near[i]) for i, m in enumerate(placed)},
            # A falsehood is put right, never repeated.
            echoes={
                i: echo_of(self._brief, m.text, m.kind, opponent.text)
                for i, m in enumerate(placed)
                if not m.corrections and not any(one.kind is not MoveKind.COMPARE for one in contested.get(i, ()))
            },
            contested=contested,
            unsourced=self._facts.unsourced(placed),
            kind=opponent.kind,
            foreign=foreign,
            counts=counts,
        )

    def _is_looked_up(self, found: Match) -> bool:
        if found.met_by is not None:
            # The fact asked after may stand in a passage that no correction uses.
            return found.kind is PointKind.QUESTION and found.met_by in self._brief.corrections
        return found.kind not in NOT_ARGUED and not asks_after_our_case(self._brief, found)

    async def _near(
        self, flow: Flow, utterances: Sequence[Utterance], vectors: Vectors, matches: Sequence[Match]
    ) -> list[dict[str, float]]:
        """For each match, by argument of ours, the greatest cosine of a sentence of it with a sentence that we said."""
        spoken = spoken_sentences(flow)
        wanted = dict.fromkeys(sentence for said in spoken.values() for sentence in said)
        known = {sentence: self._said[sentence] for sentence in wanted if sentence in self._said}
        new = [sentence for sentence in wanted if sentence not in known]
        if new:
            known.update(zip(new, await self._bridge.encode(new), strict=True))
        # Other debates are answered meanwhile: what this one needs is held apart from what is kept for all.
        self._said = known if len(self._said) > MOST_SAID else {**self._said, **known}
        ours = {key: [known[sentence] for sentence in said] for key, said in spoken.items() if said}
        near: list[dict[str, float]] = []
        for found in matches:
            theirs = [vectors[i] for i, u in enumerate(utterances) if u.text in found.text]
            near.append({key: closest(said, theirs) for key, said in ours.items()} if theirs else {})
        return near

    def _search(self, texts: list[str]) -> list[Lookup]:
        if not texts:
            return []
        found = self._retriever.search_many([" ".join(t.split()[:120]) for t in texts], limit=6)
        return [replace(f, hits=self._usable(text, f.hits)[:3]) for text, f in zip(texts, found, strict=True)]

    def _usable(self, text: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The hits that a speech may use; for a question that names figures those first that hold them ("Article 5")."""
        # A copy says what its paraphrase says, errors included: speeches use the paraphrase, and quote the copy beside it.
        own = [hit for hit in hits if not self._brief.sources[hit.passage.source].copy_of]
        named = numbers(text) if asks(text) else frozenset()

        def lacks(hit: Hit) -> tuple[int, int]:
            placed = named - numbers(hit.passage.locator)
            return len(placed - numbers(hit.passage.text)), len(placed)

        return tuple(sorted(own, key=lacks))

    def _place(self, found: Match, lookup: Lookup | None) -> Match:
        """A claim that neither the brief's sources nor its arguments and corrections know, nor its subject words, is off it."""
        arguable = (PointKind.CLAIM, PointKind.QUESTION, PointKind.EVIDENCE)
        if lookup is None or lookup.found or found.engaged or found.corrections or found.kind not in arguable:
            return found
        words = found.text.lower()
        if any(word.lower() in words for word in self._brief.motion.subject_words):
            return found
        return Match(found.text, PointKind.OFF_TOPIC, None, found.score, found.corrections, found.engaged)

    def _composed(self, request: SpeechRequest, flow: Flow, hearing: Hearing) -> tuple[Plan, tuple[Part, ...]]:
        """The plan and the speech that it gives, with the words of the level used as far as points need them."""
        most = int(request.words * pressure_at(request.level).share)
        return filled(
            lambda spare: self._plan(request, flow, hearing, spare), lambda plan: self._composer.write(plan, flow), most
        )

    def _plan(self, request: SpeechRequest, flow: Flow, hearing: Hearing, spare: int = 0) -> Plan:
        planner = Planner(self._brief, flow, request.words, request.level, spare)
        if request.kind is SpeechKind.OPENING:
            return planner.opening(hearing)
        if request.kind is SpeechKind.CLOSING:
            return planner.closing(hearing)
        if request.kind is SpeechKind.REPLY:
            return planner.reply(hearing)
        if request.kind is SpeechKind.QUESTION:
            return planner.question(hearing)
        return planner.rebut(SpeechKind.REBUTTAL, hearing)

    def _draft(self, hearing: Hearing, plan: Plan, checked: Checked, worded: Rewritten, seconds: float) -> SpeechDraft:
        text, citations = self._number(checked.parts)
        spoken = [part.move for part in checked.parts if part.move is not None]
        points = tuple(
            Point(
                ordinal=i,
                text=part_text(part),
                kind=_kind_of(part.move.kind),
                met_by=part.move.paragraph.id if part.move.paragraph else None,
                verdict=_OUR_VERDICTS.get(part.move.kind, Verdict.NEW),
                answers=part.move.point,
                reason=f"{part.move.kind.value}: {part.move.reason}" + (f"; {part.note}" if part.note else ""),
            )
            for i, part in enumerate(p for p in checked.parts if p.move is not None)
            if part.move is not None
        )
        heard = tuple(
            Point(i, m.text, m.kind, key, verdict, None, reason, hearing.replies.get(i, ()))
            for i, m in enumerate(hearing.matches)
            for verdict, key, reason in [plan.verdicts.get(i, (Verdict.NEW, m.met_by, "not to be answered in this speech"))]
        )
        return SpeechDraft(
            text=text,
            points=points,
            citations=citations,
            heard=heard,
            conceded=tuple(str(m.key) for m in spoken if m.kind is MoveKind.CONCEDE),
            dropped=plan.dropped,
            writer=self._rewriter.name if self._rewriter is not None and worded.any_kept else self._composer.name,
            checks={**checked.counts, **worded.counts, **hearing.counts},
            seconds=seconds,
            choices=plan.choices,
        )

    def _number(self, parts: tuple[Part, ...]) -> tuple[str, tuple[Citation, ...]]:
        markers: dict[str, int] = {}
        paragraphs = []
        for part in parts:
            spoken = []
            for sentence in part.sentences:
                for passage in sentence.passages:
                    markers.setdefault(passage, len(markers) + 1)
                spoken.append(_marked(sentence, markers))
            paragraphs.append(" ".join(spoken))
        citations = tuple(
            Citation(n, p, self._brief.passages[p].source, self._brief.passages[p].locator) for p, n in markers.items()
        )
        return "\n\n".join(paragraphs), citations


def _telling(progress: OnProgress | None) -> Callable[[Step], None]:
    def reached(step: Step) -> None:
        if progress is not None:
            progress(Progress(step))

    return reached


def _kind_of(kind: MoveKind) -> PointKind:
    if kind is MoveKind.ASK:
        return PointKind.QUESTION
    if kind is MoveKind.DEFINE:
        return PointKind.DEFINITION
    return PointKind.PROCEDURE if kind is MoveKind.FRAME else PointKind.CLAIM


def part_text(part: Part) -> str:
    """The prose of one part without citation marks."""
    return " ".join(sentence.text for sentence in part.sentences)


def _marked(sentence: Sentence, markers: dict[str, int]) -> str:
    if not sentence.passages:
        return sentence.text
    numbers = "".join(f"[{markers[p]}]" for p in sentence.passages)
    stop = sentence.text[-1] if sentence.text[-1] in ".!?" else ""
    return f"{sentence.text.removesuffix(stop)} {numbers}{stop}"
