"""What an encoding may have missed: words of time that nothing answers, owners on whom document and plan differ."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gongkai_cli.messages import Text, text
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.positions import Document
from gongkai_cli.problems import Problem
from gongkai_cli.tracing.folding import fold
from gongkai_cli.tracing.layout import Bracket, Layout, Sentence
from gongkai_cli.tracing.quotes import Found
from gongkai_cli.tracing.timing import TimeWord, time_words


@dataclass
class Evidence:
    """A document and the quotes found in it: for each sentence, by number, the quotes that touch it."""

    plan: Plan
    document: Document
    layout: Layout
    found: Sequence[Found]
    touching: Mapping[int, Sequence[Found]]

    @cached_property
    def names(self) -> "Names":
        """The names of the plan's owners."""
        return Names(self.plan)

    @cached_property
    def brackets(self) -> Mapping[int, Bracket]:
        """The brackets of the document by where they begin."""
        return {bracket.start: bracket for bracket in self.layout.brackets if bracket.row is None}

    @cached_property
    def rows(self) -> Mapping[tuple[int, int], Sequence[int]]:
        """The numbers of the sentences in each row of each table."""
        rows: dict[tuple[int, int], list[int]] = {}
        for index, sentence in enumerate(self.layout.sentences):
            if sentence.row is not None:
                rows.setdefault(sentence.row, []).append(index)
        return rows

    def in_row(self, row: tuple[int, int]) -> Sequence[Found]:
        """Return the quotes in a row."""
        return [each for index in self.rows[row] for each in self.touching.get(index, ())]

    def text_of(self, sentence: Sentence) -> str:
        """Return the folded text of a sentence."""
        return self.layout.folded.text[sentence.start : sentence.end]

    def spoken_of(self, sentence: Sentence) -> Sequence[Found]:
        """Return the quotes that a cell of a row, or a bracket, speaks of beyond its own."""
        if sentence.row is not None:
            return self.in_row(sentence.row) if sentence.bit else ()
        bracket = self.brackets.get(sentence.start)
        return [each for _, found in _spoken_of(self, bracket) for each in found] if bracket is not None else ()

    def duties(self, found: Sequence[Found]) -> list[tuple[int, Obligation]]:
        """Return the obligations among quotes, in the plan's order."""
        places = sorted({each.quote.index for each in found if each.quote.section == "obligations"})
        return [(place, self.plan.obligations[place]) for place in places]

    def problem(self, code: str, index: int, key: str, message: Text, hint: Text) -> Problem:
        """Return a problem placed at a key of an obligation."""
        return self.document.problem(code, ("obligations", index, key), message, hint)


def unanswered_times(evidence: Evidence) -> Iterator[Problem]:
    """GK708: a word of time in a sentence, and no duty of the sentence carries it."""
    for index, sentence in enumerate(evidence.layout.sentences):
        found = evidence.touching.get(index, ())
        if not sentence.counted:
            found = [*found, *evidence.spoken_of(sentence)]
        for word in time_words(evidence.layout.folded.text, sentence.start, sentence.end):
            if problem := _unanswered(evidence, word, found):
                yield problem


def _unanswered(evidence: Evidence, word: TimeWord, found: Sequence[Found]) -> Problem | None:
    around = [each for each in found if each.start <= word.start and word.end <= each.end]
    if any(each.quote.section == "untracked" for each in around):
        return None
    asked = evidence.duties(around) or evidence.duties(found)
    if not asked:
        return _nobodys_time(evidence, word, found) if found else None
    if any(_answers(evidence.plan, obligation, word) for _, obligation in asked):
        return None
    index, obligation = asked[0]
    timing = text(
        "`{frequency}`, `{deadline}`",
        frequency=str(obligation.frequency),
        deadline=str(evidence.plan.deadline_of(obligation)),
    )
    place = evidence.layout.place_at(word.start).words()
    if len(asked) == 1:
        message = text(
            "the document says “{word}” here ({place}); `{id}` ({timing}) carries neither that nor a reading of it",
            word=word.word,
            place=place,
            id=obligation.id,
            timing=timing,
        )
    else:
        message = text(
            "the document says “{word}” in this sentence ({place}); none of {ids} carries that or a reading of it",
            word=word.word,
            place=place,
            ids="、".join(each.id for _, each in asked),
        )
    hint = text(
        "set the frequency or deadline that is stated, or name a reading whose `word` is “{word}”", word=word.word
    )
    return evidence.problem("GK708", index, "quote", message, hint)


def _nobodys_time(evidence: Evidence, word: TimeWord, found: Sequence[Found]) -> Problem:
    """A word of time in a sentence from which only untracked passages, and not this word, are quoted."""
    message = text(
        "the document says “{word}” in this sentence ({place}), and no obligation is quoted from it",
        word=word.word,
        place=evidence.layout.place_at(word.start).words(),
    )
    hint = text("encode what is to be done by then, or quote the word in the passage that says why not")
    return evidence.document.problem("GK708", found[0].quote.path(), message, hint)


def _answers(plan: Plan, obligation: Obligation, word: TimeWord) -> bool:
    """Whether a duty carries a word of time: by its timing, a reading, or a note with it in quotation marks."""
    if word.answers(obligation.frequency, plan.deadline_of(obligation)):
        return True
    if f'"{word.word}"' in fold(obligation.note or ""):
        return True
    readings = [plan.readings[name] for name in obligation.readings]
    read = [fold(each.word) for each in readings if each.about == "frequency" or not word.how_often]
    return any(word.word in each or each in word.word for each in read)


