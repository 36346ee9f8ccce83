"""What `ANCHORED_AT` of `bot/speech/writers/faithful.py` lets through: `python -m tests.bench.wording`.

A drafted sentence must be near something that its plan gave it. Prints, for some marks, how many strangers (prepared sentences of
other blocks and contentions) reach them with the sentences and the evidence of a paragraph, beside how many sentences of the
paragraph itself reach them with the rest of it.
"""

from __future__ import annotations

import random

import numpy as np

from bot.bootstrap import brief_of, encoder_of
from bot.brief.check import paragraphs
from bot.brief.model import Brief, Paragraph
from bot.brief.sentences import split_sentences
from bot.retrieval.encoder import Encoder, Vectors
from bot.settings import read_settings
from bot.speech.writers.faithful import ANCHORED_AT
from tests.bench.output import save

SAMPLE, SEED = 300, 7
MARKS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65)


def anchors_of(brief: Brief, paragraph: Paragraph) -> list[str]:
    """What a plan with this paragraph gives a model: its sentences, then the sentences of its evidence."""
    evidence = [text for i in paragraph.passages for text in split_sentences(brief.passages[i].text)]
    return [*(s.text for s in paragraph.sentences), *evidence]


def vectors_of(encoder: Encoder, texts: list[str]) -> dict[str, Vectors]:
    unique = list(dict.fromkeys(texts))
    return dict(zip(unique, encoder.encode(unique), strict=True))


def main() -> None:
    """Measure and print."""
    brief, dice = brief_of(read_settings()), random.Random(SEED)
    chosen = [p for _, p in paragraphs(brief) if p.passages]
    dice.shuffle(chosen)
    chosen = chosen[:SAMPLE]
    anchors = [anchors_of(brief, p) for p in chosen]
    strangers = []
    for p in chosen:
        others = [q for q in chosen if q.id.partition("#")[0] != p.id.partition("#")[0]]
        strangers.append(dice.choice(dice.choice(others).sentences).text)
    rows = vectors_of(encoder_of(read_settings()), [*strangers, *(text for texts in anchors for text in texts)])
    far = [max(float(rows[s] @ rows[text]) for text in texts) for s, texts in zip(strangers, anchors, strict=True)]
    own = [max(float(rows[texts[0]] @ rows[text]) for text in texts[1:]) for texts in anchors if len(texts) > 1]
    print(f"{'cosine at least':<44}" + "".join(f"{mark:>8.2f}" for mark in MARKS))
    shares = {}
    for name, found in (("strangers: sentences of other paragraphs", far), ("a sentence beside the rest of its paragraph", own)):
        shares[name] = {str(mark): float(np.mean(np.array(found) >= mark)) for mark in MARKS}
        print(f"{name:<44}" + "".join(f"{share:>8.3f}" for share in shares[name].values()))
    print(f"ANCHORED_AT is {ANCHORED_AT}; {len(strangers)} strangers, {len(own)} paragraphs")
    save("wording", {"anchored_at": ANCHORED_AT, "strangers": len(strangers), "paragraphs": len(own), "shares": shares})


if __name__ == "__main__":
    main()
