"""The stretch of a document that is most like a text which it does not hold."""

from collections import defaultdict
from difflib import SequenceMatcher
from typing import NamedTuple

# Fewer pairs in common than this, or more edits, are chance.
_LEAST, _MOST = 0.25, 0.6
_CLOSING = ")]}。;,、:!?"
_MOST_PLACES = 1000  # in which pairs are looked at, for each text that is missing


class Near(NamedTuple):
    """A stretch of folded text that is like what was looked for, and how the two differ: (here, there) each."""

    start: int
    end: int
    differences: tuple[tuple[str, str], ...]


class Pairs:
    """Where each pair of characters stands in a text; made once, asked for every text that is missing."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at: dict[str, list[int]] = defaultdict(list)
        for index in range(len(text) - 1):
            self._at[text[index : index + 2]].append(index)

    def nearest(self, wanted: str) -> Near | None:
        """Return the stretch most like a folded text, the first of equals; None where it shares few pairs."""
        size = len(wanted)
        steps: dict[int, int] = defaultdict(int)
        pairs = self._rarest({wanted[index : index + 2] for index in range(size - 1)})
        for pair in pairs:
            covered_to = -1
            for at in self._at.get(pair, ()):
                begin = max(at - size + 2, covered_to + 1, 0)
                steps[begin] += 1
                steps[at + 1] -= 1
                covered_to = at
        best = shared = best_at = 0
        for at in sorted(steps):
            shared += steps[at]
            if shared > best:
                best, best_at = shared, at
        if best < max(1, _LEAST * len(pairs)):
            return None
        begin, end = max(0, best_at - size // 2), min(len(self._text), best_at + 2 * size)
        start, stop, edits = likest(wanted, self._text[begin:end])
        if edits > _MOST * size:
            return None
        # What closes the text before, such as the bracket of a number, is no part of the stretch.
        while start < stop and self._text[begin + start] in _CLOSING and wanted[0] not in _CLOSING:
            start += 1
        there = self._text[begin + start : begin + stop]
        matcher = SequenceMatcher(None, wanted, there, autojunk=False)
        differences = tuple((wanted[a:b], there[c:d]) for kind, a, b, c, d in matcher.get_opcodes() if kind != "equal")
        return Near(begin + start, begin + stop, differences)

    def _rarest(self, pairs: set[str]) -> list[str]:
        """The pairs that tell most, as many as are looked up quickly."""
        chosen: list[str] = []
        places = 0
        for pair in sorted(pairs, key=lambda pair: (len(self._at.get(pair, ())), pair)):
            places += len(self._at.get(pair, ()))
            if places > _MOST_PLACES and chosen:
                break
            chosen.append(pair)
        return chosen


def likest(wanted: str, among: str) -> tuple[int, int, int]:
    """Return the stretch of a text with the fewest edits to another, and how many (Sellers 1980)."""
    # Of each prefix of `wanted`: the edits to the best stretch that ends here, and where that stretch begins.
    column = [(count, 0) for count in range(len(wanted) + 1)]
    best, found = len(wanted), (0, 0)
    for at, character in enumerate(among, 1):
        before, column = column, [(0, at)]
        for index, each in enumerate(wanted, 1):
            kept = before[index - 1][0] + (each != character), before[index - 1][1]
            added = before[index][0] + 1, before[index][1]
            dropped = column[index - 1][0] + 1, column[index - 1][1]
            column.append(min(kept, added, dropped))
        count, begin = column[-1]
        # Of stretches that begin together the longer: a word left out is likelier than one too many at the end.
        if count < best or (count == best and found[1] and begin == found[0]):
            best, found = count, (begin, at)
    return *found, best
