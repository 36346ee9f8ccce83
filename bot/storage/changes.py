"""Writing a change: the differences between a debate before and after it, on an open transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.debate.record import Point, Speech
from bot.debate.state import DebateState
from bot.storage.rows import SPOKEN, citation_values, participant_values, point_values, speech_values
from bot.storage.schema import citations, drafts, participants, points, rounds, speeches, turns


async def write_people(connection: AsyncConnection, before: DebateState, after: DebateState) -> None:
    """Participants who came, went or changed."""
    kept = set(after.participants)
    known = set(before.participants)
    for person in before.participants:
        if person not in kept:
            await connection.execute(
                delete(participants).where(
                    participants.c.debate_id == before.id,
                    participants.c.name == person.name,
                    participants.c.role == person.role.value,
                )
            )
    new = [participant_values(after.id, p) for p in after.participants if p not in known]
    if new:
        await connection.execute(insert(participants), new)


async def write_turns(connection: AsyncConnection, before: DebateState, after: DebateState) -> None:
    """Turns that passed, their speeches, and marks on earlier ones."""
    for gap in after.skipped[len(before.skipped) :]:
        await _pass(connection, after.id, gap.turn, gap.side, gap.kind, gap.outcome, gap.at.isoformat())
    for speech in after.speeches[len(before.speeches) :]:
        ended = speech.delivered_at.isoformat()
        await _pass(connection, after.id, speech.turn, speech.side, speech.kind, SPOKEN, ended)
        await _add_speech(connection, after.id, speech)
    for old, new in zip(before.speeches, after.speeches, strict=False):
        if old.struck is not new.struck:
            mine = (speeches.c.debate_id == after.id, speeches.c.turn == new.turn)
            await connection.execute(update(speeches).where(*mine).values(struck=int(new.struck)))


async def write_draft(connection: AsyncConnection, before: DebateState, after: DebateState) -> None:
    """Pieces that were gathered or edited; pieces that became a speech or were dropped leave an empty row."""
    turn = before.turns_taken
    mine = (drafts.c.debate_id == after.id, drafts.c.turn == turn)
    spoken = len(after.speeches) > len(before.speeches)
    if before.draft and (spoken or (not after.draft and after.turns_taken == turn)):
        await connection.execute(update(drafts).where(*mine).values(text=""))
    known = {part.key: part for part in before.draft if part.key}
    for part in after.draft:
        if part.key in known and part != known[part.key]:
            changed = update(drafts).where(drafts.c.debate_id == after.id, drafts.c.key == part.key)
            await connection.execute(changed.values(text=part.text))
    new = after.draft[len(before.draft) :]
    if new:
        last = (await connection.execute(select(func.max(drafts.c.ordinal)).where(*mine))).scalar()
        first = 0 if last is None else last + 1
        rows = [
            {
                "debate_id": after.id,
                "turn": turn,
                "ordinal": first + i,
                "author": part.author,
                "text": part.text,
                "key": part.key or None,
                "at": part.at.isoformat(),
            }
            for i, part in enumerate(new)
        ]
        await connection.execute(insert(drafts), rows)


async def write_heard(connection: AsyncConnection, debate_id: str, turn: int, heard: Sequence[Point]) -> None:
    """The points that were found in the speech of `turn`; those of an earlier hearing give way."""
    which = select(speeches.c.id).where(speeches.c.debate_id == debate_id, speeches.c.turn == turn)
    speech_id = (await connection.execute(which)).scalar_one()
    await connection.execute(delete(points).where(points.c.speech_id == speech_id))
    await connection.execute(insert(points), [point_values(speech_id, p) for p in heard])


async def _pass(connection: AsyncConnection, debate_id: str, number: int, side: str, kind: str, outcome: str, ended: str) -> None:
    await connection.execute(
        insert(turns).values(debate_id=debate_id, number=number, side=side, kind=kind, outcome=outcome, ended_at=ended)
    )


async def _add_speech(connection: AsyncConnection, debate_id: str, speech: Speech) -> None:
    round_id = await _round(connection, debate_id, speech.turn // 2, speech.delivered_at.isoformat())
    added = await connection.execute(insert(speeches).values(**speech_values(debate_id, round_id, speech)))
    speech_id = added.inserted_primary_key[0] if added.inserted_primary_key else 0
    if speech.points:
        await connection.execute(insert(points), [point_values(speech_id, p) for p in speech.points])
    if speech.citations:
        await connection.execute(insert(citations), [citation_values(speech_id, c) for c in speech.citations])


async def _round(connection: AsyncConnection, debate_id: str, number: int, at: str) -> int:
    known = select(rounds.c.id).where(rounds.c.debate_id == debate_id, rounds.c.number == number)
    found: int | None = (await connection.execute(known)).scalar()
    if found is None:
        await connection.execute(insert(rounds).values(debate_id=debate_id, number=number, began_at=at))
        found = int((await connection.execute(known)).scalar_one())
    return found
