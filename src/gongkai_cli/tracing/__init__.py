"""Hold a plan against the text of its document: every quote, every sentence, words of time, owners."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gongkai_cli.messages import Text, text
from gongkai_cli.plan import Plan
from gongkai_cli.positions import Document
from gongkai_cli.problems import Location, Problem
from gongkai_cli.sources.document import SourceText
from gongkai_cli.tracing.layout import Layout
from gongkai_cli.tracing.numbering import Clause
from gongkai_cli.tracing.quotes import Finder, Found, quotes_of
from gongkai_cli.tracing.suspicions import Evidence, disagreeing_owners, unanswered_times
from gongkai_cli.tracing.unstated import unstated_times
from gongkai_cli.tracing.walking import lay_out


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the sentences of a clause (or of a document) a quote touches."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """The share in percent with one decimal, rounded down, so that 100.0 means all; 100 of nothing."""
        return self.covered * 1000 // self.total / 10 if self.total else 100.0

    def below(self, percent: float) -> bool:
        """Return whether less is covered than so many percent."""
        return self.covered * 100 < percent * self.total


@dataclass(frozen=True, slots=True)
class Trace:
    """What a comparison of a plan with its document found.

    `clauses` are in the document's order; `quotes` and `found` count quotes; `aside` counts lines that are no
    sentences: head, title, addressee and signature, headings of tables, page numbers.
    """

    plan_file: str
    source_file: str
    problems: tuple[Problem, ...]
    clauses: tuple[tuple[Text, Share], ...]
    share: Share
    quotes: int
    found: int
    aside: int


def trace(plan: Plan, document: Document, source: SourceText, least: float | None = None) -> Trace:
    """Hold a plan against its document; with `least`, less coverage (in percent) is a problem too."""
    layout = lay_out(source)
    finder = Finder(layout, document)
    quotes = list(quotes_of(plan))
    found = [each for quote in quotes if (each := finder.find(quote)) is not None]
    touching = _touching(layout, found)
    evidence = Evidence(plan, document, layout, found, touching)
    clauses, share = _shares(layout, touching)
    times = list(unanswered_times(evidence))
    problems = [
        *finder.problems,
        *_uncovered(layout, touching),
        *times,
        *unstated_times(evidence, {problem.location for problem in times}),
        *disagreeing_owners(evidence),
    ]
    if least is not None and share.below(least):
        problems.append(_too_little(document, source.file, share, least))
    return Trace(
        document.file,
        source.file,
        tuple(sorted(problems)),
        tuple((clause.words(), part) for clause, part in clauses.items()),
        share,
        len(quotes),
        sum(each.exact for each in found),
        layout.formal + source.left_out,
    )


def _touching(layout: Layout, found: Sequence[Found]) -> Mapping[int, Sequence[Found]]:
    """The quotes that touch each sentence, by its number."""
    touching: dict[int, list[Found]] = defaultdict(list)
    for each in found:
        index = max(layout.sentence_at(each.start), 0)
        while index < len(layout.sentences) and layout.sentences[index].start < each.end:
            if layout.sentences[index].end > each.start:
                touching[index].append(each)
            index += 1
    bits = [(index, sentence) for index, sentence in enumerate(layout.sentences) if sentence.bit]
    rows: dict[tuple[int, int] | None, list[Found]] = defaultdict(list)
    for index, sentence in bits:
        rows[sentence.row] += touching.get(index, ())
    for index, sentence in bits:
        if sentence.counted and rows[sentence.row]:
            touching[index] = rows[sentence.row]
    return touching


def _shares(layout: Layout, touching: Mapping[int, Sequence[Found]]) -> tuple[dict[Clause, Share], Share]:
    total: Counter[Clause] = Counter()
    covered: Counter[Clause] = Counter()
    for index, sentence in enumerate(layout.sentences):
        if sentence.counted:
            total[sentence.clause] += 1
            covered[sentence.clause] += any(each.exact for each in touching.get(index, ()))
    parts = {clause: Share(covered[clause], total[clause]) for clause in layout.clauses if total[clause]}
    return parts, Share(covered.total(), total.total())


def _uncovered(layout: Layout, touching: Mapping[int, Sequence[Found]]) -> Iterator[Problem]:
    """GK706: sentences that nothing touches. Where a misquoted text is nearest, one problem says enough."""
    for index, sentence in enumerate(layout.sentences):
        if sentence.counted and not touching.get(index):
            line, column, said = layout.spot(sentence.start)
            message = text(
                "no quote touches “{text}” ({clause}, {place})",
                text=layout.shown(sentence.start, sentence.end),
                clause=sentence.clause.words(),
                place=layout.place_at(sentence.start).words(),
            )
            hint = text("encode it as an obligation, or list it under `untracked` with the reason")
            yield Problem(Location(layout.source.file, line, column), "GK706", message, hint, said)


def _too_little(document: Document, source: str, share: Share, least: float) -> Problem:
    message = text(
        "quotes touch {covered} of {total} sentences of {source}: {percent} %, less than {least} %",
        covered=share.covered,
        total=share.total,
        source=source,
        percent=f"{share.percent:.1f}",
        least=f"{least:g}",
    )
    return document.problem("GK707", ("plan",), message, text("the sentences are listed as GK706"), key=True)
