"""Times that a plan sets and its document doesn't: the ground on which an office could be accused wrongly."""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence

from gongkai_cli.deadlines import Before, DayOf, NoLimit, YearDay
from gongkai_cli.messages import text
from gongkai_cli.plan import Obligation
from gongkai_cli.problems import Location, Problem
from gongkai_cli.tracing.folding import fold
from gongkai_cli.tracing.numbering import Clause
from gongkai_cli.tracing.quotes import Found, Quote
from gongkai_cli.tracing.suspicions import Evidence
from gongkai_cli.tracing.timing import TimeWord, time_words


def unstated_times(evidence: Evidence, suspected: Container[Location]) -> Iterator[Problem]:
    """GK712: a deadline that rests on no reading, and nothing where its duty is quoted from says it.

    Quotes at places that are `suspected` for a word of time are left out: one problem says enough.
    """
    said_of = _said_of(evidence)
    for found in evidence.found:
        if found.quote.section != "obligations":
            continue
        obligation = evidence.plan.obligations[found.quote.index]
        deadline = evidence.plan.deadline_of(obligation)
        if isinstance(deadline, NoLimit) or evidence.plan.interpreted(obligation):
            continue
        if evidence.document.locate(found.quote.path()) in suspected:
            continue
        said = said_of(found)
        if not _stated(evidence, obligation, said) and not _cited(obligation, said):
            yield evidence.problem(
                "GK712",
                found.quote.index,
                "deadline",
                text(
                    "the document does not say `{deadline}` with `{frequency}` where `{id}` is quoted from ({place})",
                    deadline=str(deadline),
                    frequency=str(obligation.frequency),
                    id=obligation.id,
                    place=evidence.layout.place_at(found.start).words(),
                ),
                text("name a reading that gives it, or a `note` that has the words it follows from in quotation marks"),
            )


def _said_of(evidence: Evidence) -> Callable[[Found], list[str]]:
    """Return what may set a duty's time: its sentences, its row, the bracket after it, and the clauses it lies in."""
    own: dict[Quote, list[str]] = defaultdict(list)
    of_clause: dict[Clause, list[str]] = defaultdict(list)
    for index, sentence in enumerate(evidence.layout.sentences):
        words = evidence.text_of(sentence)
        of_clause[sentence.clause].append(words)
        for quote in {each.quote for each in (*evidence.touching.get(index, ()), *evidence.spoken_of(sentence))}:
            own[quote].append(words)

    def said(found: Found) -> list[str]:
        clause = evidence.layout.clause_at(found.start)
        # A PDF keeps no cells together, so that the time of a row may be anywhere in its clause.
        deepest = len(clause.steps) + evidence.layout.source.loose
        above = (Clause(clause.part, clause.steps[:depth]) for depth in range(1, deepest))
        return [*own[found.quote], *(words for each in above for words in of_clause[each])]

    return said


def _stated(evidence: Evidence, obligation: Obligation, said: Sequence[str]) -> bool:
    frequency, deadline = obligation.frequency, evidence.plan.deadline_of(obligation)
    if deadline == Before():
        return any("前" in each for each in said)

    def by(word: TimeWord) -> bool:
        # 每月 alone says that it is done within the month, and no other day.
        within = deadline == DayOf("end") or (frequency.form == "annual" and deadline == YearDay(12, 31))
        free = frequency.form in ("continuous", "event", "once")
        return word.answers(frequency, deadline) and (not word.how_often or within or free)

    return any(by(word) for each in said for word in time_words(each))


def _cited(obligation: Obligation, said: Sequence[str]) -> bool:
    """Whether a note has words of the document in quotation marks."""
    return any(words in each for words in re.findall('"([^"]+)"', fold(obligation.note or "")) for each in said)
