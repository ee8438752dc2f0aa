"""gongkai record, event, waive, extend: append one line to a CSV log, checked against the plan first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gongkai_cli.cli import completing
from gongkai_cli.cli.interrupts import heed_interrupts
from gongkai_cli.cli.logs import open_log
from gongkai_cli.cli.manner import manner
from gongkai_cli.cli.options import LangOption, PlanOption, WorkdaysOption
from gongkai_cli.cli.terminal import now, tell, typed, usage, words_for, words_for_help
from gongkai_cli.cli.waiting import Waiting
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.problems import BadInput, Location, Problem

if TYPE_CHECKING:
    from datetime import date

    from gongkai_cli.deadlines import When
    from gongkai_cli.evaluation import Evaluation
    from gongkai_cli.evaluation.verdicts import Verdict
    from gongkai_cli.log.appending import Appended
    from gongkai_cli.plan import Obligation, Plan
    from gongkai_cli.workdays import WorkCalendar

_help = words_for_help()

_LogFile = Annotated[Path | None, typer.Option("--log", help=_help(text("The CSV file to append to.")))]
_Obligation = Annotated[
    str, typer.Option("--obligation", autocompletion=completing.obligations, help=_help(text("The obligation's id.")))
]
_Owner = Annotated[
    str,
    typer.Option(
        "--owner", autocompletion=completing.owners, help=_help(text("The owner; may be left out where there is one."))
    ),
]
_Period = Annotated[
    str,
    typer.Option(
        "--period", autocompletion=completing.periods, help=_help(text("The period covered, for example 2017-08."))
    ),
]
_Published = Annotated[str, typer.Option("--published", help=_help(text("The day (and time) of the act.")))]
_Until = Annotated[str, typer.Option("--until", help=_help(text("The new deadline, or the last deadline covered.")))]
_ApprovedBy = Annotated[str, typer.Option("--approved-by", help=_help(text("Who approved it.")))]
_Reference = Annotated[str, typer.Option("--reference", help=_help(text("The paper that says so.")))]
_Note = Annotated[str, typer.Option("--note", help=_help(text("A remark.")))]
_Force = Annotated[bool, typer.Option("--force", help=_help(text("Append the line even if it matches nothing.")))]


NEW = 1 << 60  # the key of the line that is not in the log yet: after all others, as it will stand there
_MOST_SAID = 5


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line that is not in the log yet, as the evaluation sees lines."""

    key: int
    kind: str = ""
    obligation: str = ""
    owner: str = ""
    period: str = ""
    published: str = ""
    formed: str = ""
    event: str = ""
    until: str = ""
    approved_by: str = ""
    reference: str = ""
    recorded: str = ""
    title: str = ""
    column: str = ""
    has_note: bool = False
    lines: int = 1
    fillers: int = 1
    filler_ids: tuple[int, ...] = ()
    fits: str | None = None


