"""Titles and topics as they stand inside a sentence."""

from __future__ import annotations

from bot.speech.titles import _with_article


def test_a_topic_takes_the_article_that_prose_gives_it() -> None:
    prose = (
        "Harbour fees rose. The port closed, the port reopened, and a port-side bar; the Port Authority knew the port’s rules."
    )
    assert _with_article(prose, "port") == "the port"
    assert _with_article(prose, "Harbour") == "Harbour"
    assert _with_article(prose, "Port") == "Port"
    assert _with_article(prose, "ort") == "ort"
    assert _with_article(prose, "ferry") == "ferry"
