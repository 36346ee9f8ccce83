"""Citations with what a reader needs to open them."""

from __future__ import annotations

from bot.brief.model import Brief
from bot.debate.record import Citation
from bot.reports.reference import Reference


def references(brief: Brief, citations: tuple[Citation, ...]) -> tuple[Reference, ...]:
    """What a reader needs to open each citation. A passage that has left the brief keeps its key and locator."""
    found = []
    for citation in citations:
        source = brief.sources.get(citation.source)
        passage = brief.passages.get(citation.passage)
        found.append(
            Reference(
                marker=citation.marker,
                passage=citation.passage,
                locator=citation.locator,
                title=source.title if source else citation.source,
                byline=source.byline if source else "no longer in the brief",
                address=source.addresses[0] if source and source.addresses else "",
                text=passage.text if passage else "",
            )
        )
    return tuple(found)
