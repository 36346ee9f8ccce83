"""Which neighbouring utterances are one argument: the division of a speech that recognises most, by dynamic programming."""

from __future__ import annotations

from collections.abc import Callable, Sequence

# Utterances that may be one argument.
LONGEST = 4
Window = tuple[int, int]


def windows(count: int, apart: Sequence[bool]) -> list[Window]:
    """All runs (first, past the last) of up to `LONGEST` of `count` utterances; one that stands `apart` is in no longer run."""
    return [
        (first, past)
        for first in range(count)
        for past in range(first + 1, min(first + LONGEST, count) + 1)
        if past == first + 1 or not any(apart[first:past])
    ]


def best_division(count: int, gains: dict[Window, float], cost: Callable[[int], float]) -> list[Window]:
    """The division of `count` utterances into windows with the highest sum of gains less `cost(first)` for each.

    Segmentation as a shortest path (Utiyama and Isahara, ACL 2001); of equal divisions the one with the earlier cuts.
    """
    totals, back = [0.0] + [float("-inf")] * count, [0] * (count + 1)
    ending: list[list[Window]] = [[] for _ in range(count + 1)]
    for window in gains:
        ending[window[1]].append(window)
    for past in range(1, count + 1):
        for window in ending[past]:
            total = totals[window[0]] + gains[window] - cost(window[0])
            if total > totals[past]:
                totals[past], back[past] = total, window[0]
    division: list[Window] = []
    at = count
    while at:
        division.append((back[at], at))
        at = back[at]
    return division[::-1]
