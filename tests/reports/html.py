"""What tests read off a page: its elements, its text, its ids and links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset({"meta", "br", "hr", "img", "link", "input", "wbr"})


@dataclass
class Element:
    """One element: its tag, attributes, children in order and the text directly or deeper within."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text within, as it stands."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, tag: str | None = None, **attributes: str) -> list[Element]:
        """Every element below with this tag and these attributes, in the page's order (`class_` holds one class)."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                wanted = {("class" if name == "class_" else name): value for name, value in attributes.items()}
                fits = all(v in child.attributes.get(n, "").split() if n == "class" else child.attributes.get(n) == v
                           for n, v in wanted.items())  # fmt: skip
                if (tag is None or child.tag == tag) and fits:
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def one(self, tag: str | None = None, **attributes: str) -> Element:
        """The only such element."""
        (found,) = self.all(tag, **attributes)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("document", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute of <{tag}> stands twice"
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a page has no comments")


def read(page: str) -> Element:
    """The page as a tree; every element must be closed where it was opened."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.here is reader.root
    return reader.root


def skeleton(root: Element) -> list[str]:
    """The tags of a page in order: what markup there is, whatever the text."""
    return [element.tag for element in root.all()]


def assert_sound(root: Element) -> None:
    """Every id is unique, every link within the page resolves, nothing is loaded from outside, no script can be."""
    ids = [element.attributes["id"] for element in root.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for link in root.all("a"):
        target = link.attributes["href"]
        if target.startswith("#"):
            assert target[1:] in ids, f"{target} leads nowhere"
        else:
            assert target.startswith(("https://", "http://"))
            assert "noopener" in link.attributes["rel"]
    assert not {"script", "iframe", "object", "embed", "form", "link", "base"} & set(skeleton(root))
    for element in root.all():
        assert not [name for name in element.attributes if name.startswith("on") or name in ("style", "srcset")]
        assert element.attributes.get("src", "data:image/").startswith("data:image/")
        for name in ("aria-labelledby", "aria-describedby"):
            assert all(id in ids for id in element.attributes.get(name, "").split())
    for picture in root.all("img"):
        assert picture.attributes["alt"]
    levels = [int(element.tag[1]) for element in root.all() if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), "a heading level is skipped"
    assert root.one("html").attributes["lang"] == "en"
    assert len(root.all("main")) == 1
    policy = next(m.attributes["content"] for m in root.all("meta") if "http-equiv" in m.attributes)
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy
    assert "unsafe" not in policy
