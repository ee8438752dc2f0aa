"""The plan file's models; unknown keys are refused, and what they hold is parsed, not raw."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from gongkai_cli.deadlines import Deadline, parse_day, parse_deadline
from gongkai_cli.frequencies import Frequency, Length, NotAForm, Season, parse_frequency, parse_length, parse_season
from gongkai_cli.messages import text
from gongkai_cli.shapes import ONE_OR_MANY, Day, Id, Names, Strict, Words_, one_or_many, parsed_by, written_as


def _number_as_text(value: Any) -> Any:
    # `clause: 12` is how a document numbered 1. to 60. is naturally written; nothing is lost.
    return str(value) if isinstance(value, int) else value


def _zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (OSError, ValueError, KeyError):
        raise NotAForm(
            text("`{value}` is not a time zone", value=value), text("write for example Asia/Shanghai")
        ) from None


def _language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", value):
        raise NotAForm(text("`{value}` is not a language", value=value), text("write zh-CN or en"))
    return value


def _until(value: str) -> date | Literal["none"]:
    return "none" if value == "none" else parse_day(value)


Clause = Annotated[Words_, BeforeValidator(_number_as_text), Field(json_schema_extra={"form": "text or number"})]
Until = Annotated[date | Literal["none"], parsed_by(_until, "GK205"), written_as("until")]
DeadlineForm = Annotated[Deadline, parsed_by(parse_deadline, "GK206"), written_as("deadline")]
OpeningForm = Annotated[Deadline, parsed_by(parse_deadline, "GK206"), written_as("opening")]
FrequencyForm = Annotated[Frequency, parsed_by(parse_frequency, "GK207"), written_as("frequency")]
SeasonForm = Annotated[Season, parsed_by(parse_season, "GK208"), written_as("season")]
LengthForm = Annotated[Length, parsed_by(parse_length, "GK209"), written_as("length")]
Zone = Annotated[ZoneInfo, parsed_by(_zone, "GK204"), written_as("zone")]
Language = Annotated[str, parsed_by(_language, "GK204"), written_as("language")]


class EscalationStep(Strict):
    """One rung of the office's own ladder, counted from the day after the deadline."""

    after: LengthForm
    call: Words_


class SignalSettings(Strict):
    """From when on something about a record is odd enough to say so; nothing here changes a status."""

    recorded_after: LengthForm = Length(10, "working day")
    url_days: Annotated[int, Field(ge=0, le=3650)] = 3
    filled_together: Annotated[int, Field(ge=2, le=100)] = 3


