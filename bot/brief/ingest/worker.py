"""The child process: reads one document from standard input under limits and prints its text as JSON."""

from __future__ import annotations

import errno
import json
import logging
import sys
import warnings
from collections.abc import Callable

from bot.brief.ingest.extract import MAX_CHARACTERS, Extract, RefusedError


def reader_of(form: str) -> Callable[[bytes], Extract]:
    """The reader for `form`; its library is imported only now."""
    if form == "pdf":
        from bot.brief.ingest.pages import read_pdf

        return read_pdf
    if form == "html":
        from bot.brief.ingest.markup import read_html

        return read_html
    from bot.brief.ingest.plain import read_markdown, read_text

    return read_markdown if form == "markdown" else read_text


def answer(form: str, data: bytes) -> str:
    """JSON of the extract, or `{"refused": REASON}`; whatever goes wrong inside a reader is a reason."""
    try:
        extract = reader_of(form)(data)
        characters = sum(len(piece.text) for piece in extract.pieces)
        if characters > MAX_CHARACTERS:
            raise RefusedError(f"holds {characters:,} characters, more than {MAX_CHARACTERS:,}: split it")
        if not any(not piece.heading for piece in extract.pieces):
            raise RefusedError("holds no paragraph of text: name a document with text")
        return extract.to_json()
    except RefusedError as error:
        return json.dumps({"refused": str(error)})
    except Exception as error:  # a reader may fail in any way on a hostile file; the operator needs one line, not a traceback
        short = "needs too much memory to read: save its text alone"
        return json.dumps(
            {"refused": short if _for_memory(error) else "is broken and cannot be read: save it anew or as plain text"}
        )


def _for_memory(error: BaseException | None) -> bool:
    """Whether want of memory raised `error`, or what it was raised from: a library may put its own error in the place of it.

    Under the limit a library that no longer fits raises `ImportError`, an extension `SystemError`.
    """
    while error is not None:
        if isinstance(error, (MemoryError, RecursionError, ImportError, SystemError)):
            return True
        if isinstance(error, OSError) and error.errno == errno.ENOMEM:
            return True
        error = error.__cause__ or error.__context__
    return False


def limit(seconds: int, memory: int) -> None:
    """Bound this process: CPU seconds, bytes of address space, no files written. Where the system cannot, the clock remains."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(kind, (most, most))


def main(arguments: list[str]) -> None:
    """Arguments: form, seconds, bytes."""
    form, seconds, memory = arguments
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    limit(int(seconds), int(memory))
    sys.stdout.write(answer(form, sys.stdin.buffer.read()))


if __name__ == "__main__":
    main(sys.argv[1:])
