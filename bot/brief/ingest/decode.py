"""From bytes to clean text: which encoding, and what never belongs in a passage."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from bot.brief.ingest.extract import RefusedError
from bot.brief.invisible import INVISIBLE

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a file of another kind begins with, whatever its name says.
_SIGNATURES = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a ZIP archive or office file",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "an RTF file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\xd0\xcf\x11\xe0": "an old office file",
    b"\x7fELF": "a program",
    b"BZh": "a compressed file",
    b"\xfd7zXZ": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
}
_PLAIN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# Text decoded by a guess may hold the second set of controls too.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SAMPLE = 200_000
# Texts in Latin letters have fewer other characters than this share, texts in other scripts far more.
_WESTERN = 0.1


def refuse_other_kinds(data: bytes) -> None:
    """Raise `RefusedError` when the bytes are plainly not text."""
    for signature, kind in _SIGNATURES.items():
        if data.lstrip().startswith(signature) or data.startswith(signature):
            raise RefusedError(f"is {kind}, whatever its name says: give a .txt, .md, .html or .pdf file")


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """(text, encoding): by byte-order mark, as UTF-8, as `declared`, as cp1252 or by detection; else `RefusedError`."""
    refuse_other_kinds(data)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    for name in dict.fromkeys((encoding, declared)):
        try:
            if name:
                return _checked(data.decode(name)), name
        except (UnicodeDecodeError, LookupError):
            continue
    if b"\0" in data:
        raise RefusedError("holds binary data, no text: save it as UTF-8 text")
    # A detector cannot tell the Western encodings apart by a few accents and curly quotes; their usual one is meant.
    if sum(byte > 127 for byte in data[:_SAMPLE]) < _WESTERN * len(data[:_SAMPLE]):
        try:
            return _checked(data.decode("cp1252")), "cp1252"
        except UnicodeDecodeError:
            pass
    best = from_bytes(data[:_SAMPLE]).best()
    try:
        if best is not None:
            return _checked(data.decode(best.encoding)), best.encoding
    except UnicodeDecodeError:
        pass
    raise RefusedError("is in an unknown encoding: save it as UTF-8 text")


def _checked(text: str) -> str:
    if len(_PLAIN.findall(text[:_SAMPLE])) > len(text[:_SAMPLE]) // 1000:
        raise RefusedError("holds binary data, no text: save it as UTF-8 text")
    return text


def clean(text: str) -> str:
    """One line of text in NFC without control, invisible and direction-changing characters; whitespace single."""
    return " ".join(_CONTROL.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFC", text))).split())
