from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.reports.moments import when

MOMENT = datetime(2026, 3, 1, 20, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("", "2026-03-01 18:30 UTC"),
        ("de", "01.03.2026, 18:30:00 UTC"),
        ("pt-BR", "1 de mar. de 2026 18:30:00 UTC"),
        ("xx-nonsense", "2026-03-01 18:30 UTC"),
    ],
)
def test_a_moment_is_in_utc_and_as_the_language_writes_it(language: str, written: str) -> None:
    assert when(MOMENT, language).replace("\u202f", " ") == written


def test_a_moment_in_utc_stays_where_it_is() -> None:
    assert when(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01 00:00 UTC"
