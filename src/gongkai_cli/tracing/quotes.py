"""Quotes in a document: where each stands, in which clause, and in what its form differs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gongkai_cli.messages import Text, text
from gongkai_cli.plan import Plan
from gongkai_cli.positions import Document
from gongkai_cli.problems import Problem
from gongkai_cli.tracing.folding import fold
from gongkai_cli.tracing.layout import Layout
from gongkai_cli.tracing.nearest import Pairs
from gongkai_cli.tracing.numbering import Clause, parse_clause, resolve

LONGEST = 40
_LOOSE = re.compile("[\\s“”‘’\"']+")
# More places of one quote tell nobody anything.
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote of a plan: the section and position of its entry, and what it claims."""

    section: str
    index: int
    clause: str
    words: str

    def path(self, key: str = "quote") -> tuple[str, int, str]:
        """Return the place of one of its entry's keys in the plan."""
        return self.section, self.index, key


class Found(NamedTuple):
    """Where in a document's folded text a quote stands; of one that is not `exact`, the nearest text."""

    quote: Quote
    start: int
    end: int
    exact: bool = True


def quotes_of(plan: Plan) -> Iterator[Quote]:
    """Yield the quotes of a plan, those of its obligations first."""
    for index, obligation in enumerate(plan.obligations):
        yield Quote("obligations", index, obligation.clause, obligation.quote)
    for index, untracked in enumerate(plan.untracked):
        yield Quote("untracked", index, untracked.clause, untracked.quote)


