"""Text of people made fit for a page or a picture: nothing unprintable, short where space is short."""

from __future__ import annotations

import re

_BREAKS = re.compile(r"\r\n?")
# Control characters are shown by their pictures (U+2400 block); what no file can hold becomes the replacement character.
_SHOWN: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n"},
    127: "\u2421",
    **dict.fromkeys((*range(128, 160), 65534, 65535, *range(55296, 57344)), "�"),
}
_SENTENCE_END = re.compile(r"[.!?…]['\")\]]*$")


def plain(text: str) -> str:
    """`text` with one kind of line break and no character that HTML or UTF-8 would drop or change."""
    return _BREAKS.sub("\n", text).translate(_SHOWN)


def shortened(text: str, words: int) -> str:
    """At most `words` words of `text`, cut after a sentence where one ends in the second half, else with an ellipsis."""
    all_words = text.split()
    if len(all_words) <= words:
        return " ".join(all_words)
    kept = all_words[:words]
    for end in range(words, words // 2, -1):
        if _SENTENCE_END.search(kept[end - 1]):
            return f"{' '.join(kept[:end])} …"
    return f"{' '.join(kept)} …"
