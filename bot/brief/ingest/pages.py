"""Reading PDF files with pypdf."""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from bot.brief.ingest.decode import clean
from bot.brief.ingest.extract import MAX_CHARACTERS, Extract, Piece, RefusedError
from bot.brief.ingest.plain import is_heading
from bot.brief.ingest.record import date_in, names_in

MAX_PAGES = 2000
# A scan may carry a stray word in a stamp; a page of text has far more letters.
MIN_LETTERS_A_PAGE = 20
_HYPHEN = re.compile(r"(?<=[a-z])[-\u2010]\n(?=[a-z])")
_STOP = re.compile(r"[.!?…][\"'”’)\]]*$")


def read_pdf(data: bytes) -> Extract:
    """The paragraphs of a PDF with their pages; running heads and page numbers are left out.

    No PDF, a broken, encrypted or scanned one, and one of more than `MAX_PAGES` pages raise `RefusedError`.
    """
    if b"%PDF-" not in data[:1024]:
        raise RefusedError("is no PDF file, whatever its name says: give its real ending")
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise RefusedError("is encrypted: save a copy without a password")
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise RefusedError(f"has {count:,} pages, more than {MAX_PAGES:,}: split it")
        pages = _texts(reader)
    except (PyPdfError, DependencyError) as error:
        raise RefusedError("is a broken PDF: save it anew or as plain text") from error
    letters = sum(character.isalpha() for page in pages for character in page)
    if letters < MIN_LETTERS_A_PAGE * min(count, 5):
        raise RefusedError("holds no text (is it a scan?): run text recognition (OCR) over it first")
    info = reader.metadata
    title = clean(str(info.title or "")) if info else ""
    return Extract(
        tuple(_pieces(_without_running_lines(pages))),
        title=title,
        authors=names_in(clean(str(info.author or ""))) if info else (),
        date=_date(str(info.get("/CreationDate") or "")) if info else "",
    )


def _texts(reader: PdfReader) -> list[str]:
    texts: list[str] = []
    characters = 0
    for page in reader.pages:
        texts.append(page.extract_text() or "")
        characters += len(texts[-1])
        if characters > 2 * MAX_CHARACTERS:  # stop early: the rest can only make it longer
            raise RefusedError(f"holds more than {MAX_CHARACTERS:,} characters: split it")
    return texts


def _date(raw: str) -> str:
    match = re.match(r"D:(\d{4})(\d{2})(\d{2})", raw)
    return date_in("-".join(match.groups())) if match else ""


def _mould(line: str) -> str:
    return re.sub(r"\d+", "#", clean(line)).lower()


def _without_running_lines(pages: list[str]) -> list[str]:
    """The pages without first and last lines that most of them share (digits aside), and without bare page numbers."""
    moulds: Counter[str] = Counter()
    for page in pages:
        lines = [line for line in page.splitlines() if line.strip()]
        moulds.update({_mould(line) for line in (*lines[:2], *lines[-2:])})
    running = {mould for mould, n in moulds.items() if len(pages) >= 4 and n > len(pages) / 2}
    kept = []
    for page in pages:
        lines = page.splitlines()
        kept.append("\n".join(line for line in lines if _mould(line) not in running and not re.fullmatch(r"\W*\d{1,4}\W*", line)))
    return kept


def _blocks(page: str) -> list[str]:
    """Paragraphs of one page: parted by blank lines, or by a short line that ends a sentence."""
    lines = page.splitlines()
    width = max((len(line.strip()) for line in lines), default=0)
    blocks: list[list[str]] = [[]]
    for line in lines:
        text = line.strip()
        if not text:
            blocks.append([])
            continue
        blocks[-1].append(text)
        if _STOP.search(text) and len(text) < 0.75 * width:
            blocks.append([])
    joined = (clean(_HYPHEN.sub("", "\n".join(block))) for block in blocks)
    return [block for block in joined if block]


def _pieces(pages: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for number, page in enumerate(pages, start=1):
        for block in _blocks(page):
            last = pieces[-1] if pieces else None
            # A paragraph that runs over the page's end goes on in small letters.
            if last and not last.heading and last.page < number and not _STOP.search(last.text) and block[:1].islower():
                pieces[-1] = Piece(_joined(last.text, block), page=last.page)
                continue
            pieces.append(Piece(block, heading=is_heading(block), page=number))
    return pieces


def _joined(before: str, after: str) -> str:
    return before[:-1] + after if re.search(r"[a-z][-\u2010]$", before) else f"{before} {after}"
