"""Annotations as JUnit XML, which most build servers show as tests.

There is no standard; the elements and attributes are those that Jenkins, GitLab and junitparser read.
"""

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from gongkai_cli.formats.annotations import Annotation, Level, with_hint
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words

ERRORS: frozenset[Level] = frozenset(("error",))
WARNINGS_TOO: frozenset[Level] = frozenset(("error", "warning"))


class Suite(NamedTuple):
    """What was looked at, and the remarks on it; one without any is a test that passes under `passed`."""

    name: str
    passed: str
    annotations: Sequence[Annotation]


def render(suites: Sequence[Suite], words: Words, failing: frozenset[Level] = ERRORS) -> str:
    """Return one test suite for each plan and a test for each remark; what is not `failing` passes with a remark."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    every = [each for suite in suites for each in suite.annotations]
    total = sum(len(suite.annotations) or 1 for suite in suites)
    lines.append(f'<testsuites name="gongkai" tests="{total}" {_failures(every, failing)}>')
    for suite in suites:
        name, count = quoteattr(visible(suite.name)), len(suite.annotations) or 1
        lines.append(f' <testsuite name={name} tests="{count}" {_failures(suite.annotations, failing)}>')
        if not suite.annotations:
            lines.append(f"  <testcase classname={name} name={quoteattr(visible(suite.passed))}/>")
        for each in suite.annotations:
            lines += _case(each, name, words, fails=each.rule.level in failing)
        lines.append(" </testsuite>")
    return "\n".join([*lines, "</testsuites>", ""])


def _failures(annotations: Sequence[Annotation], failing: frozenset[Level]) -> str:
    failures = sum(1 for each in annotations if each.rule.level in failing)
    return f'failures="{failures}" errors="0" skipped="0"'


def _case(annotation: Annotation, suite: str, words: Words, *, fails: bool) -> list[str]:
    place, rule = visible(str(annotation.location)), annotation.rule
    name = quoteattr(f"{rule.id} {rule.title} ({place})")
    said = escape(f"{place}: {rule.id} {with_hint(annotation, words)}")
    line = f' file={quoteattr(visible(annotation.location.file))} line="{annotation.location.line or 1}"'
    body = (
        f"   <failure type={quoteattr(rule.id)} message={quoteattr(annotation.message)}>{said}</failure>"
        if fails
        else f"   <system-out>{said}</system-out>"
    )
    return [f"  <testcase classname={suite} name={name}{line}>", body, "  </testcase>"]
