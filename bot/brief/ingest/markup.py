"""Reading HTML with lxml and trafilatura; what a reader of the page would not see never becomes text."""

from __future__ import annotations

import re

import trafilatura
from lxml import etree, html

from bot.brief.ingest.decode import clean, decode
from bot.brief.ingest.extract import Extract, Piece, RefusedError
from bot.brief.ingest.record import date_in, names_in

MAX_ELEMENTS = 200_000
_SILENT = "script|style|noscript|template|iframe|object|embed|svg|math|canvas|form|button|select|textarea|video|audio|head"
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0(\.0+)?\s*(;|!|$)|font-size\s*:\s*0(px|em|pt|%|rem)?\s*(;|!|$)"
    r"|(left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"([.#])([\w-]+)")
_BLOCKS = ("p", "li", "blockquote", "pre", "dd", "dt", "td", "th", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6")
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)


def read_html(data: bytes) -> Extract:
    """The main text of a page as paragraphs and headings, with its title, author and date as defaults.

    Pages that nest deeper than the parser allows or hold more than `MAX_ELEMENTS` elements raise `RefusedError`.
    """
    declared = _DECLARED.search(data[:4096])
    text, encoding = decode(data, declared[1].decode("ascii") if declared else "")
    if "<" not in text:
        raise RefusedError("is no HTML page, whatever its name says: rename it to .txt")
    tree = _parsed(text)
    # The record stands in the head, which holds no text.
    record = trafilatura.extract_metadata(text)
    _remove_hidden(tree)
    pieces = _main(tree)
    return Extract(
        tuple(pieces),
        title=clean(record.title or "") if record else "",
        authors=names_in(clean(record.author or "")) if record else (),
        date=date_in(record.date or "") if record else "",
        encoding="" if encoding.startswith("utf-8") else encoding,
    )


def rendered(markup: str) -> tuple[list[Piece], str]:
    """(paragraphs and headings, first heading of the top level) of a fragment all of which is the text."""
    tree = _parsed(f"<body>{markup}</body>")
    _remove_hidden(tree)
    top = next(tree.iter("h1"), None)
    return _own(tree), clean("".join(top.itertext())) if top is not None else ""


def _parsed(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise RefusedError("holds no text that a browser would show: name a page with text") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise RefusedError("is nested too deep to be a page for people: save its text alone")
    for count, _ in enumerate(tree.iter()):
        if count > MAX_ELEMENTS:
            raise RefusedError(f"holds more than {MAX_ELEMENTS:,} elements: save its text alone")
    return tree


def _hidden_names(tree: html.HtmlElement) -> frozenset[str]:
    """Classes (`.x`) and ids (`#x`) that the page's own style sheets hide."""
    names: set[str] = set()
    for sheet in tree.iter("style"):
        for selectors, body in _RULE.findall((sheet.text or "")[:500_000]):
            if _HIDDEN_STYLE.search(body):
                alone = (selector.strip() for selector in selectors.split(","))
                names.update(s for s in alone if re.fullmatch(r"[.#][\w-]+", s))
    return frozenset(names)


def _is_hidden(element: html.HtmlElement, names: frozenset[str]) -> bool:
    own = {f".{c}" for c in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
    return (
        element.get("hidden") is not None
        or (element.get("aria-hidden") or "").lower() == "true"
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
        or bool(own & names)
    )


def _remove_hidden(tree: html.HtmlElement) -> None:
    names = _hidden_names(tree)
    silent = frozenset(_SILENT.split("|"))
    for element in list(tree.iter()):
        if element is tree or not isinstance(element.tag, str):
            continue
        if element.tag in silent or (element.tag != "body" and _is_hidden(element, names)):
            element.drop_tree()


def _own(tree: etree._Element) -> list[Piece]:
    """Every block of the page that holds no other block, in order."""
    pieces = []
    for element in tree.iter(*_BLOCKS):
        if any(True for _ in element.iterdescendants(*_BLOCKS)):
            continue
        text = clean(" ".join(element.itertext()) if element.tag in ("td", "th") else "".join(element.itertext()))
        if text:
            pieces.append(Piece(text, heading=element.tag[0] == "h" and element.tag[1:].isdigit()))
    return pieces


def _extracted(tree: html.HtmlElement) -> list[Piece]:
    """What trafilatura takes for the main text."""
    document = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, favor_recall=True)
    pieces: list[Piece] = []
    body = getattr(document, "body", None)
    for element in body.iter("p", "head", "item", "quote", "cell") if body is not None else ():
        if any(True for _ in element.iterdescendants("p", "head", "item", "quote", "cell")):
            continue
        text = clean("".join(element.itertext()))
        if text:
            pieces.append(Piece(text, heading=element.tag == "head"))
    return pieces


def _main(tree: html.HtmlElement) -> list[Piece]:
    whole = _own(tree)
    found = _extracted(tree)
    # On short pages the library falls back to one block without structure; the page's own blocks are better then.
    if len(found) <= 1 < len(whole):
        return whole
    return found or whole or [Piece(line) for line in _lines(tree)]


def _lines(tree: html.HtmlElement) -> list[str]:
    return [line for line in (clean(line) for line in tree.text_content().splitlines()) if line]
