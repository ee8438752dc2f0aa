"""The difference of two plans in words: sections of items with lines, which text, Markdown and annotations show."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from gongkai_cli.deadlines import When, parse_deadline
from gongkai_cli.diff import Difference, concerns_of
from gongkai_cli.diff.changes import Change
from gongkai_cli.diff.moves import Move
from gongkai_cli.diff.verdicts import Revision
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.formats.context import instant_words, log_words, plan_words
from gongkai_cli.formats.diff_headings import (
    AHEAD,
    CHANGES,
    COUNTS,
    FATES,
    LABELS,
    PAST,
    REFUSED_BY_NEW,
    REFUSED_BY_OLD,
    SECTIONS,
)
from gongkai_cli.formats.escaping import shortened
from gongkai_cli.formats.wording import (
    ACTS,
    deadline_words,
    frequency_words,
    owners_words,
    short_day_words,
    status_words,
    with_days_late,
)
from gongkai_cli.frequencies import parse_frequency
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.problems import Location, Problem, count

_MOST_AFFECTED, _MOST_REFUSED, _MOST_TOGETHER, _FEW = 10, 10, 20, 5


class Item(NamedTuple):
    """What is said of one thing: a heading, lines, the place that it is about, and which concerns (--fail-on) it is."""

    heading: str
    lines: tuple[str, ...]
    place: Location
    concerns: frozenset[str]


class Part(NamedTuple):
    """One section: its name, its heading, and its items."""

    name: str
    heading: str
    items: tuple[Item, ...]

    def lines(self, item: Item, most: int, words: Words) -> tuple[str, ...]:
        """Return at most so many lines of an item, and how many more there are; of what weighs little, a few."""
        most = min(most, _FEW) if self.name == "window" else most
        if len(item.lines) <= most:
            return item.lines
        return (*item.lines[:most], words(text("… and {count} more"), count=len(item.lines) - most))


@dataclass(frozen=True, slots=True)
class Saying:
    """How a difference is said: in which language, and how text of the plans is shown so that it does no harm.

    `together` makes one item of duties whose occurrences move alike.
    """

    difference: Difference
    words: Words
    show: Callable[[str], str]
    together: bool = True

    def parts(self) -> Iterator[Part]:
        """Yield the sections that have something to say, the weightiest first."""
        yield from self._verdicts()
        yield from self._moves_in_the_past()
        yield from self._changes()
        yield from self._further_moves()

    # Verdicts

    def _verdicts(self) -> Iterator[Part]:
        for fate, heading in FATES.items():
            found = [each for each in self.difference.revisions or () if each.fate == fate]
            items = tuple(
                Item(
                    self._duty(*ids),
                    tuple(self._revised(each) for each in same),
                    self._at_deadline(*ids),
                    frozenset((fate,)),
                )
                for ids, group in groupby(found, key=lambda each: (each.old_id, each.new_id))
                for same in [list(group)]
            )
            if items:
                yield Part(fate, self.words(heading), items)

    def _revised(self, revision: Revision) -> str:
        owners = (revision.new or revision.old).occurrence.owners  # type: ignore[union-attr]
        return self.words(
            text("{period}, {owners}: {old} → {new}"),
            period=self.show(revision.period),
            owners=self.show(owners_words(owners, self.words)),
            old=self._verdict(revision.old),
            new=self._verdict(revision.new),
        )

    def _verdict(self, verdict: Verdict | None) -> str:
        if verdict is None:
            return self.words(text("no such occurrence"))
        said = self.words(status_words(verdict.status, verdict.occurrence.obligation.act))
        if verdict.uncertain:
            said += "?"
        said = with_days_late(said, verdict.days_late, self.words)
        if verdict.escalation:
            said += f" [{self.show(verdict.escalation)}]"
        if verdict.status == "no_limit":
            return said
        return self.words(
            text("{verdict} ({deadline})"), verdict=said, deadline=self._limit(verdict.occurrence.slot.deadline)
        )

    def _limit(self, deadline: When | None) -> str:
        if deadline is None:
            return self.words(text("no time limit"))
        return self.words(text("deadline {day}"), day=short_day_words(deadline, self.words, year=True))

    # Deadlines

    def _moves_in_the_past(self) -> Iterator[Part]:
        for concern, heading in PAST.items():
            found = [each for each in self.difference.moves if getattr(each, concern)]
            if found:
                yield Part(
                    concern, self.words(heading), tuple(self._moved(found, frozenset((concern, *_effects(found)))))
                )

    def _further_moves(self) -> Iterator[Part]:
        """What lies ahead, of duties that both plans have: new and removed ones are told with their occurrences."""
        for effect, heading in AHEAD.items():
            found = [
                each
                for each in self.difference.moves
                if each.effect == effect
                and not each.retroactive
                and not each.backdated
                and each.old_id is not None
                and each.new_id is not None
            ]
            if found:
                yield Part(effect, self.words(heading), tuple(self._moved(found, frozenset(_effects(found)))))

    def _moved(self, moves: Iterable[Move], concerns: frozenset[str]) -> Iterator[Item]:
        """Items of duties that are moved alike; each line is one occurrence."""
        duties = [
            (ids, tuple(self._occurrence(each) for each in group))
            for ids, group in groupby(moves, key=lambda each: (each.old_id, each.new_id))
        ]
        alike: dict[object, list[tuple[tuple[str | None, str | None], tuple[str, ...]]]] = {}
        for ids, lines in duties:
            alike.setdefault(lines if self.together else ids, []).append((ids, lines))
        for members in alike.values():
            same, lines = [ids for ids, _ in members], members[0][1]
            heading = self._joined(self._duty(*ids) for ids in same[:_MOST_TOGETHER])
            if len(same) > _MOST_TOGETHER:
                heading += self.words(text(" and {count} more"), count=len(same) - _MOST_TOGETHER)
            yield Item(heading, lines, self._at_deadline(*same[0]), concerns)

    def _occurrence(self, move: Move) -> str:
        period = self.show(move.period)
        if move.owners:
            owners = self.show(self._joined(move.owners))
            period = self.words(text("{period}, {owners}"), period=period, owners=owners)
        if move.old is None or move.new is None:
            absent = self.words(text("no such occurrence"))
            old, new = (self._limit(slot.deadline) if slot is not None else absent for slot in (move.old, move.new))
            return self.words(text("{period}: {old} → {new}"), period=period, old=old, new=new)
        if move.effect == "window":
            return self.words(
                text("{period}: {deadline}; window opens {old} → {new}"),
                period=period,
                deadline=self._limit(move.new.deadline),
                old=self._day(move.old.opens),
                new=self._day(move.new.opens),
            )
        old, new = self._day(move.old.deadline), self._day(move.new.deadline)
        if old == new:  # on clocks of two time zones
            old, new = (f"{old} {when:%z}" for when in (move.old.deadline, move.new.deadline))
        return self.words(text("{period}: {old} → {new}"), period=period, old=old, new=new)

    def _day(self, when: When | None) -> str:
        return short_day_words(when, self.words, year=True) if when is not None else self.words(text("no time limit"))

    # What the plan says

    def _changes(self) -> Iterator[Part]:
        for name, wanted, heading in CHANGES:
            found = [each for each in self.difference.changes if wanted(each)]
            items = tuple(
                self._changed(list(group))
                for _, group in groupby(found, key=lambda each: (each.section, each.name, each.kind == "removed"))
            )
            if items:
                yield Part(name, self.words(heading), items)

    def _changed(self, changes: Sequence[Change]) -> Item:
        first = changes[0]
        lines = [line for each in changes for line in self._lines(each)]
        affected = tuple(dict.fromkeys(name for each in changes for name in each.affects))
        if affected:
            shown = self._joined(self.show(name) for name in affected[:_MOST_AFFECTED])
            more = "…" if len(affected) > _MOST_AFFECTED else ""
            said = text("obligations concerned ({count}): {ids}")
            lines.append(self.words(said, count=len(affected), ids=shown) + more)
        concerns = frozenset(concern for each in changes for concern in concerns_of(each))
        return Item(self._name(first), tuple(lines), self.difference.place(first), concerns)

    def _name(self, change: Change) -> str:
        if change.section == "obligations":
            if change.kind == "removed":
                return self._duty(change.name, None)
            return self._duty(None, change.name)
        section = self.words(SECTIONS[change.section])
        return self.words(text("{section} {name}"), section=section, name=self.show(change.name))

    def _lines(self, change: Change) -> Iterator[str]:
        if change.section == "obligations" and change.kind in ("added", "removed"):
            yield from self._whole(change)
            return
        if change.kind in ("added", "removed"):
            whole = text("added: {value}") if change.kind == "added" else text("removed: {value}")
            yield self.words(whole, value=self.show(change.new or change.old or ""))
            return
        if change.kind == "renamed":
            yield self.words(
                text("renamed: {old} → {new}"), old=self.show(change.old or ""), new=self.show(change.new or "")
            )
            return
        label = LABELS.get(change.key)
        key = self.show(change.key or change.name)
        said = self.words(label) if label is not None else change.key
        named = key if said == change.key else self.words(text("{label} ({key})"), label=said, key=key)
        line = self.words(
            text("{key}: {old} → {new}"),
            key=named,
            old=self._value(self.difference.pairing.old, change.key, change.old),
            new=self._value(self.difference.pairing.new, change.key, change.new),
        )
        yield (
            self.words(text("{change}, through {via}"), change=line, via=self.show(change.via)) if change.via else line
        )

    def _whole(self, change: Change) -> Iterator[str]:
        added = change.kind == "added"
        plan = self.difference.pairing.new if added else self.difference.pairing.old
        duty = self.difference.duty(None, change.name) if added else self.difference.duty(change.name, None)
        for label, value in self._facts(plan, duty):
            yield self.words(text("{label}: {value}"), label=self.words(label), value=value)
        mine = [each for each in self.difference.moves_of.get(change.name, ()) if (each.new is not None) == added]
        if mine:
            past = sum(1 for each in mine if each.past)
            yield self.words(text("occurrences: {count}, already past: {past}"), count=len(mine), past=past)
        if change.resembles:
            said = text("may be {id} under another name; --renamed OLD=NEW says so")
            yield self.words(said, id=self.show(change.resembles))

    def _facts(self, plan: Plan, obligation: Obligation) -> Iterator[tuple[Text, str]]:
        yield text("quote"), self.show(obligation.quote)
        yield (
            text("owner"),
            self._joined(self.show(owners_words(each, self.words)) for each in plan.shares_of(obligation)),
        )
        yield text("frequency"), self._value(plan, "frequency", str(obligation.frequency))
        yield text("deadline"), self._value(plan, "deadline", str(plan.deadline_of(obligation)))

    def _value(self, plan: Plan, key: str, value: str | None) -> str:
        if value is None:
            return self.words(text("(none)"))
        said: Text | None = None
        if key in ("deadline", "opens"):
            said = deadline_words(parse_deadline(value))
        elif key == "frequency":
            said = frequency_words(parse_frequency(value), dict(plan.events))
        elif key == "act":
            said = ACTS[value]
        if said is None:
            return self.show(value)
        if self.words(said) == value:
            return self.show(value)
        return self.words(text("{words} ({form})"), words=self.show(self.words(said)), form=self.show(value))

    # Names

    def _duty(self, old_id: str | None, new_id: str | None) -> str:
        duty = self.difference.duty(old_id, new_id)
        said = text("{title} ({id}, {clause})")
        return self.words(said, title=self.show(duty.title), id=self.show(duty.id), clause=self.show(duty.clause))

    def _joined(self, names: Iterable[str]) -> str:
        return self.words.listed(names)

    def _at_deadline(self, old_id: str | None, new_id: str | None) -> Location:
        return self.difference.place_of_duty(old_id, new_id)

    # Above and below the sections

    def heading(self) -> str:
        """Return which plan this is about."""
        return plan_words(self.difference.pairing.new, self.words, self.show)

    def context(self) -> Iterator[str]:
        """Yield what is compared, as of when, and with which log."""
        old, new = self.difference.old.file, self.difference.new.file
        yield self.words(text("From {old} to {new}"), old=self.show(old), new=self.show(new))
        yield self._seen()

    def summary(self) -> Iterator[str]:
        """Yield how much differs, in one line."""
        counts = self.difference.counts
        if not counts["any"]:
            yield self.words(text("Both say the same."))
            return
        said = [self.words(sentence, count=counts[name]) for name, sentence in COUNTS.items() if counts[name]]
        yield self.words(text("changes in the plan: {count}"), count=counts["any"]) + "".join(
            ("；" if self.words.language == "zh" else "; ") + each for each in said
        )

    def _seen(self) -> str:
        found, space = self.difference, "" if self.words.language == "zh" else " "
        log = (
            log_words(found.held.new.figures.files, None, self.words, self.show)
            if found.held is not None
            else self.words(text("No log was given: plans and deadlines are compared, no verdicts."))
        )
        return instant_words(found.as_of, found.known_on, self.words) + space + log

    def log(self) -> Iterator[str]:
        """Yield what became of the log's lines, where the two plans differ in that."""
        held = self.difference.held
        if held is None:
            return
        figures = [
            (each.figures.matched, each.figures.unmatched, each.figures.rejected) for each in (held.old, held.new)
        ]
        if figures[0] != figures[1]:
            sentence = text("{matched} matched, {unmatched} unmatched, {rejected} rejected")
            old, new = (
                self.words(sentence, matched=matched, unmatched=unmatched, rejected=rejected)
                for matched, unmatched, rejected in figures
            )
            yield self.words(text("Lines of the log: {old} → {new}"), old=old, new=new)
        for each in held.stale:
            said = text(
                "Lines of the log that say {old}, which is {new} now, and are refused until they say so: {count}"
            )
            yield self.words(said, count=each.lines, old=self.show(each.old), new=self.show(each.new))
        for problems, heading in ((held.refused_by_new, REFUSED_BY_NEW), (held.refused_by_old, REFUSED_BY_OLD)):
            if problems:
                yield self.words(heading)
                yield from (f"  {self._refused(problem)}" for problem in problems[:_MOST_REFUSED])
                if more := count(problems) - count(problems[:_MOST_REFUSED]):
                    yield "  " + self.words(text("… and {count} more"), count=more)

        both = [verdict for each in self.difference.revisions or () for verdict in (each.old, each.new)]
        if any(verdict is not None and verdict.uncertain for verdict in both):
            doubtful = text("uncertain: a record may belong here or to another period; look before you write")
            yield f"? {self.words(doubtful)}"

    def _refused(self, problem: Problem) -> str:
        return self.show(f"{problem.location}: {problem.code} {shortened(self.words(problem.message))}")


def _effects(moves: Iterable[Move]) -> set[str]:
    """What of the concerns these moves are, besides lying in the past."""
    return {"moved" if each.effect in ("later", "earlier") else each.effect for each in moves}
