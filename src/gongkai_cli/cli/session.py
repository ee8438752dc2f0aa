"""One run of a command that asks what is due or done: plan, working days, instant, log and verdicts."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai_cli.cli.configuration import find_calendar, find_log, find_plan, named_by
from gongkai_cli.cli.logs import open_log
from gongkai_cli.cli.manner import manner
from gongkai_cli.cli.plan_files import load
from gongkai_cli.cli.telling import Stopwatch, tell_log, tell_plan, tell_workdays
from gongkai_cli.cli.terminal import colour_wanted, complain, now, say_problems, tell, usage, width, words_for
from gongkai_cli.cli.values import read_as_of, read_day, read_filter, read_since, read_statuses
from gongkai_cli.cli.waiting import Waiting
from gongkai_cli.deadlines import When
from gongkai_cli.evaluation.assessment import Assessment
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.formats.context import Seen, context_lines
from gongkai_cli.library import hold
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.plan import Plan
from gongkai_cli.problems import BadInput, Problem, count
from gongkai_cli.report import Filter, Row
from gongkai_cli.workdays import WorkCalendar

if TYPE_CHECKING:
    from gongkai_cli.formats.page import Page


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for, as it was written."""

    plan: Sequence[str] = ()
    log: Sequence[str] = ()
    workdays: Sequence[Path] = ()
    as_of: str | None = None
    known_on: str | None = None
    skip_bad_lines: bool = False
    owner: Sequence[str] = ()
    obligation: Sequence[str] = ()
    status: Sequence[str] = ()
    fail_on: str | None = None
    lang: str | None = None
    output: Path | None = None
    since: str | None = None
    every_mark: bool = True  # whether different records are all counted, which `assess` may leave out
    kept: Collection[Status] | None = None  # the statuses of which verdicts are kept; None: of all
    began: datetime = field(default_factory=lambda: now(UTC))  # what `now` means, for all plans alike

    @property
    def log_from(self) -> str | None:
        """What names the log where no option does: a variable, or a file."""
        return None if self.log else named_by("log", asked=False)


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with; `assessment` is None where no log was given.

    `named` is the place of the plan's id, as the problem that it would be if another plan had the same one. `noticed`
    are the problems of the log that are to be said, `skipped` those among them of lines that were left out. `unknown`
    are what --owner and --obligation name and the plan does not have, where that is allowed. `waiting` tells who sits
    at the terminal what takes so long; what reads the log or much of the plan belongs into it.
    """

    asked: Asked
    plan: Plan
    calendar: WorkCalendar
    words: Words
    as_of: When
    chosen: Filter
    fail_on: frozenset[Status]
    assessment: Assessment | None
    named: Problem
    noticed: tuple[Problem, ...] = ()
    unknown: tuple[Problem, ...] = ()
    waiting: Waiting = field(default_factory=lambda: Waiting(Words("zh")))

    @property
    def skipped(self) -> tuple[Problem, ...]:
        """The problems of the lines of the log that were left out."""
        return tuple(each for each in self.noticed if each.level == "error")

    def close(self) -> None:
        """Let go of the log."""
        if self.assessment is not None:
            self.assessment.log.close()

    def with_log(self) -> Assessment:
        """Return the assessment; raise BadInput where no log was given."""
        if self.assessment is None:
            raise no_log()
        return self.assessment

    def exit_code(self, rows: Iterable[Row]) -> int:
        """Return 1 when one of these rows was to fail on, else 0."""
        return 1 if any(row.status in self.fail_on for row in rows) else 0

    def page(self, page_width: int | None = None) -> "Page":
        """Return how text is set: as wide as the terminal unless told, unlimited in files and pipes."""
        from gongkai_cli.formats.page import UNLIMITED, Page

        to_file = self.asked.output is not None
        wide = page_width or (None if to_file else width()) or UNLIMITED
        return Page(self.words, wide, colour_wanted() and not to_file, manner().quiet, self.asked.log_from)

    def say(self, sentence: Text) -> None:
        """Say what was written, under the plan, the day and the log; nothing with --quiet."""
        if manner().quiet:
            return
        page, held = self.page(), self.assessment
        seen = Seen(self.as_of, held.known_on, held.figures.files, page.log_from) if held is not None else None
        tell("".join(f"{line}\n" for line in (*context_lines(self.plan, seen, self.words), self.words(sentence))))


def no_log() -> BadInput:
    """Return the error of a command that needs a log and has none."""
    hint = text('name it: --log FILE, or GONGKAI_LOG, or `log = "…"` in gongkai.toml')
    return usage("--log", text("no log was given, so nothing can be said of what was published"), hint)


LookAhead = Callable[[When], date]


def open_session(asked: Asked, until: date | None = None, look_ahead: LookAhead | None = None) -> Session:
    """Open everything that a command about one plan needs, and say what is odd about its log; see `open_plan`."""
    waiting = Waiting(words_for(None, asked.lang))
    calendar = find_calendar(asked.workdays)
    session = open_plan(asked, find_plan(asked.plan), calendar, waiting, until, look_ahead)
    say_skipped(session.noticed, session.words)
    return session


def open_plan(
    asked: Asked,
    name: str,
    calendar: WorkCalendar,
    waiting: Waiting,
    until: date | None = None,
    look_ahead: LookAhead | None = None,
    *,
    strangers: bool = False,
) -> Session:
    """Open a plan with its log; raise BadInput with all problems of the input that is at fault.

    Duties without end are followed to `until`, or to the day that `look_ahead` gives for the instant looked from. With
    `strangers`, owners and obligations may be asked for that the plan does not have: then nothing of it is chosen.
    """
    watch = Stopwatch()
    with waiting:
        loaded = load(name, calendar)
        plan = loaded.usable()
    assert loaded.document is not None, "it is what the plan was read from"  # noqa: S101
    named = loaded.document.problem("GK807", ("plan", "id"), text("an id stands twice"))
    words = waiting.words = words_for(plan, asked.lang)
    if manner().verbose:
        tell_plan(words, name, len(plan.obligations), watch.read(), asked=bool(asked.plan))
        tell_workdays(words, calendar, asked.workdays)
    began = asked.began.astimezone(plan.plan.zone)
    known_on = read_day("--known-on", asked.known_on) if asked.known_on else None
    as_of = known_on if known_on is not None and asked.as_of is None else read_as_of(asked.as_of, plan, began)
    chosen, unknown = read_filter(plan, asked.owner, asked.obligation, asked.status)
    if unknown and not strangers:
        raise BadInput(unknown)
    fail_on = read_statuses("--fail-on", asked.fail_on.split(",") if asked.fail_on else ())
    paths, headers = find_log(asked.log, plan)
    since = read_since(asked.since, as_of)
    until = look_ahead(as_of) if look_ahead is not None else until
    assessment: Assessment | None = None
    noticed: tuple[Problem, ...] = ()
    if paths:
        with waiting.doing(text("Reading the log")):
            log = open_log(paths, headers, waiting, began.date())
            assessment, noticed = hold(
                plan,
                log,
                as_of,
                known_on,
                calendar,
                until=until,
                since=since,
                skip_bad_lines=asked.skip_bad_lines,
                every_mark=asked.every_mark,
                statuses=asked.kept,
            )
        if manner().verbose:
            tell_log(words, log.files, watch.read(), asked=bool(asked.log))
    elif fail_on or chosen.statuses or since is not None:
        raise no_log()
    return Session(
        asked, plan, calendar, words, as_of, chosen, fail_on, assessment, named, noticed, unknown, waiting
    )  # fmt: skip


def say_skipped(problems: Sequence[Problem], words: Words) -> tuple[Problem, ...]:
    """Say the problems of a log that do not forbid an answer, and return those of the lines that are left out."""
    errors = tuple(problem for problem in problems if problem.level == "error")
    if problems:
        say_problems(problems, words)
    if errors:
        complain(words(text("{count} bad lines were skipped.\n"), count=count(errors)))
    return errors
