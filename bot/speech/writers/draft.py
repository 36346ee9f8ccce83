"""A model's draft of a paragraph, read back into sentences with their passages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.brief.model import Sentence
from bot.brief.sentences import split_sentences

_MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
# A marker that follows the full stop belongs to the sentence before it.
_LATE = re.compile(r"([.!?])((?:\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\])+)")
_ANNOUNCED = re.compile(
    r"^\s*(?:(?:sure|certainly|of course|okay|here(?:'s| is| are))\b[^\n:]{0,80}:|(?:re)?(?:written )?paragraph:)\s*", re.I
)
_QUOTED_WHOLE = re.compile(r'^["“](.*)["”]$', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Draft:
    """The sentences of a draft, and markers in it that stand for nothing."""

    sentences: tuple[Sentence, ...]
    unknown: tuple[int, ...]

    @property
    def text(self) -> str:
        """The prose without markers."""
        return " ".join(sentence.text for sentence in self.sentences)


def read_draft(text: str, markers: Mapping[str, int]) -> Draft:
    """The draft in `text`; `markers` says which passage each number stands for. Model chatter around it is dropped."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"^```\w*\n?|\n?```$", "", plain).strip()
    plain = _ANNOUNCED.sub("", plain, count=1).strip()
    whole = _QUOTED_WHOLE.match(plain)
    if whole and '"' not in whole[1]:
        plain = whole[1].strip()
    plain = re.sub(r"[*_`#]+", "", plain)
    plain = _LATE.sub(lambda m: f"{m[2]}{m[1]}", " ".join(plain.split()))
    passages = {n: p for p, n in markers.items()}
    sentences: list[Sentence] = []
    unknown: list[int] = []
    for said in split_sentences(plain):
        numbers = [int(n) for group in _MARK.findall(said) for n in re.split(r"\s*[,;]\s*", group)]
        unknown += [n for n in numbers if n not in passages]
        cited = tuple(dict.fromkeys(passages[n] for n in numbers if n in passages))
        bare = _MARK.sub("", said).strip()
        if re.search(r"\w", bare):
            sentences.append(Sentence(bare, cited))
        elif sentences and cited:
            last = sentences[-1]
            sentences[-1] = Sentence(last.text, tuple(dict.fromkeys((*last.passages, *cited))))
    return Draft(tuple(sentences), tuple(unknown))
