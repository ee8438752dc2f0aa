"""The plan's names as lines of a log use them: obligations, owners, and what a line without an obligation fits."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol
from unicodedata import normalize

from gongkai_cli.frequencies import Guesses
from gongkai_cli.log.wishes import Matcher
from gongkai_cli.messages import Text, text
from gongkai_cli.period_names import split_values
from gongkai_cli.plan import Obligation, Plan

Share = tuple[str, tuple[str, ...]]  # an obligation's id, and the owners who owe one occurrence together


class Group(Protocol):
    """Log lines alike in everything that decides a verdict; cells are raw text, empty when missing."""

    @property
    def key(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def obligation(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def published(self) -> str: ...
    @property
    def formed(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def until(self) -> str: ...
    @property
    def approved_by(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def recorded(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def fits(self) -> str | None: ...
    @property
    def has_note(self) -> bool: ...
    @property
    def lines(self) -> int: ...
    @property
    def filler_ids(self) -> tuple[int, ...]: ...


class Refused(Exception):  # noqa: N818
    """Raised to leave a group out; `code` None means unmatched rather than rejected."""

    def __init__(self, message: Text, code: str | None = None, column: str = "", hint: Text | None = None) -> None:
        super().__init__(message.template)
        self.message, self.code, self.column, self.hint = message, code, column, hint


class Index:
    """The plan's names, as lines of a log use them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.by_id = {each.id: each for each in plan.obligations}
        titles: dict[str, list[Obligation]] = {}
        for each in plan.obligations:
            titles.setdefault(each.title, []).append(each)
        # A title that two obligations share names neither.
        self.by_name = {title: found[0] for title, found in titles.items() if len(found) == 1} | self.by_id
        self.guesses = Guesses()
        self._shares: dict[tuple[tuple[str, ...], bool], Mapping[str, tuple[str, ...]]] = {}

    @cached_property
    def _matchable(self) -> Mapping[str, list[Matcher]]:
        """By owner, and all under '', how lines without an obligation are known for one."""
        found: dict[str, list[Matcher]] = {}
        for matcher in matchers(self.plan):
            for owner in ("", *matcher.owners):
                found.setdefault(owner, []).append(matcher)
        return found

    def sorted_to(self, group: Group, owner: str) -> Obligation:
        """Return the one obligation that a line without an obligation fits and whose owner it has."""
        tried = self._matchable.get(owner, ())
        known = None if group.fits is None else group.fits.split()  # where the engine has tried all rules already
        fitting = [
            self.by_id[each.name]
            for each in tried
            if (each.fits(group.title, group.column) if known is None else each.name in known)
        ]
        if len(fitting) == 1:
            return fitting[0]
        if not fitting and group.event:
            raise Refused(text("the line names an event, but its `kind` is not `event`"))
        if not fitting:
            raise Refused(text("no obligation's `match` fits the line"))
        raise Refused(text("several obligations fit the line: {ids}", ids="、".join(each.id for each in fitting)))

    def obligation(self, name: str) -> Obligation:
        found = self.by_name.get(name)
        if found is None:
            close = self.guesses.nearest(normalize("NFKC", name), list(self.by_name))
            hint = text("did you mean `{name}`?", name=close) if close else text("`gongkai due` shows the ids")
            raise Refused(text("`{value}` is no obligation of the plan", value=name), "GK651", "obligation", hint)
        return found

    def owner(self, name: str, *, beside_obligation: bool) -> str:
        found = self.plan.owner_names.get(name)
        if found is not None:
            return found
        if not beside_obligation:
            raise Refused(text("the plan does not know the owner `{value}`", value=name))
        close = self.guesses.nearest(normalize("NFKC", name), list(self.plan.owner_names))
        hint = text("did you mean `{name}`?", name=close) if close else text("add it to the plan, or as an alias there")
        raise Refused(text("`{value}` is no owner of the plan", value=name), "GK652", "owner", hint)

    def addressed(self, obligation: Obligation, owners: Sequence[str]) -> dict[Share, frozenset[str]]:
        """Return the shares of a duty that a line of these owners speaks of, with whom of each it names.

        Without owners it must leave no choice.
        """
        if not owners:
            shares = self.plan.shares_of(obligation)
            if len(shares) == 1:
                named = frozenset(shares[0] if len(shares[0]) == 1 else ())
                return {(obligation.id, shares[0]): named}
            raise Refused(text("`{id}` has several owners; the line must name one", id=obligation.id))
        by_owner = self._by_owner(obligation)
        own: dict[Share, frozenset[str]] = {}
        for owner in owners:
            if owner in by_owner:
                share = obligation.id, by_owner[owner]
                own[share] = own.get(share, frozenset()) | {owner}
        if not own:
            raise Refused(text("{owner} does not owe `{id}`", owner="、".join(owners), id=obligation.id))
        return own

    def _by_owner(self, obligation: Obligation) -> Mapping[str, tuple[str, ...]]:
        """With whom each of those who owe a duty owes it together."""
        said = obligation.owner, obligation.completion == "any"
        found = self._shares.get(said)
        if found is None:
            shares = self.plan.shares_of(obligation)
            found = self._shares[said] = {owner: share for share in shares for owner in share}
        return found

    def owners(self, cell: str, *, beside_obligation: bool) -> list[str]:
        """Return the owners that a cell names, groups with members expanded."""
        names = [cell.strip()] if cell.strip() in self.plan.owner_names else split_values(cell)
        found = [self.owner(name, beside_obligation=beside_obligation) for name in names]
        return list(dict.fromkeys(single for name in found for single in self.plan.groups.get(name, (name,))))

    def obligations(self, cell: str) -> list[Obligation]:
        """Return the obligations that a cell names; a title may hold the sign that else separates values."""
        names = [cell.strip()] if cell.strip() in self.by_name else split_values(cell)
        return [self.obligation(name) for name in names]


def matchers(plan: Plan) -> Iterator[Matcher]:
    """Yield how lines without an obligation are known for one."""
    naming: dict[str, list[str]] = {}  # the cells that name an owner, alone or in a group
    for cell, name in plan.owner_names.items():
        for owner in plan.groups.get(name, (name,)):
            naming.setdefault(owner, []).append(cell)
    cells: dict[tuple[str, ...], frozenset[str]] = {}
    for each in plan.obligations:
        if each.match is not None and (each.match.title or each.match.column):
            if each.owner not in cells:
                cells[each.owner] = frozenset(cell for owner in plan.owners_of(each) for cell in naming[owner])
            titles = tuple(tuple(entry.split()) for entry in each.match.title)
            yield Matcher(each.id, titles, each.match.column, cells[each.owner])
