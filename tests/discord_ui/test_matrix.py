"""The matrix of roles by commands: who may change what, and that everybody else changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from tests.discord_ui.harness import World

# Each command that could change a debate, with options, and who may use it while the debate runs.
MATRIX: list[tuple[str, dict[str, Any], frozenset[str]]] = [
    ("debate pause", {}, frozenset({"moderator", "staff"})),
    ("debate skip", {}, frozenset({"moderator", "staff"})),
    ("debate extend", {"seconds": 30}, frozenset({"moderator", "staff"})),
    ("debate strike", {"speech": 1}, frozenset({"moderator", "staff"})),
    ("debate warn", {"person": "bob", "reason": "language"}, frozenset({"moderator", "staff"})),
    ("debate appoint", {"person": "other", "role": "judge"}, frozenset({"moderator", "staff"})),
    ("debate remove", {"person": "bob"}, frozenset({"moderator", "staff"})),
    ("debate handover", {"person": "other"}, frozenset({"moderator", "staff"})),
    ("debate end", {}, frozenset({"moderator", "staff"})),
    ("debate resume", {}, frozenset()),
    ("debate start", {}, frozenset()),
    ("debate join", {"side": "proposition"}, frozenset()),
    ("debate leave", {}, frozenset({"debater"})),
    ("debate prep", {"what": "begin"}, frozenset({"debater"})),
    ("debate discard", {}, frozenset()),
    ("score submit", {}, frozenset()),
    ("score confirm", {}, frozenset()),
    ("score release", {}, frozenset()),
]
ROLES = ("stranger", "debater", "judge", "trainee", "moderator", "staff", "admin elsewhere")


async def people(here: World) -> tuple[Any, dict[str, simcord.MemberActor]]:
    """A running classroom debate in its third turn, with somebody in every role."""
    _, thread = await here.open(format="classroom")
    await here.ann.slash(thread, "debate join", side="proposition")
    await here.bob.slash(thread, "debate join", side="proposition")
    chair = here.guild.add_member(here.env.create_user("chair"))
    trainee = here.guild.add_member(here.env.create_user("trainee"))
    other = here.guild.add_member(here.env.create_user("other"))
    await here.mod.slash(thread, "debate appoint", person=here.judge, role="judge")
    await here.mod.slash(thread, "debate appoint", person=trainee, role="trainee judge")
    await here.mod.slash(thread, "debate handover", person=chair)
    await chair.slash(thread, "debate start")
    await here.speak(here.ann, thread, "Grades rise.")
    roles = {
        "stranger": here.stranger,
        "debater": here.ann,
        "judge": here.judge,
        "trainee": trainee,
        "moderator": chair,
        "staff": here.mod,
        "admin elsewhere": other,
        "bob": here.bob,
        "other": other,
    }
    return thread, roles


@pytest.mark.parametrize("role", ROLES)
async def test_the_matrix(here: World, role: str) -> None:
    thread, roles = await people(here)
    who = roles[role]
    for name, options, allowed in MATRIX:
        if role in allowed:
            continue
        before = await here.debate(thread)
        given = {k: roles[v] if k == "person" else v for k, v in options.items()}
        result = await who.slash(thread, name, **given)
        assert result.acknowledged, name
        assert await here.debate(thread) == before, name
    for name, options, allowed in MATRIX:
        if role not in allowed:
            continue
        told = await here.service.actions((await here.debate(thread)).id)
        given = {k: roles[v] if k == "person" else v for k, v in options.items()}
        if (await here.debate(thread)).status == "paused":
            await here.mod.slash(thread, "debate resume")
            told = await here.service.actions((await here.debate(thread)).id)
        await who.slash(thread, name, **given)
        now = await here.service.actions((await here.debate(thread)).id)
        assert len(now) == len(told) + 1, name
        assert now[-1].actor == str(who.id)
        if name in ("debate handover", "debate leave"):
            break
