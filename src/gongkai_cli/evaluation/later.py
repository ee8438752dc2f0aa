"""What lines that do not count yet would decide when their day comes."""

from collections.abc import Container, Iterator
from typing import Literal

from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.holding import Holding, Partly, Setting
from gongkai_cli.evaluation.names import Share
from gongkai_cli.evaluation.placing import no_such_period
from gongkai_cli.evaluation.statements import Publication, Statements
from gongkai_cli.evaluation.windows import Windows
from gongkai_cli.messages import Text


def unmatched_later(setting: Setting, said: Statements, known: Container[int]) -> tuple[dict[int, Text], Partly]:
    """Return why each line that is not known yet will have no occurrence, by its key; `said` is what all lines say.

    Of groups that will have one for some of their records only, see `Holding.partly`.

    Of most publications the windows alone tell whether they will have one. Only the shares of which they do not are
    held against the plan, with all that is said of them.
    """
    unmatched = {key: why for key, why in said.unmatched.items() if key not in known}
    used: set[int] = set()
    unsure = set(_with_more_than_publications(setting, said, known))
    mixed = _of_several(said)  # which of the reasons they have is told must not depend on who tells it
    for obligation, windows in zip(setting.plan.obligations, setting.windows, strict=True):
        for owners in setting.plan.shares_of(obligation):
            share = obligation.id, owners
            later = [each for each in said.publications.get(share, ()) if each.key not in known]
            fates = [(each.key, fate(windows, each)) for each in later] if share not in unsure else []
            if any(found == "unsure" or key in mixed for key, found in fates):
                unsure.add(share)
                continue
            used.update(key for key, found in fates if found == "matched")
            unmatched.update((key, found) for key, found in fates if isinstance(found, Text))
    whole = Holding(setting, said, unsure)
    unmatched |= {key: why for key, why in whole.unmatched.items() if key not in known}
    partly = {key: which for key, which in whole.partly().items() if key not in known and key not in used}
    return {key: why for key, why in unmatched.items() if key not in used and key not in whole.used}, partly


def _of_several(said: Statements) -> set[int]:
    """The keys of lines that speak of several shares, or of a share and of something that was refused."""
    found = set(said.unmatched)
    seen: set[int] = set()
    for publications in said.publications.values():
        keys = {each.key for each in publications}
        found |= keys & seen
        seen |= keys
    return found


def _with_more_than_publications(setting: Setting, said: Statements, known: Container[int]) -> Iterator[Share]:
    """The shares that a waiver, an extension or an event concerns which is not known yet."""
    for papers in (said.waivers, said.extensions):
        yield from (share for share, found in papers.items() if any(each.key not in known for each in found))
    begun = {event.name for event in said.events if event.key not in known}
    for obligation in setting.plan.obligations if begun else ():
        if obligation.frequency.event in begun:
            yield from ((obligation.id, owners) for owners in setting.plan.shares_of(obligation))


def fate(windows: Windows, publication: Publication) -> Literal["matched", "unsure"] | Text:
    """Return whether a publication has an occurrence, or why it has none, as far as the windows alone tell."""
    rule, published = windows.rule, publication.published
    if rule.frequency.form == "event":
        return "unsure"
    if rule.frequency.form == "continuous":
        runs = rule.first <= day_of(published) and (rule.last is None or day_of(published) <= rule.last)
        return "matched" if runs and not publication.period else "unsure"
    label, match = windows.spoken_of(publication)
    if match is not None:
        return "matched" if label in windows.by_label else no_such_period(label, publication)
    # Between the first opening and the end every record belongs somewhere, whatever else is there.
    return "matched" if windows.has_begun(published) and not windows.has_ended(published) else "unsure"
