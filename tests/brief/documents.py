"""Small documents made for the tests of ingest, sound and hostile; no file of anybody else is needed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

FIRST = (
    "The night train left the valley at ten and carried forty lamps for the upper villages. Nobody on the platform "
    "believed that the bridge would hold, yet the driver had counted its rivets by hand in the spring. She said that a "
    "bridge is a promise which somebody must keep every day."
)
SECOND = (
    "In the morning the lamps stood in every window along the ridge. The council wrote to the railway that the promise "
    "had been kept, and asked for a second train. The railway answered that one promise at a "
    "time was enough for a bridge of that age."
)


def pdf(pages: Sequence[str], *, stream: bytes | None = None, info: str = "", trailer: str = "") -> bytes:
    """A PDF of one text a page in lines of about 70 characters; `stream` replaces every page's content (already compressed)."""
    objects: list[bytes] = [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    kids = []
    for text in pages:
        content = stream if stream is not None else zlib.compress(_page(text))
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(content) + content + b"\nendstream")
        number = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % number
        )
        kids.append(f"{number + 1} 0 R")
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    if info:
        objects.append(f"<< {info} >>".encode())
        trailer += f" /Info {len(objects)} 0 R"
    return _file(objects, trailer)


def _page(text: str) -> bytes:
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        line = ""
        for word in paragraph.split():
            if len(line) + len(word) > 70:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        lines += [line, ""]
    shown = "".join(f"({line.translate({40: None, 41: None})}) Tj T*\n" if line else "T*\n" for line in lines)
    return f"BT /F1 11 Tf 14 TL 50 800 Td\n{shown}ET".encode("cp1252")


def _file(objects: Sequence[bytes], trailer: str) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    head = f"<< /Size {len(objects) + 1} /Root 1 0 R{trailer} >>".encode()
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer\n"
        + head
        + b"\nstartxref\n%d\n%%%%EOF\n" % start
    )


def bomb(size: int) -> bytes:
    """`size` spaces, compressed: a page's content that grows about a thousandfold."""
    press = zlib.compressobj(9)
    chunk = b" " * 2**20
    return b"".join(press.compress(chunk) for _ in range(size // len(chunk))) + press.flush()


def page(body: str, head: str = "<title>Lamps</title>") -> str:
    """An HTML page."""
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
