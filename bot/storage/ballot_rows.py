"""Ballots and releases in their tables, on an open transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.debate.ballots import Ballot, BallotStatus, Mark, Release
from bot.debate.words import Side
from bot.storage.rows import moment
from bot.storage.schema import ballots, results, scores


async def write_ballots(connection: AsyncConnection, debate_id: str, changed: Sequence[Ballot]) -> None:
    """Insert or replace versions of ballots."""
    for ballot in changed:
        which = (ballots.c.debate_id == debate_id, ballots.c.judge == ballot.judge, ballots.c.version == ballot.version)
        values = {
            "status": ballot.status.value,
            "winner": ballot.winner and ballot.winner.value,
            "reason": ballot.reason,
            "low_point_reason": ballot.low_point_reason,
            "trainee": int(ballot.trainee),
            "submitted_at": ballot.submitted_at.isoformat() if ballot.submitted_at else None,
        }
        if (await connection.execute(update(ballots).where(*which).values(**values))).rowcount == 0:
            new = {"debate_id": debate_id, "judge": ballot.judge, "version": ballot.version, **values}
            await connection.execute(insert(ballots).values(**new))
        ballot_id = (await connection.execute(select(ballots.c.id).where(*which))).scalar_one()
        await connection.execute(delete(scores).where(scores.c.ballot_id == ballot_id))
        marks = [
            {
                "ballot_id": ballot_id,
                "side": side.value,
                "criterion": criterion,
                "score": mark.score,
                "reason": mark.reason,
            }
            for (side, criterion), mark in ballot.scores.items()
        ]
        if marks:
            await connection.execute(insert(scores), marks)


async def read_ballots(connection: AsyncConnection, debate_id: str) -> list[Ballot]:
    """Every version of every ballot of a debate, by judge and version."""
    mine = ballots.c.debate_id == debate_id
    rows = (await connection.execute(select(ballots).where(mine).order_by(ballots.c.judge, ballots.c.version))).all()
    marks = await connection.execute(select(scores).join(ballots).where(mine).order_by(scores.c.id))
    by_ballot: dict[int, dict[tuple[Side, str], Mark]] = {}
    for row in marks:
        by_ballot.setdefault(row.ballot_id, {})[Side(row.side), row.criterion] = Mark(row.score, row.reason)
    return [
        Ballot(
            judge=row.judge,
            version=row.version,
            status=BallotStatus(row.status),
            winner=Side(row.winner) if row.winner else None,
            scores=by_ballot.get(row.id, {}),
            reason=row.reason,
            low_point_reason=row.low_point_reason,
            trainee=bool(row.trainee),
            submitted_at=moment(row.submitted_at),
        )
        for row in rows
    ]


async def write_release(connection: AsyncConnection, debate_id: str, release: Release) -> None:
    """Record how the result was released; a second release of the same debate breaks the table's key."""
    await connection.execute(
        insert(results).values(
            debate_id=debate_id,
            winner=release.winner.value,
            casting=release.casting and release.casting.value,
            reason=release.reason,
            released_by=release.by,
            released_at=release.at.isoformat(),
        )
    )


async def read_release(connection: AsyncConnection, debate_id: str) -> Release | None:
    """How the result was released, or None."""
    row = (await connection.execute(select(results).where(results.c.debate_id == debate_id))).first()
    if row is None:
        return None
    casting = Side(row.casting) if row.casting else None
    return Release(row.released_by, datetime.fromisoformat(row.released_at), Side(row.winner), casting, row.reason)