class Finder:
    """Finds the quotes of one plan in one document, and collects what is wrong with them."""

    def __init__(self, layout: Layout, document: Document) -> None:
        self._layout = layout
        self._document = document
        self._pairs: Pairs | None = None
        self._resolved: dict[str, list[Clause] | None] = {}
        self.problems: list[Problem] = []

    def find(self, quote: Quote) -> Found | None:
        """Return where a quote stands, in the clause that it claims if it can; report what is wrong."""
        if len(quote.words) > LONGEST:
            self._say(
                "GK704",
                quote,
                text("the quote has {count} characters, more than {most}", count=len(quote.words), most=LONGEST),
                text("keep the words that say what is to be done, and by when"),
            )
        wanted = fold(quote.words, bare=self._layout.source.loose)
        starts = list(_occurrences(self._layout.folded.text, wanted))
        if not starts:
            return self._missing(quote, wanted)
        inside = self._inside(quote, starts)
        if not inside:
            self._elsewhere(quote, starts)
            inside = starts if len(starts) == 1 else []
        if len(inside) > 1:
            self._several(quote, inside)
        if not inside:
            return None
        found = Found(quote, inside[0], inside[0] + len(wanted))
        self._compare(found)
        return found

    def _say(self, code: str, quote: Quote, message: Text, hint: Text | None, key: str = "quote") -> None:
        self.problems.append(self._document.problem(code, quote.path(key), message, hint))

    def _inside(self, quote: Quote, starts: Sequence[int]) -> list[int]:
        """The places in the claimed clause itself; where it holds none, those in the clauses below it."""
        clauses = self._meant(quote.clause)
        if clauses is None or len(clauses) > 1:
            return []
        if not clauses:
            # A name such as 总体要求 can only stand for text that has no number.
            return [at for at in starts if not self._layout.clause_at(at).steps]
        here = [at for at in starts if self._layout.clause_at(at) == clauses[0]]
        return here or [at for at in starts if self._layout.clause_at(at).within(clauses[0])]

    def _meant(self, written: str) -> list[Clause] | None:
        """The clauses that a claim may mean; none for a name; None where the document has no such clause."""
        if written not in self._resolved:
            claimed = parse_clause(written)
            known = self._layout.clauses
            if claimed is None or (claimed == Clause("通知") and not any(clause.part for clause in known)):
                self._resolved[written] = []
            else:
                self._resolved[written] = resolve(claimed, known) or None
        return self._resolved[written]

    def _missing(self, quote: Quote, wanted: str) -> Found | None:
        if self._pairs is None:
            self._pairs = Pairs(self._layout.folded.text)
        near = self._pairs.nearest(wanted)
        if near is None:
            message = text("the document does not say this, nor anything like it")
            self._say("GK701", quote, message, text("is this the document that the plan encodes?"))
            return None
        there = self._layout.shown(near.start, near.end, 2 * LONGEST)
        message = text(
            "the document does not say this; nearest is “{text}” ({place})", text=there, place=self._where(near.start)
        )
        changes = _joined([_change(*difference) for difference in near.differences[:_MOST_NAMED]])
        self._say("GK701", quote, message, text("copy it from the document: {changes}", changes=changes))
        return Found(quote, near.start, near.end, exact=False)

    def _elsewhere(self, quote: Quote, starts: Sequence[int]) -> None:
        clauses = self._meant(quote.clause)
        there = list(dict.fromkeys(self._layout.clause_at(at) for at in starts))
        places = _joined([self._where(at) for at in starts[:_MOST_NAMED]])
        hint = text("write `clause: {clause}`", clause=there[0].words())
        if len(there) > 1:
            hint = text("write the clause that is meant, or quote more words")
        if not there[0].steps and not there[0].part and len(there) == 1:
            hint = text("write for example `clause: 总体要求`; any name stands for text without a number")
        if clauses is None:
            message = text(
                "the document has no clause {clause}; the quote stands in {places}", places=places, clause=quote.clause
            )
        elif len(clauses) > 1:
            several = _joined([clause.words() for clause in clauses[:_MOST_NAMED]])
            message = text(
                "the clause {clause} may be any of {several}; the quote stands in {places}",
                clause=quote.clause,
                several=several,
                places=places,
            )
        else:
            message = text("the quote does not stand in {clause}, but in {places}", clause=quote.clause, places=places)
        self._say("GK702", quote, message, hint, "clause")

    def _several(self, quote: Quote, inside: Sequence[int]) -> None:
        message = text(
            "the quote stands {count} times in {clause} ({places}); the first is taken",
            count=len(inside),
            clause=quote.clause,
            places=_joined(list(dict.fromkeys(self._layout.place_at(at).words() for at in inside[:_MOST_NAMED]))),
        )
        self._say("GK705", quote, message, text("quote more words, so that it stands there once"))

    def _compare(self, found: Found) -> None:
        """Report a quote that is found, but written otherwise: blanks, or full-width and half-width forms."""
        there, here = self._layout.original(found.start, found.end), found.quote.words
        if _same(there, here, loose=self._layout.source.loose):
            return
        self._say(
            "GK703",
            found.quote,
            text(
                "the document writes “{there}” ({place}), the quote “{here}”",
                there=self._layout.shown(found.start, found.end, 2 * LONGEST),
                place=self._layout.place_at(found.start).words(),
                here=here,
            ),
            text("only blanks, widths or kinds of marks differ; copy it as it stands"),
        )

    def _where(self, at: int) -> Text:
        clause, place = self._layout.clause_at(at), self._layout.place_at(at)
        return text("{clause}, {place}", clause=clause.words(), place=place.words())


def _occurrences(folded: str, wanted: str) -> Iterator[int]:
    """Yield where a text stands, however it overlaps itself."""
    at = folded.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = folded.find(wanted, at + 1)


def _same(there: str, here: str, *, loose: bool) -> bool:
    """Whether a quote is written as in the document; blanks at line breaks are the layout's.

    In a `loose` source all blanks are, and quotation marks may stand elsewhere.
    """
    if loose:
        return _LOOSE.sub("", there) == _LOOSE.sub("", here)
    return re.fullmatch(r"\s*".join(re.escape(line.strip()) for line in there.split("\n")), here) is not None


def _change(here: str, there: str) -> Text:
    if not here:
        return text("“{there}” is missing", there=there)
    if not there:
        return text("“{here}” is too much", here=here)
    return text("“{there}”, not “{here}”", there=there, here=here)


def _joined(parts: Sequence[Text]) -> Text:
    said = parts[0]
    for part in parts[1:]:
        said = text("{one}; {other}", one=said, other=part)
    return said