def record(
    published: _Published,
    obligation: _Obligation,
    owner: _Owner = "",
    period: _Period = "",
    title: Annotated[str, typer.Option("--title", help=_help(text("The title of what was published.")))] = "",
    url: Annotated[str, typer.Option("--url", help=_help(text("Where it was published.")))] = "",
    formed: Annotated[str, typer.Option("--formed", help=_help(text("The day the information was formed.")))] = "",
    kind: Annotated[
        Literal["publication", "nil", "correction"],
        typer.Option("--kind", help=_help(text("What it is; nil: there was nothing to publish."))),
    ] = "publication",
    note: _Note = "",
    log: _LogFile = None,
    force: _Force = False,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> None:
    """Append one publication to the log."""
    values = {"published": published, "kind": "" if kind == "publication" else kind, "obligation": obligation,
              "owner": owner, "period": period, "title": title, "url": url, "formed": formed, "note": note}  # fmt: skip
    _append(values, log, plan, workdays or [], lang, force=force)


def event(
    published: _Published,
    event: Annotated[
        str,
        typer.Option(
            "--event", autocompletion=completing.events, help=_help(text("Which event of the plan happened."))
        ),
    ],
    owner: Annotated[
        str,
        typer.Option(
            "--owner", autocompletion=completing.owners, help=_help(text("Whom it concerns; empty means all."))
        ),
    ] = "",
    obligation: Annotated[
        str,
        typer.Option(
            "--obligation",
            autocompletion=completing.obligations,
            help=_help(text("Which duties it starts; empty: all.")),
        ),
    ] = "",
    period: Annotated[str, typer.Option("--period", help=_help(text("The event's key. Default: its day.")))] = "",
    note: _Note = "",
    log: _LogFile = None,
    force: _Force = False,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> None:
    """Append one event to the log: clocks start with it."""
    values = {"published": published, "kind": "event", "event": event, "owner": owner, "obligation": obligation,
              "period": period, "note": note}  # fmt: skip
    _append(values, log, plan, workdays or [], lang, force=force)


def waive(
    published: _Published,
    obligation: _Obligation,
    until: _Until,
    approved_by: _ApprovedBy,
    reference: _Reference,
    note: _Note,
    owner: _Owner = "",
    period: _Period = "",
    log: _LogFile = None,
    force: _Force = False,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> None:
    """Append one waiver to the log: who excused which deadlines, by which paper, and why."""
    values = {"published": published, "kind": "waiver", "obligation": obligation, "owner": owner, "period": period,
              "until": until, "approved_by": approved_by, "reference": reference, "note": note}  # fmt: skip
    _append(values, log, plan, workdays or [], lang, force=force)


def extend(
    published: _Published,
    obligation: _Obligation,
    period: _Period,
    until: _Until,
    approved_by: _ApprovedBy,
    reference: _Reference,
    note: _Note,
    owner: _Owner = "",
    log: _LogFile = None,
    force: _Force = False,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> None:
    """Append one extension to the log: which deadline was moved to when, by whom, by which paper, and why."""
    values = {"published": published, "kind": "extension", "obligation": obligation, "owner": owner, "period": period,
              "until": until, "approved_by": approved_by, "reference": reference, "note": note}  # fmt: skip
    _append(values, log, plan, workdays or [], lang, force=force)


def _append(
    values: Mapping[str, str],
    log: Path | None,
    plan: list[str] | None,
    workdays: list[Path],
    lang: str | None,
    *,
    force: bool,
) -> None:
    from gongkai_cli.cli.configuration import find_calendar, find_log, find_plan
    from gongkai_cli.cli.plan_files import load
    from gongkai_cli.cli.telling import Stopwatch, tell_plan, tell_workdays
    from gongkai_cli.formats.context import plan_words
    from gongkai_cli.formats.wording import day_words

    calendar = find_calendar(workdays)
    watch = Stopwatch()
    file = find_plan(plan or ())
    used = load(file, calendar).usable()
    words = words_for(used, lang)
    if manner().verbose:
        tell_plan(words, file, len(used.obligations), watch.read(), asked=bool(plan))
        tell_workdays(words, calendar, workdays)
    paths, headers = find_log([str(log)] if log is not None else [], used)
    if len(paths) != 1:
        raise usage("--log", text("name the one CSV file to append to"), text("for example --log log.csv"))
    target = Path(paths[0])
    stamped = {
        **{name: typed(value) for name, value in values.items()},
        "recorded": f"{now(used.plan.zone):%Y-%m-%d %H:%M}",
    }
    said = _checked(stamped, target, headers, used, calendar, Waiting(words), force=force)
    heed_interrupts()
    done = _written(target, {name: value for name, value in stamped.items() if value}, headers)
    if manner().quiet:
        return
    written = text("Written: {file}, line {line}.\n") if done.line else text("Written: {file}, at its end.\n")
    tell(plan_words(used, words) + "\n" + words(written, file=str(target), line=done.line))
    does = [sentence for verdict in said.verdicts for sentence in _does(verdict, words)]
    tell("".join(words(each) for each in does[:_MOST_SAID]))
    if len(does) > _MOST_SAID:
        tell(words(text("… and {count} more"), count=len(does) - _MOST_SAID) + "\n")
    if not does and (day := _day_ahead(values["published"], used)):
        tell(words(text("Its day lies ahead: it counts for nothing before {day}.\n"), day=day_words(day, words)))


def _day_ahead(published: str, plan: "Plan") -> "date | None":
    """Return the day of a line, where it has not come yet."""
    from gongkai_cli.dates import DateRead, read_date

    read = read_date(published)
    return read.day if isinstance(read, DateRead) and read.day > now(plan.plan.zone).date() else None


def _does(verdict: "Verdict", words: Words) -> Iterator[Text]:
    """Yield what the new line does to an occurrence."""
    from gongkai_cli.formats.wording import day_words, owners_words, status_words

    def day(when: "When | None") -> str:
        return day_words(when, words) if when is not None else words(text("no time limit is set"))

    obligation, slot = verdict.occurrence.obligation, verdict.occurrence.slot
    own = [each.publication for each in verdict.fillings if each.publication.key == NEW]
    sentences = []
    if any(each.kind != "correction" for each in own):
        sentences.append(text("It counts for {title}, {period}, {owner}: {status}.\n"))
    elif own:
        sentences.append(text("It is shown with {title}, {period}, {owner}, as a correction, which fills nothing.\n"))
    if verdict.event == NEW:
        sentences.append(text("It starts {title}, {period}, {owner}; deadline: {deadline}.\n"))
    if verdict.extension == NEW:
        sentences.append(text("It moves the deadline of {title}, {period}, {owner}: from {original} to {deadline}.\n"))
    if verdict.waiver == NEW:
        sentences.append(text("It covers {title}, {period}, {owner}; deadline: {deadline}; {status}.\n"))
    filled = {
        "title": obligation.title, "period": slot.period.label, "status": status_words(verdict.status, obligation.act),
        "owner": owners_words(verdict.occurrence.owners, words), "deadline": day(slot.deadline),
        "original": day(verdict.original_deadline),
    }  # fmt: skip
    for sentence in sentences:
        yield Text(sentence.template, tuple(filled.items()))


def _written(target: Path, values: Mapping[str, str], headers: Mapping[str, str]) -> "Appended":
    """Append the line; a log without a column for when lines are written down keeps none."""
    from gongkai_cli.log.appending import append_line

    try:
        return append_line(target, values, headers=headers)
    except BadInput as refused:
        lacking = [dict(each.message.values).get("column") for each in refused.problems if each.code == "GK613"]
        if lacking != ["recorded"] or len(refused.problems) > 1:
            raise
    return append_line(target, {name: value for name, value in values.items() if name != "recorded"}, headers=headers)


def _new_line(values: Mapping[str, str]) -> NewLine:
    line = NewLine(NEW, has_note=bool(values.get("note")))
    return replace(line, **{name: value for name, value in values.items() if name not in ("note", "url")})  # type: ignore[arg-type]


def _checked(
    values: Mapping[str, str],
    target: Path,
    headers: Mapping[str, str],
    plan: "Plan",
    calendar: "WorkCalendar",
    waiting: Waiting,
    *,
    force: bool,
) -> "Evaluation":
    """Evaluate the plan with the line in the log; raise BadInput where it could not be used or would match nothing.

    The log is read only where its other lines can change what is said of the new one.
    """
    from gongkai_cli.evaluation import evaluate
    from gongkai_cli.evaluation.names import Group

    line = _new_line(values)
    found = evaluate(plan, calendar, [line], now(plan.plan.zone))
    _refuse_rejected(found)
    if not _independent(plan, line, found) and target.exists() and target.stat().st_size:
        from gongkai_cli.evaluation.wishes import wishes_of

        with waiting.doing(text("Reading the log")):
            groups: list[Group] = []
            with open_log([str(target)], headers, waiting, now(plan.plan.zone).date()) as log:
                groups += log.groups(wishes_of(plan, by_recorded=False, every_mark=True))
            found = evaluate(plan, calendar, [*groups, line], now(plan.plan.zone))
        _refuse_rejected(found)
    reason = found.unmatched.get(NEW)
    if reason is not None and not force:
        hint = _instead(line, found)
        raise BadInput([Problem(Location(str(target)), "GK805", reason, hint)])
    return found


def _instead(line: NewLine, found: "Evaluation") -> Text:
    """What to do about a line that would match nothing: which periods there are, where it names another one."""
    written = text("nothing was written; --force writes it all the same")
    own = (verdict.occurrence for verdict in found.verdicts if line.obligation in _names(verdict.occurrence.obligation))
    labels = list(dict.fromkeys(each.slot.period.label for each in own if each.obligation.frequency.periodic))
    if not line.period or not labels or line.period in labels:
        return written
    there_are = text("its periods run from {first} to {last}; {otherwise}")
    return Text(there_are.template, (("first", labels[0]), ("last", labels[-1]), ("otherwise", written)))


def _names(obligation: "Obligation") -> tuple[str, str]:
    return obligation.id, obligation.title


def _refuse_rejected(found: "Evaluation") -> None:
    for rejection in found.rejected:
        if rejection.key == NEW:
            place = Location(f"--{rejection.column.replace('_', '-')}")
            raise BadInput([Problem(place, rejection.code, rejection.message, rejection.hint)])


def _independent(plan: "Plan", line: NewLine, alone: "Evaluation") -> bool:
    """Whether no other line of the log can change what is said of a new one, judged without them.

    That is so for a publication which names a period of a duty with periods of its own, or is about a duty owed once:
    there is no such period whatever else was written; or one record is enough and this one is in time, which nothing
    can undo. Events may stand twice; they, extensions and waivers move deadlines; dates decide by what is filled.
    """
    if line.kind:
        return False
    named = {name: each for each in plan.obligations for name in (each.id, each.title)}
    obligation = named.get(line.obligation)
    if obligation is None or obligation.frequency.form in ("event", "continuous", "recurring"):
        return False
    if NEW in alone.unmatched:
        return bool(line.period)
    own = [
        (verdict, filling)
        for verdict in alone.verdicts
        for filling in verdict.fillings
        if filling.publication.key == NEW
    ]
    once = obligation.frequency.form == "once"
    return bool(own) and all(
        verdict.status == "satisfied" and obligation.min_records == 1 and (once or filling.match != "date")
        for verdict, filling in own
    )
