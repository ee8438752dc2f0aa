"""Remarks at places in files, in words: what the formats for reviewers and their machines share."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from gongkai_cli.formats.escaping import shortened, visible
from gongkai_cli.messages import Words, text
from gongkai_cli.problems import CODES, Location, Problem

Level = Literal["error", "warning", "note"]

# A longer line says nothing to a reviewer, and a million remarks on one such line would fill a disk.
_LONGEST_SOURCE = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """What a remark is an instance of; `page` is the page of the documentation that explains it."""

    id: str
    level: Level
    title: str
    page: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """One remark at a place, safe to show; lines and columns count characters from 1, 0 where there is none.

    `subject` is what it is about wherever that stands, so that a remark is known again when lines have moved.
    """

    rule: Rule
    location: Location
    message: str
    hint: str = ""
    source: str = ""
    subject: str = ""


def of_problems(problems: Iterable[Problem], words: Words) -> list[Annotation]:
    """Return problems as annotations; a rule is a code."""
    rules: dict[str, Rule] = {}
    found = []
    for problem in problems:
        rule = rules.get(problem.code)
        if rule is None:
            code = CODES[problem.code]
            page = f"docs/problems/{problem.code}.md"
            rule = rules[problem.code] = Rule(problem.code, code.level, words(code.title), page)
        hint = visible(shortened(words(problem.hint))) if problem.hint is not None else ""
        source = visible(problem.source) if len(problem.source) <= _LONGEST_SOURCE else ""
        message = visible(shortened(words(problem.message)))
        found.append(Annotation(rule, problem.location, message, hint, source, _subject(problem)))
    return found


def _subject(problem: Problem) -> str:
    """The line at fault and what is said of it, without the numbers, which may be those of other lines."""
    values = [str(value) for _, value in problem.message.values if not isinstance(value, int)]
    return "\0".join((" ".join(problem.source.split()), problem.message.template, *values))


def with_hint(annotation: Annotation, words: Words) -> str:
    """Return what is wrong and, on a second line, what to do."""
    if not annotation.hint:
        return annotation.message
    return annotation.message + "\n" + words(text("hint: {hint}"), hint=annotation.hint)


def fingerprints(annotations: Sequence[Annotation]) -> list[str]:
    """Return what each annotation is known by while lines move: file, rule, subject, and its number among such."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for each in annotations:
        key = (each.location.file, each.rule.id, each.subject)
        seen[key] += 1
        said = "\0".join((*key, str(seen[key])))
        found.append(sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return found