class PlanMeta(Strict):
    """The plan itself: which document it encodes, and what holds for all its obligations."""

    id: Id
    title: Words_
    document_number: Words_ | None = None
    issuer: Words_ | None = None
    issued: Day
    starts: Day | None = None
    ends: Day
    timezone: Zone = ZoneInfo("Asia/Shanghai")
    calendar: Literal["CN"] = "CN"
    language: Language = "zh-CN"
    warn_before: LengthForm = Length(5, "working day")
    escalation: Annotated[tuple[EscalationStep, ...], Field(strict=False)] = ()
    signals: SignalSettings = SignalSettings()

    @property
    def starts_on(self) -> date:
        """The day from which duties are owed: `starts`, or the day of issue."""
        return self.starts or self.issued

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days and clocks of this plan run."""
        return self.timezone


class Owner(Strict):
    """An organisation that is judged, or a group of them (`members`, by name)."""

    name: Words_
    aliases: Names = ()
    members: Names | None = None


class Reading(Strict):
    """A declared interpretation of one vague word of the document."""

    word: Words_
    about: Literal["deadline", "frequency", "owner"]
    means: Words_
    authority: Words_
    deadline: DeadlineForm | None = None


class MatchRule(Strict):
    """How a line without an obligation is recognised: words of one `title` entry all occur; columns are equal."""

    title: Names = ()
    column: Names = ()


class Obligation(Strict):
    """One duty that can be checked by itself: one act, one timing."""

    id: Id
    clause: Clause
    quote: Words_
    title: Words_
    owner: Annotated[Names, Field(min_length=1)]
    completion: Literal["each", "any"] | None = None
    support: Names = ()
    act: Literal["publish", "report", "do"] = "publish"
    frequency: FrequencyForm
    season: Annotated[
        tuple[SeasonForm, ...], BeforeValidator(one_or_many), Field(strict=False, json_schema_extra=ONE_OR_MANY)
    ] = ()
    opens: OpeningForm | None = None
    deadline: DeadlineForm | None = None
    roll: Literal["next", "none"] = "none"
    readings: Annotated[
        tuple[Id, ...], BeforeValidator(one_or_many), Field(strict=False, json_schema_extra=ONE_OR_MANY)
    ] = ()
    from_: Annotated[Day | None, Field(alias="from")] = None
    until: Until | None = None
    min_records: Annotated[int, Field(ge=1, le=10_000)] = 1
    nil: Literal["accepted"] | None = None
    match: MatchRule | None = None
    channel: Words_ | None = None
    note: Words_ | None = None


class Untracked(Strict):
    """A passage that was read and is deliberately not an obligation."""

    clause: Clause
    quote: Words_
    reason: Words_


class Plan(Strict):
    """One plan file: the hand encoding of one published work plan."""

    version: Literal[1]
    plan: PlanMeta
    owners: Annotated[tuple[Owner, ...], Field(strict=False)] = ()
    events: dict[Id, Words_] = Field(default_factory=dict)
    readings: dict[Id, Reading] = Field(default_factory=dict)
    obligations: Annotated[tuple[Obligation, ...], Field(strict=False)] = ()
    untracked: Annotated[tuple[Untracked, ...], Field(strict=False)] = ()

    @cached_property
    def owner_names(self) -> Mapping[str, str]:
        """Every name and alias, with the name of the owner that it stands for."""
        return {alias: owner.name for owner in self.owners for alias in (owner.name, *owner.aliases)}

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The groups that have members, with the members' names."""
        return {
            owner.name: tuple(self.owner_names.get(member, member) for member in owner.members)
            for owner in self.owners
            if owner.members
        }

    def owners_of(self, obligation: Obligation) -> tuple[str, ...]:
        """Return the names of those who owe a duty: groups with members expanded, duplicates dropped."""
        owners = self._owing.get(obligation.owner)
        if owners is None:
            names = (self.owner_names.get(name, name) for name in obligation.owner)
            owners = tuple(dict.fromkeys(single for name in names for single in self.groups.get(name, (name,))))
            self._owing[obligation.owner] = owners
        return owners

    def shares_of(self, obligation: Obligation) -> tuple[tuple[str, ...], ...]:
        """Return who owes one occurrence together: one tuple per owner, or a single one for `completion: any`."""
        owners = self.owners_of(obligation)
        if obligation.completion == "any":
            return (owners,)
        shares = self._each.get(obligation.owner)
        if shares is None:
            shares = self._each[obligation.owner] = tuple((owner,) for owner in owners)
        return shares

    # By what obligations say of their owners, which is the same few lists again and again: who that is, and each alone.

    @cached_property
    def _owing(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        return {}

    @cached_property
    def _each(self) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        return {}

    def deadline_of(self, obligation: Obligation) -> Deadline:
        """Return the duty's own deadline, or that of the one reading that carries one."""
        if obligation.deadline is not None:
            return obligation.deadline
        carried = [self.readings[name].deadline for name in obligation.readings]
        return next(deadline for deadline in carried if deadline is not None)

    def interpreted(self, obligation: Obligation) -> tuple[str, ...]:
        """Return the readings on which a duty's timing rests; empty when the document states it."""
        return tuple(name for name in obligation.readings if self.readings[name].about != "owner")
