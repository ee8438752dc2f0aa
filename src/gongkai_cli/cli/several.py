"""One question asked of one plan or of several, each with its own log, and one answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Generic, TypeVar

from gongkai_cli.cli.configuration import OWN, find_calendar, find_plans, named_logs
from gongkai_cli.cli.plan_files import STDIN, load
from gongkai_cli.cli.processes import FEWEST, of_each
from gongkai_cli.cli.session import Asked, LookAhead, Session, open_plan, say_skipped
from gongkai_cli.cli.terminal import usage, words_for
from gongkai_cli.cli.waiting import Waiting
from gongkai_cli.messages import Words, language_of, text
from gongkai_cli.problem_report import same_ids
from gongkai_cli.problems import BadInput, Problem
from gongkai_cli.workdays import WorkCalendar

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Question(Generic[Found]):
    """What is asked of every plan; `make` says what is kept of each, which must be small: it may come from afar."""

    asked: Asked
    calendar: WorkCalendar
    make: Callable[[Session], Found]
    until: date | None = None
    look_ahead: LookAhead | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Found]):
    """What became of the question to one plan: what was found, or the problems that forbid an answer.

    `named` is where the plan says its id. Of what was found, `problems` are those that are to be said all the same;
    `unknown` are the names that were asked for and are not the plan's.
    """

    file: str
    found: Found | None
    problems: tuple[Problem, ...]
    id: str = ""
    named: Problem | None = None
    unknown: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers(Generic[Found]):
    """What was found of every plan, in the order in which they were named, and the language to say it in."""

    found: Sequence[Found]
    words: Words


def ask(
    asked: Asked, make: Callable[[Session], Found], until: date | None = None, look_ahead: LookAhead | None = None
) -> Answers[Found]:
    """Return what is made of every plan that is asked for; raise BadInput with the problems of all of them.

    Nothing is answered for any where one cannot be used. `make` and `look_ahead` must be such as can be pickled.
    """
    calendar = find_calendar(asked.workdays)
    names = find_plans(asked.plan)
    waiting = Waiting(words_for(None, asked.lang))
    if len(names) > 1:
        _refuse_shared_log(asked)
        asked = replace(asked, lang=asked.lang or _language(names[0], calendar))
    question = Question(asked, calendar, make, until, look_ahead, len(names) > 1)
    outcomes = of_each(partial(_outcome, question), names, waiting, len(names) + 1 if STDIN in names else FEWEST)
    _refuse(outcomes)
    noticed = [problem for outcome in outcomes for problem in outcome.problems]
    words = waiting.words if len(names) == 1 else words_for(None, asked.lang)
    say_skipped(noticed, words)
    return Answers([outcome.found for outcome in outcomes if outcome.found is not None], words)


def _language(name: str, calendar: WorkCalendar) -> str | None:
    """The language of the first plan, in which all are spoken of."""
    language = load(name, calendar).language if name != STDIN else None
    return language_of(language) if language is not None else None


def _outcome(question: Question[Found], name: str, waiting: Waiting) -> Outcome[Found]:
    try:
        session = open_plan(
            question.asked, name, question.calendar, waiting, question.until, question.look_ahead,
            strangers=question.several,
        )  # fmt: skip
    except BadInput as refused:
        return Outcome(name, None, tuple(refused.problems))
    try:
        with waiting.doing(text("Looking up the records")):
            found = question.make(session)
        return Outcome(name, found, session.noticed, session.plan.plan.id, session.named, session.unknown)
    except BadInput as refused:
        return Outcome(name, None, tuple(refused.problems))
    finally:
        session.close()


def _refuse_shared_log(asked: Asked) -> None:
    """Raise BadInput where a log is named that all plans would share: its lines do not say of which plan they are."""
    shared = [path for path in named_logs(asked.log)[0] if OWN not in path]
    if shared:
        said = text("{path} would be the log of every plan, and its lines do not say of which one", path=shared[0])
        hint = text("write {plan} where the path has the plan's id, for example logs/{plan}.csv", plan=OWN)
        raise usage("--log", said, hint)


def _refuse(outcomes: Sequence[Outcome[Found]]) -> None:
    """Raise BadInput with all that forbids an answer: in plans, in their logs, between plans, in what is asked."""
    failed = [outcome for outcome in outcomes if outcome.found is None]
    found = [problem for outcome in failed for problem in outcome.problems]
    found += same_ids((outcome.file, outcome.id, outcome.named) for outcome in outcomes)
    found += _unknown_everywhere(outcomes)
    # What is wrong with the question itself, each plan has said.
    problems = {(problem, problem.message): problem for problem in found}
    if problems:
        raise BadInput(problems.values())


def _unknown_everywhere(outcomes: Sequence[Outcome[Found]]) -> Iterator[Problem]:
    """Yield a problem for each name that was asked for and that no plan has."""
    asked_of = [outcome.unknown for outcome in outcomes if outcome.found is not None]
    if asked_of and all(asked_of):
        messages = [{problem.message for problem in unknown} for unknown in asked_of]
        nowhere = set.intersection(*messages)
        yield from (problem for problem in asked_of[0] if problem.message in nowhere)
