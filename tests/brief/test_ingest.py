"""Taking in an operator's document: sound ones are read and split, hostile ones refused in one line with nothing written."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brief.ingest import extract as extracting
from bot.brief.ingest.add import Record, add, remove, with_defaults
from bot.brief.ingest.decode import clean, decode
from bot.brief.ingest.extract import Extract, Piece, RefusedError, extract, from_json
from bot.brief.ingest.markup import read_html
from bot.brief.ingest.pages import read_pdf
from bot.brief.ingest.passages import MAX_WORDS, MIN_WORDS, split
from bot.brief.ingest.plain import read_markdown, read_text
from bot.brief.ingest.record import authors_in, date_in
from bot.brief.ingest.worker import answer
from bot.brief.load import check_brief, load_brief
from bot.brief.model import Wording
from bot.brief.sentences import split_sentences
from bot.errors import UserError
from tests.brief.documents import FIRST, SECOND, bomb, page, pdf
from tests.conftest import TINY

RECORD = Record("lamps", "Lamps on the ridge", ("Ann Bee",), "2020-03-04", stance="neutral")


def texts(document: Extract) -> list[str]:
    return [piece.text for piece in document.pieces]


def test_plain_text_gives_its_record_from_the_lines_before_the_first_paragraph() -> None:
    document = read_text(
        f"Blog\n\n4 March 2020\n\nLamps on the ridge\n\nby Ann Bee and Cy Dee\n\n{FIRST}\n\nPart two\n\n{SECOND}\n".encode()
    )
    assert (document.title, document.authors, document.date) == ("Lamps on the ridge", ("Ann Bee", "Cy Dee"), "2020-03-04")
    assert [(p.text, p.heading) for p in document.pieces] == [(FIRST, False), ("Part two", True), (SECOND, False)]


def test_plain_text_without_blank_lines_has_a_paragraph_a_line() -> None:
    assert texts(read_text(f"{FIRST}\r\n{SECOND}".encode())) == [FIRST, SECOND]


def test_markdown_is_read_as_it_is_seen() -> None:
    source = (
        "---\ntitle: Lamps\nauthors: [Ann Bee]\ndate: 2020-03-04\n---\n# Top\n\nSome **bold** [link](http://x.y) "
        "<script>alert('evil')</script>text ![pic](p.png).\n\n<div hidden>\n\nghost\n\n</div>\n\n<!-- ghost -->\n\n"
        "## Part two\n\n- item `one`\n- item two\n\n```\ncode line\n```\n"
    )
    document = read_markdown(source.encode())
    assert (document.title, document.authors, document.date) == ("Lamps", ("Ann Bee",), "2020-03-04")
    assert texts(document) == ["Top", "Some bold link text .", "Part two", "item one", "item two", "code line"]
    assert [p.text for p in document.pieces if p.heading] == ["Top", "Part two"]


def test_a_broken_front_matter_of_a_markdown_file_gives_no_record() -> None:
    document = read_markdown(f"---\ndate: 2020-02-30\n---\n# Top\n\n{FIRST}\n".encode())
    assert (document.title, document.date, texts(document)) == ("Top", "", ["Top", FIRST])


HIDDEN = {
    "script": "<script>ghost()</script>",
    "style": "<style>.ghost{}</style>",
    "attribute": "<p hidden>ghost</p>",
    "inline style": "<p style='color:red; DISPLAY : none'>ghost</p>",
    "aria": "<span aria-hidden=true>ghost</span>",
    "style sheet": "<p class='a hush'>ghost</p>",
    "style sheet id": "<p id=gone>ghost</p>",
    "comment": "<!-- ghost -->",
    "conditional comment": "<!--[if IE]><p>ghost</p><![endif]-->",
    "noscript": "<noscript>ghost</noscript>",
    "template": "<template><p>ghost</p></template>",
    "no size": "<span style='font-size:0'>ghost</span>",
    "see-through": "<span style='opacity: 0'>ghost</span>",
    "off the page": "<p style='position:absolute;left:-9999px'>ghost</p>",
    "handler": "<p onclick='ghost()'>seen</p>",
    "link": "<a href='javascript:ghost()'>seen</a>",
    "frame": "<iframe srcdoc='<p>ghost</p>'>ghost</iframe>",
    "form": "<form><input value=ghost><textarea>ghost</textarea></form>",
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
def test_what_a_reader_of_a_page_does_not_see_never_becomes_text(hidden: str) -> None:
    style = "<style>.b, .hush {display:none} #gone {visibility: hidden}</style>"
    head = f"<title>Lamps</title>{style}<meta name=author content='Ann Bee'>"
    for body in (
        f"<p>{FIRST}</p>{hidden}<p>{SECOND}</p>",
        f"<article><h2>Part</h2>{f'<p>{FIRST}</p>' * 6}{hidden}<p>{SECOND}</p></article>",
    ):
        document = read_html(page(body, head).encode())
        seen = " ".join(texts(document))
        assert "ghost" not in seen
        assert FIRST in seen
        assert SECOND in seen
        assert (document.title, document.authors) == ("Lamps", ("Ann Bee",))


def test_the_blocks_and_headings_of_a_page_stay_apart() -> None:
    document = read_html(page(f"<h1>Top</h1><p>{FIRST}<h2>Part</h2><ul><li>{SECOND}<li><p>two</p></ul>").encode())
    assert [(p.text, p.heading) for p in document.pieces] == [
        ("Top", True),
        (FIRST, False),
        ("Part", True),
        (SECOND, False),
        ("two", False),
    ]


def test_a_page_is_read_in_the_encoding_that_it_declares() -> None:
    raw = page(f"<p>Привет {FIRST}</p>", "<meta charset=windows-1251><title>x</title>").encode("cp1251")
    document = read_html(raw)
    assert texts(document)[0].startswith("Привет")
    assert document.encoding == "windows-1251"


def test_a_pdf_gives_paragraphs_with_pages_and_its_record() -> None:
    info = "/Title (Lamps) /Author (Ann Bee; Cy Dee) /CreationDate (D:20200304101112Z)"
    document = read_pdf(pdf([f"{FIRST}\n\n{SECOND}", SECOND], info=info))
    assert (document.title, document.authors, document.date) == ("Lamps", ("Ann Bee", "Cy Dee"), "2020-03-04")
    assert document.pieces == (Piece(f"{FIRST} {SECOND}", page=1), Piece(SECOND, page=2))


def test_a_paragraph_that_runs_over_a_page_stays_whole_and_running_heads_go() -> None:
    half = FIRST.split()
    pages = [
        f"Lamps Journal 12\n\n{' '.join(half[:30])}",
        f"Lamps Journal 13\n\n{' '.join(half[30:])}",
        f"Lamps Journal 14\n\n{SECOND}",
        "Lamps Journal 15\n\n16",
        f"Lamps Journal 16\n\n{SECOND}",
    ]
    document = read_pdf(pdf(pages))
    assert texts(document) == [FIRST, SECOND, SECOND]
    assert [p.page for p in document.pieces] == [1, 3, 5]


def _file(tmp_path: Path, name: str, data: bytes | str) -> Path:
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def _loop(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    return tmp_path / "a.txt"


def _pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe.txt")
    return tmp_path / "pipe.txt"


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "folder.txt").mkdir()
    return tmp_path / "folder.txt"


ENCRYPTED = " /Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >> /ID [(a)(b)]" % (("0123456789abcdef" * 2,) * 2)
ENDLESS = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>\n"
    b"endobj\ntrailer\n<< /Root 1 0 R /Size 3 >>\nstartxref\n0\n%%EOF\n"
)
HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "ten thousand pages": (lambda d: _file(d, "a.pdf", pdf(["x"] * 10_000)), "a.pdf has 10,000 pages, more than 2,000: split it"),
    "a gigabyte in a stream": (lambda d: _file(d, "a.pdf", pdf(["x"], stream=bomb(2**30))), "a.pdf is a broken PDF"),
    "many bombs": (
        lambda d: _file(d, "a.pdf", pdf(["x"] * 60, stream=bomb(70 * 2**20))),
        "a.pdf (needs too much|is a broken|holds no text)",
    ),
    "a scan": (lambda d: _file(d, "a.pdf", pdf([""] * 3)), r"a.pdf holds no text \(is it a scan\?\): run text recognition"),
    "noise in a PDF": (lambda d: _file(d, "a.pdf", b"%PDF-1.4\n" + bytes(range(256)) * 20), "a.pdf is (a )?broken"),
    "half a PDF": (lambda d: _file(d, "a.pdf", pdf([FIRST])[:300]), "a.pdf is a broken PDF"),
    "pages of pages": (lambda d: _file(d, "a.pdf", ENDLESS), "a.pdf is a broken PDF"),
    "an encrypted PDF": (lambda d: _file(d, "a.pdf", pdf([FIRST], trailer=ENCRYPTED)), "a.pdf is encrypted: save a copy without"),
    "text called PDF": (lambda d: _file(d, "a.pdf", FIRST), "a.pdf is no PDF file, whatever its name says"),
    "a PDF called text": (lambda d: _file(d, "a.txt", pdf([FIRST])), "a.txt is a PDF file, whatever its name says"),
    "a page called text": (lambda d: _file(d, "a.txt", page(FIRST)), "a.txt is an HTML page, .*rename it to .html"),
    "text called a page": (lambda d: _file(d, "a.html", FIRST), "a.html is no HTML page, .*rename it to .txt"),
    "an archive called text": (lambda d: _file(d, "a.txt", b"PK\x03\x04" + b"\0" * 99), "a.txt is a ZIP archive"),
    "an office file": (lambda d: _file(d, "a.docx", b"PK\x03\x04"), "a.docx is of no kind that can be read: give a .txt"),
    "empty": (lambda d: _file(d, "a.txt", b" \n\t"), "a.txt is empty: name a document with text"),
    "binary": (lambda d: _file(d, "a.txt", bytes(range(256)) * 9), "a.txt holds binary data, no text"),
    "a zero byte": (lambda d: _file(d, "a.txt", b"some \0 words " * 200), "a.txt holds binary data, no text"),
    "too large": (lambda d: _file(d, "a.txt", b"word " * 2_100_000), "a.txt is over 10 MB: split it"),
    "too long": (lambda d: _file(d, "a.txt", f"{FIRST}\n\n" * 5_000), "a.txt holds .* characters, more than 1,200,000: split it"),
    "headings only": (lambda d: _file(d, "a.md", "# One\n\n## Two\n"), "a.md holds no paragraph of text"),
    "nested tags": (lambda d: _file(d, "a.html", page("<div>" * 99_999 + FIRST)), "a.html is nested too deep"),
    "a flood of tags": (lambda d: _file(d, "a.html", page("<b>x</b>" * 300_000)), "a.html holds more than 200,000 elements"),
    "a page of scripts": (lambda d: _file(d, "a.html", page("<script>let a = 1</script>")), "a.html holds no"),
    "a loop of links": (_loop, "a.txt cannot be read .too many levels of symbolic links.: name a readable document"),
    "a pipe": (_pipe, "pipe.txt is no ordinary file: name a document"),
    "a folder": (_folder, "folder.txt is no ordinary file"),
    "nothing": (lambda d: d / "none.txt", "none.txt cannot be read .no such file or directory."),
}


@pytest.mark.parametrize(("make", "message"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_document_is_refused_in_one_line(make: Callable[[Path], Path], message: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=message) as refused:
        extract(make(tmp_path))
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="SKIPPED FOR WANT OF AN ORDINARY USER: the superuser may read every file")
def test_an_unreadable_document_is_refused(tmp_path: Path) -> None:
    file = _file(tmp_path, "a.txt", FIRST)
    file.chmod(0)
    with pytest.raises(RefusedError, match="permission denied"):
        extract(file)


def test_reading_is_bounded_in_time(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"a\.txt takes more than 0\.01 seconds to read"):
        extract(_file(tmp_path, "a.txt", FIRST), seconds=0.01)


def test_reading_is_bounded_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracting, "MEMORY_BYTES", 40 * 2**20)
    with pytest.raises(RefusedError, match=r"a\.pdf needs too much (time or )?memory"):
        extract(_file(tmp_path, "a.pdf", pdf([FIRST])))


def test_the_child_gives_what_its_reader_gives(tmp_path: Path) -> None:
    data = f"Lamps\n\n{FIRST}\n\n{SECOND}".encode()
    assert extract(_file(tmp_path, "a.txt", data)) == read_text(data) == from_json(answer("text", data))


def test_whatever_a_reader_raises_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(error: BaseException) -> Callable[[str], object]:
        def read(_data: bytes) -> Extract:
            raise error

        return lambda _form: read

    wrapped = KeyError("x")
    wrapped.__context__ = MemoryError()
    memory = (RecursionError(), MemoryError(), ImportError(), SystemError(), OSError(errno.ENOMEM, "no memory"), wrapped)
    reasons = [*((error, "too much memory") for error in memory), (KeyError("x"), "is broken"), (OSError(), "is broken")]
    for error, words in reasons:
        monkeypatch.setattr("bot.brief.ingest.worker.reader_of", fail(error))
        assert words in answer("pdf", b"")


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-32", "utf-32"), ("cp1252", "cp1252")],
)
def test_common_encodings_are_told_apart(encoding: str, named: str) -> None:
    text = f"{FIRST} “Café” – déjà vu, naïve."
    assert decode(text.encode(encoding)) == (text, named)


def test_another_script_is_detected_and_an_unknown_encoding_refused() -> None:
    russian = "Мост держится, потому что кто-то каждый день считает его заклёпки и пишет письма железной дороге. " * 5
    assert decode(russian.encode("cp1251"))[0] == russian
    with pytest.raises(RefusedError, match=r"unknown encoding|binary data"):
        decode(bytes(range(128, 256)) * 40)


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\x7f", "\x80", "\x90", "\x9f"])
def test_control_characters_part_words_and_go(control: str) -> None:
    assert clean(f"one{control}two") == "one two"


def test_invisible_and_direction_changing_characters_go() -> None:
    assert clean("a\u200bb \u202ec\u00add\x07\u2028 e\ufeff") == "ab cd e"


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("3 January 2021", "2021-01-03"),
        ("January 3rd, 2021", "2021-01-03"),
        ("Published in Sept. 2019", "2019-09"),
        ("2021-02-28", "2021-02-28"),
        ("2021-02-30", ""),
        ("31 February 2020", ""),
        ("(1984)", "1984"),
        ("in 1984 we met", ""),
    ],
)
def test_dates_are_read_as_documents_write_them(line: str, date: str) -> None:
    assert date_in(line) == date


def test_a_byline_is_short_and_begins_with_by() -> None:
    assert authors_in("By Ann Bee, Cy Dee & Eve Fox") == ("Ann Bee", "Cy Dee", "Eve Fox")
    assert (
        authors_in("By the time the train left the valley nobody on the platform believed that the bridge would hold at all")
        == ()
    )
    assert authors_in("Bystanders cheered") == ()


def words(number: int, start: int = 0) -> str:
    return " ".join(f"w{i}" for i in range(start, start + number)) + "."


def test_short_paragraphs_are_joined_under_one_heading_only_and_long_ones_parted_at_sentences() -> None:
    long = " ".join(words(25, n * 25) for n in range(10))
    cuts = split([Piece(words(10)), Piece(words(20)), Piece("Next", heading=True), Piece(words(10)), Piece(long)])
    assert [(cut.locator, cut.words) for cut in cuts] == [("¶1–2", 30), ("¶3–4", 85), ("¶4", 100), ("¶4", 75)]
    assert cuts[1].title == "Next"
    assert " ".join(p for cut in cuts[1:] for p in cut.paragraphs) == f"{words(10)} {long}"
    assert all(paragraph.endswith(".") for cut in cuts for paragraph in cut.paragraphs)


def test_pages_are_the_locators_of_a_paged_document() -> None:
    cuts = split([Piece(words(10), page=4), Piece(words(20), page=5), Piece(words(100), page=6)])
    assert [cut.locator for cut in cuts] == ["pp. 4–5", "p. 6"]


@given(st.lists(st.tuples(st.integers(1, 400), st.booleans()), min_size=1, max_size=12))
def test_every_word_of_a_document_lands_in_one_passage_in_order(sizes: list[tuple[int, bool]]) -> None:
    pieces = [Piece("Head", heading=True) if head else Piece(words(size)) for size, head in sizes]
    if all(piece.heading for piece in pieces):
        with pytest.raises(RefusedError):
            split(pieces)
        return
    cuts = split(pieces)
    assert " ".join(p for cut in cuts for p in cut.paragraphs).split() == [
        w for p in pieces if not p.heading for w in p.text.split()
    ]
    assert all(cut.words <= MAX_WORDS for cut in cuts)
    for before, after in pairwise(cuts):
        apart = before.title != after.title or before.words + after.words > MAX_WORDS
        assert apart or min(before.words, after.words) >= MIN_WORDS


MARKDOWN_TRICKS = "# not a heading {#evil} stays text. - kind: fact is text too. ## nor this [survey#hours]."


@pytest.mark.parametrize("start", ["## Heading {#evil}", "- kind: rumour", "- corrected by: nowhere#none", "---", "#", "* star"])
def test_a_text_that_looks_like_the_brief_s_own_marks_stays_text(start: str, tmp_path: Path) -> None:
    tricky = f"{start} {MARKDOWN_TRICKS} {FIRST}"
    add(load_brief(TINY), tmp_path, RECORD, Extract((Piece("Odd {#evil}: head", heading=True), Piece(tricky))))
    brief = load_brief(TINY, tmp_path)
    passages = brief.passages_of("lamps")
    assert [p.id for p in passages] == ["lamps#p1"]
    assert passages[0].corrected_by == ()
    assert passages[0].text.endswith(f"{MARKDOWN_TRICKS.removeprefix('# ')} {FIRST}")


def test_an_added_document_is_a_source_of_verbatim_passages(tmp_path: Path) -> None:
    file = add(
        load_brief(TINY),
        tmp_path,
        replace(RECORD, note='A: "note"', addresses=("https://example.org/a",)),
        Extract((Piece(FIRST),)),
    )
    assert [path.name for path in tmp_path.iterdir()] == [file.name] == ["lamps.md"]
    assert check_brief(TINY, tmp_path) == []
    brief = load_brief(TINY, tmp_path)
    source, passage = brief.sources["lamps"], brief.passages["lamps#p1"]
    assert (source.wording, source.note, source.addresses) == (Wording.VERBATIM, 'A: "note"', ("https://example.org/a",))
    assert (passage.text, passage.locator, passage.wording) == (FIRST, "¶1", Wording.VERBATIM)
    assert brief.fingerprint != load_brief(TINY).fingerprint


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "survey"}, "the key `survey` is taken"),
        ({"key": "buses"}, "the key `buses` is taken"),
        ({"key": "../evil"}, "`../evil` is no key: use lower-case"),
        ({"key": ""}, "`` is no key"),
        ({"title": " \u200b"}, "does not say its title: give --title"),
        ({"authors": ()}, "does not say its author: give --author"),
        ({"date": ""}, "does not say its date: give --date"),
        ({"date": "spring"}, "`spring` is no date: give --date"),
        ({"stance": "odd"}, "`odd` is no stance: give --stance as for, against, neutral"),
        ({"copy_of": "gossip"}, "there is no source `gossip` to be a copy of"),
        ({"addresses": ("nowhere",)}, "`nowhere` is no address: give --address whole, with https://"),
    ],
)
def test_a_record_that_cannot_stand_is_refused_and_nothing_written(change: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=message):
        add(load_brief(TINY), tmp_path / "sources", replace(RECORD, **change), Extract((Piece(FIRST),)))  # type: ignore[arg-type]
    assert not (tmp_path / "sources").exists()


def test_the_same_text_or_key_is_not_added_twice(tmp_path: Path) -> None:
    add(load_brief(TINY), tmp_path, RECORD, Extract((Piece(FIRST), Piece(SECOND))))
    brief = load_brief(TINY, tmp_path)
    again = Extract((Piece(FIRST.replace(" ", "  ").upper()), Piece("Head", heading=True), Piece(SECOND)))
    with pytest.raises(RefusedError, match="the same text is already there as `lamps`: nothing was added"):
        add(brief, tmp_path, replace(RECORD, key="other"), again)
    with pytest.raises(RefusedError, match="the key `lamps` is taken"):
        add(brief, tmp_path, RECORD, Extract((Piece(SECOND),)))
    with pytest.raises(RefusedError, match="the key `lamps` is taken"):  # another process added it meanwhile
        add(load_brief(TINY), tmp_path, RECORD, Extract((Piece(SECOND),)))
    assert FIRST in load_brief(TINY, tmp_path).passages["lamps#p1"].text
    assert [path.name for path in tmp_path.iterdir()] == ["lamps.md"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "sources").write_text("a file in the way")
    with pytest.raises(RefusedError, match=r"cannot be kept in .*: make room or set DATA_DIR"):
        add(load_brief(TINY), tmp_path / "sources", RECORD, Extract((Piece(FIRST),)))


def test_only_an_added_source_can_be_removed(tmp_path: Path) -> None:
    add(load_brief(TINY), tmp_path, RECORD, Extract((Piece(FIRST),)))
    remove(tmp_path, "lamps")
    assert list(tmp_path.iterdir()) == []
    for key, message in (("lamps", "no added source"), ("survey", "no added source"), ("../x", "is no key")):
        with pytest.raises(UserError, match=message):
            remove(tmp_path, key)


def test_what_is_not_given_is_taken_from_the_original_then_from_the_document() -> None:
    brief = load_brief(TINY)
    document = Extract((Piece(FIRST),), title="Guess", authors=("A. Guess",), date="1999")
    alone = with_defaults(Record("x", title="Given"), document, None)
    assert (alone.title, alone.authors, alone.date, alone.stance) == ("Given", ("A. Guess",), "1999", "neutral")
    copy = with_defaults(Record("x", date="2023", copy_of="survey"), document, brief.sources["survey"])
    assert (copy.title, copy.authors, copy.date, copy.stance) == (
        "Survey of school hours",
        ("Institute of Timetables",),
        "2023",
        "against",
    )


def test_a_file_mode_keeps_the_operator_s_text_readable(tmp_path: Path) -> None:
    file = add(load_brief(TINY), tmp_path, RECORD, Extract((Piece(FIRST),)))
    assert stat.S_IMODE(file.stat().st_mode) & 0o600 == 0o600
    assert split_sentences(load_brief(TINY, tmp_path).passages["lamps#p1"].text)[0] in FIRST
