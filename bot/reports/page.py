"""Pages: one file each, with no script and nothing from outside; the templates escape whatever they are given."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.reports.marks import MARKS, Mark
from bot.reports.plain import plain


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Every value passes here on its way into a page, so that no control character of a speech gets into one.
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.globals["marks"] = MARKS
    environment.filters["outline"] = _points
    return environment


def render(template: str, style: str, **values: object) -> str:
    """The page `template` with `style` added to the common style sheet.

    The page's content security policy names the style sheet by its hash and allows nothing else: no script, frame, form or
    outside resource can work even if markup got in. https://www.w3.org/TR/CSP3/
    """
    sheet = files("bot.reports").joinpath("templates", "style.css").read_text(encoding="utf-8") + style
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    # The style sheet is ours alone: a file of this package and numbers that the layout worked out.
    return _environment().get_template(template).render(style=Markup(sheet), policy=policy, **values)


def _points(mark: Mark) -> str:
    return " ".join(f"{x * 5 + 6:g},{y * 5 + 6:g}" for x, y in mark.outline)
