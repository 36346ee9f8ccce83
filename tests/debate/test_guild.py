"""A server's settings: defaults, what each may be, and what is refused with its fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.debate.errors import DebateError, SettingError
from bot.debate.guild import NAMES, GuildSettings, as_text, changed, guild_settings
from bot.debate.words import Level

OWN = 'name = "Ours"\ncriteria = [{key = "truth", high = 4}]'
GOOD = {
    "moderator_role": "123",
    "channels": "1,22",
    "default_format": "classroom",
    "default_level": "novice",
    "default_rubric": "novice",
    "own_rubric": OWN,
    "blind": "on",
    "retention_days": "30",
    "date_language": "pt-BR",
}


def test_every_setting_can_be_set_read_back_and_reset() -> None:
    assert set(GOOD) == set(NAMES)
    for name, text in GOOD.items():
        after = changed(GuildSettings(), name, text)
        assert after != GuildSettings()
        assert as_text(after, name) == text
        assert changed(after, name, " ") == GuildSettings()
    assert as_text(GuildSettings(), "blind") == "off"
    everything = guild_settings(GOOD)
    assert (everything.channels, everything.default_level, everything.retention_days) == (("1", "22"), Level.NOVICE, 30)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("colour", "red"),
        ("moderator_role", "@mods"),
        ("channels", "general"),
        ("channels", ",".join(str(n) for n in range(51))),
        ("default_format", "shouting"),
        ("default_level", "hard"),
        ("default_rubric", "own"),
        ("own_rubric", "name ="),
        ("blind", "yes"),
        ("retention_days", "-1"),
        ("retention_days", "9999"),
        ("date_language", "English"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(DebateError):
        changed(GuildSettings(), name, text)


def test_an_own_rubric_may_be_the_default_and_cannot_go_while_it_is() -> None:
    own = changed(changed(GuildSettings(), "own_rubric", OWN), "default_rubric", "own")
    assert own.rubric().criterion("truth") is not None
    assert own.rubric("novice").key == "novice"
    assert own.rubric_keys == ("default", "novice", "own")
    with pytest.raises(SettingError, match="choose another default"):
        changed(own, "own_rubric", "")
    with pytest.raises(SettingError, match="no rubric of its own"):
        GuildSettings().rubric("own")
    assert guild_settings({"default_rubric": "own", "own_rubric": OWN}) == own


def test_what_is_stored_and_no_longer_understood_counts_as_not_set() -> None:
    assert guild_settings({"default_format": "gone", "colour": "red", "retention_days": "7"}) == GuildSettings(retention_days=7)


@given(st.sampled_from(NAMES), st.text(max_size=60))
def test_any_text_is_a_setting_or_a_clear_refusal(name: str, text: str) -> None:
    refusal = ""
    try:
        after = changed(GuildSettings(), name, text)
    except DebateError as error:
        refusal = str(error)
    assert "\n" not in refusal
    assert refusal or changed(GuildSettings(), name, as_text(after, name)) == after