def _spoken_of(evidence: Evidence, bracket: Bracket) -> Iterator[tuple[Sentence, Sequence[Found]]]:
    """Yield the sentences that a bracket speaks of: its row, or its clause's text since the bracket before."""
    sentences = evidence.layout.sentences
    if bracket.row is not None:
        for index in evidence.rows.get(bracket.row, ()):
            yield sentences[index], evidence.touching.get(index, ())
        return
    index = bisect_left(sentences, bracket.since, key=lambda sentence: sentence.start)
    while index < len(sentences) and sentences[index].start < bracket.start:
        if sentences[index].row is None:
            yield sentences[index], evidence.touching.get(index, ())
        index += 1


def disagreeing_owners(evidence: Evidence) -> Iterator[Problem]:
    """GK709, GK710: owners of a bracket that no duty names; owners of a duty that its bracket doesn't name."""
    for bracket in evidence.layout.brackets:
        spoken = list(_spoken_of(evidence, bracket))
        everything = [each for _, found in spoken for each in found]
        duties = evidence.duties(everything)
        if duties:
            yield from _nobodys(evidence, bracket, duties, everything)
            for sentence, found in spoken:
                for index, obligation in evidence.duties(found):
                    yield from _strangers(evidence, bracket, sentence, index, obligation)


def _nobodys(
    evidence: Evidence, bracket: Bracket, duties: Sequence[tuple[int, Obligation]], found: Sequence[Found]
) -> Iterator[Problem]:
    names = evidence.names
    plan = evidence.plan
    meant = {names.canonical(name) for _, each in duties for name in (*each.owner, *each.support)}
    meant |= {names.canonical(name) for _, each in duties for name in plan.owners_of(each)}
    meant |= {part for name in meant for part in names.parts(name, bracket, _said(evidence, bracket))}
    remarks = [fold(each.note or "") for _, each in duties]
    remarks += [fold(plan.untracked[each.quote.index].reason) for each in found if each.quote.section == "untracked"]
    for named in bracket.named:
        if names.canonical(named.name) in meant or any(named.name in remark for remark in remarks):
            continue
        known = names.canonical(named.name) in names.all
        hint = text(
            "is one of them its duty? Else say why not, with its name, in a `note` or the `reason` of a passage here"
        )
        if not known:
            hint = text("add it under `owners`, as a name or an alias, and to the duties that it owes")
        yield evidence.problem(
            "GK709",
            duties[0][0],
            "owner",
            text(
                "{clause} names {owner} ({place}), but none of its duties does: {ids}",
                clause=bracket.clause.words(),
                owner=named.name,
                place=evidence.layout.place_at(bracket.start).words(),
                ids="、".join(each.id for _, each in duties),
            ),
            hint,
        )


def _strangers(
    evidence: Evidence, bracket: Bracket, sentence: Sentence, index: int, obligation: Obligation
) -> Iterator[Problem]:
    names = evidence.names
    leading = {names.canonical(each.name) for each in bracket.named if each.part != "support"}
    helping = {names.canonical(each.name) for each in bracket.named if each.part == "support"}
    said = evidence.layout.folded.text[sentence.start : sentence.end]
    bracketed = _said(evidence, bracket)
    if _explained(evidence.plan, obligation, bracketed):
        return
    for position, owner in enumerate(obligation.owner):
        name = names.canonical(owner)
        written = " | ".join(evidence.layout.shown(*cell) for cell in bracket.cells)
        if name in leading or any(_named_in(said, each) for each in names.of(name)):
            continue
        if name not in helping and names.parts(name, bracket, bracketed):
            continue
        if name in helping:
            message = text("{owner} only supports here, the document says: {bracket}", owner=owner, bracket=written)
            hint = text("name it under `support`; only `owner` is judged")
        else:
            message = text(
                "`{id}` is {owner}'s, whom the document does not name here: {bracket}",
                id=obligation.id,
                owner=owner,
                bracket=written,
            )
            hint = text("take the owner from the document, or name a reading about the owner that says why")
        place = ("obligations", index, "owner", position)
        yield evidence.document.problem("GK710", place, message, hint)


def _named_in(said: str, name: str) -> bool:
    """Whether a sentence names an owner itself; several in one name (各级政府和各部门) may stand apart there."""
    bare = said.replace("、", "")
    return name.replace("、", "") in bare or all(part in bare for part in re.split("[和及与、]", name))


def _explained(plan: Plan, obligation: Obligation, bracket: str) -> bool:
    """Whether a reading says whose the duty is on another ground than the words of the bracket."""
    readings = [plan.readings[name] for name in obligation.readings]
    return any(each.about == "owner" and fold(each.word) not in bracket for each in readings)


def _said(evidence: Evidence, bracket: Bracket) -> str:
    return ";".join(evidence.layout.folded.text[start:end] for start, end in bracket.cells)


class Names:
    """The names of a plan's owners as they are compared."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.all = {fold(alias): name for alias, name in plan.owner_names.items()}

    def canonical(self, name: str) -> str:
        """Return the owner that a name stands for; the name itself where no owner has it."""
        return fold(self.all.get(fold(name), name))

    def parts(self, canonical: str, bracket: Bracket, said: str) -> list[str]:
        """Return the names in a bracket that are parts of one owner's, as 各部门、各单位 of 各部门各单位."""
        bare = said.replace("、", "")
        # A name of several that the bracket splits: it stands there with 、 between its parts.
        whole = [each.replace("、", "") for each in self.of(canonical) if "、" in each or each not in said]
        split = [each for each in whole if each in bare]
        return [named.name for named in bracket.named if any(named.name in each for each in split)]

    def of(self, canonical: str) -> list[str]:
        """Return the names and aliases of an owner."""
        return [alias for alias, name in self.all.items() if fold(name) == canonical] or [canonical]
