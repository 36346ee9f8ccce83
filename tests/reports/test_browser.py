"""The pages in a real browser: phone and desktop, light and dark, printed. Skipped loudly where there is no Chromium."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from bot.debate.state import DebateState
from bot.reports.debate_page import debate_page
from bot.reports.flow_page import flow_page
from tests.reports.chromium import BINARY, browser
from tests.reports.judged import ACTIONS, judged
from tests.reports.samples import debate, small, speech, told

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        BINARY is None, reason="SKIPPED FOR WANT OF CHROMIUM: apt-get install chromium to run the browser's checks"
    ),
]
# Arrow ends may differ from the card's edge by what the style leaves between them.
SLACK = 4
ARROWS = """
(() => {
  const wrong = [];
  let drawn = 0;
  for (const arrow of document.querySelectorAll('.arrow')) {
    if (getComputedStyle(arrow).display === 'none') continue;
    drawn += 1;
    const tip = arrow.querySelector('polygon').getBoundingClientRect();
    const tail = (arrow.querySelector('.foot path') || arrow.querySelector('path')).getBoundingClientRect();
    const [source, target] = arrow.dataset.ends.split(' ').map(id => document.getElementById(id).getBoundingClientRect());
    const inside = (y, box) => y >= box.top && y <= box.bottom;
    if (!inside((tip.top + tip.bottom) / 2, target)) wrong.push(arrow.id + ' misses its target');
    if (!inside(tail.bottom, source)) wrong.push(arrow.id + ' misses its source');
    const reach = Math.min(Math.abs(tip.right - target.left), Math.abs(tip.left - target.right));
    if (reach > SLACK) wrong.push(arrow.id + ' ends ' + reach + ' pixels from its target');
  }
  return {drawn, wrong};
})()
""".replace("SLACK", str(SLACK))
OVERFLOW = """
[...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return !e.closest('.skip') && box.width && (box.right > innerWidth + 1 || box.left < -1);
}).map(e => e.tagName + '.' + (e.getAttribute('class') || '') + '#' + e.id)
"""


def hostile() -> DebateState:
    """Endless words, right-to-left text, markup, emoji and unclosed direction marks where people write."""
    texts = (
        "W" * 400,
        "שלום עולם " * 12,
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "\u202eevil\u202e 👩‍👩‍👧 \u0000",
    )
    points = tuple(replace(small().speeches[0].points[0], ordinal=n, text=text) for n, text in enumerate(texts))
    return debate(*(speech(n, *points, text=texts[n % 4], **{}) for n in range(4)), motion="M" * 300)


def report(state: DebateState) -> str:
    return debate_page(state, told)


def judged_report(_: DebateState) -> str:
    state, judging = judged()
    return debate_page(state, told, judging, ACTIONS)


@pytest.mark.parametrize(
    ("write", "state"),
    [
        pytest.param(flow_page, small(), id="flow"),
        pytest.param(judged_report, small(), id="report"),
        pytest.param(report, hostile(), id="hostile"),
        pytest.param(report, debate(), id="empty"),
    ],
)
async def test_a_page_is_readable_in_every_light_and_width(
    write: Callable[[DebateState], str], state: DebateState, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text(write(state), encoding="utf-8")
    papers = {}
    async with browser() as page:
        for width in (360, 1200):
            for dark in (False, True):
                await page.look(file, width=width, dark=dark)
                assert await page.value("document.compatMode") == "CSS1Compat"
                assert await page.value("document.documentElement.scrollWidth <= innerWidth"), f"{width} px scrolls sideways"
                assert await page.value(OVERFLOW) == []
                arrows = await page.value(ARROWS)
                assert arrows["wrong"] == []
                assert arrows["drawn"] == await page.value("document.querySelectorAll('.arrow').length / 2")
                picture = Image.open(io.BytesIO(await page.screenshot(full=False))).convert("L")
                papers[width, dark] = picture.getpixel((2, 2))
        printed = PdfReader(io.BytesIO(await page.pdf()))
        assert page.complaints == []
    for width in (360, 1200):
        assert int(str(papers[width, False])) > 200
        assert int(str(papers[width, True])) < 60
    text = "".join(sheet.extract_text() for sheet in printed.pages)
    assert "Skip to the content" not in text
    assert len(printed.pages) >= 1
    assert all(float(sheet.mediabox.width) == pytest.approx(printed.pages[0].mediabox.width) for sheet in printed.pages)


async def test_the_browser_would_see_a_script_and_an_overflow(tmp_path: Path) -> None:
    """The checks above can fail: the same page with a script, a picture from outside and a wide line in it."""
    file = tmp_path / "page.html"
    evil = (
        '<script>console.error("ran")</script><img src="https://example.invalid/x.png" alt=""><pre>' + "W" * 900 + "</pre></main>"
    )
    file.write_text(flow_page(small()).replace("</main>", evil), encoding="utf-8")
    async with browser() as page:
        await page.look(file, width=360, dark=False)
        assert not await page.value("document.documentElement.scrollWidth <= innerWidth")
        assert [told for told in page.complaints if "Content Security Policy" in told]
        assert "ran" not in str(page.complaints)
