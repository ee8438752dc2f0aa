"""The schema for editors: in step with the models, with the parsers, and with what `check` says of plans."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from conftest import REAL_PLAN, ROOT, Gongkai
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import BaseModel
from regress import Regex
from test_deadlines import FORMS
from test_docs import bare, section, tables
from test_plan_corpus import INVALID, VALID, golden

from gongkai_cli.cli import run
from gongkai_cli.deadlines import misfit, parse_day, parse_deadline
from gongkai_cli.formats.key_words import KEYS, VALUES
from gongkai_cli.formats.patterns import MANNERS, PATTERNS, Manner, whole
from gongkai_cli.formats.plan_schema import schema
from gongkai_cli.frequencies import RRULE_PARTS, NotAForm, parse_frequency, parse_length, parse_season
from gongkai_cli.messages import LANGUAGES, Words
from gongkai_cli.plan import (
    EscalationStep,
    MatchRule,
    Obligation,
    Owner,
    Plan,
    PlanMeta,
    Reading,
    SignalSettings,
    Untracked,
)

SCHEMA = ROOT / "schema" / "plan.schema.json"
UPDATE = os.environ.get("GONGKAI_UPDATE") == "1"
BOTH = [Words(language) for language in LANGUAGES]


def test_the_shipped_schema_is_in_step_with_the_models(gongkai: Gongkai) -> None:
    """`GONGKAI_UPDATE=1 pytest tests/test_plan_schema.py` writes it anew."""
    fresh = gongkai("schema").out
    if UPDATE:
        SCHEMA.write_text(fresh, encoding="utf-8")
    assert fresh == SCHEMA.read_text(encoding="utf-8")


def test_the_shipped_plan_names_it_in_its_first_line() -> None:
    first = REAL_PLAN.read_text(encoding="utf-8").splitlines()[0]
    path = first.removeprefix("# yaml-language-server: $schema=")
    assert (REAL_PLAN.parent / path).resolve() == SCHEMA


def test_it_is_a_schema_of_draft_7_without_references() -> None:
    Draft7Validator.check_schema(schema(BOTH))
    assert "$ref" not in json.dumps(schema(BOTH))


def test_one_language_alone(gongkai: Gongkai, tmp_path: Path) -> None:
    assert gongkai("schema", "--lang", "en", "--output", tmp_path / "en.json").out == ""
    english = json.loads((tmp_path / "en.json").read_text(encoding="utf-8"))
    chinese = gongkai("schema", "--lang", "zh").json()
    meanings = [each["properties"]["plan"]["properties"]["ends"]["description"] for each in (english, chinese)]
    assert meanings == ["The last day that the plan covers", "计划涵盖的最后一日"]
    assert gongkai("schema", "--lang", "fr").code == 2


# The words


def models(model: type[BaseModel]) -> set[type[BaseModel]]:
    """A model, and those within it."""
    within: set[type[BaseModel]] = set()
    for field in model.model_fields.values():
        waiting: list[Any] = [field.annotation]
        while waiting:
            each = waiting.pop()
            if isinstance(each, type) and not get_args(each) and issubclass(each, BaseModel):
                within |= models(each)
            waiting += get_args(each)
    return {model, *within}


def test_every_key_is_explained_and_none_that_is_not_there() -> None:
    described = {model: set(words) for model, words in KEYS.items()}
    assert described == {model: set(model.model_fields) for model in models(Plan)}


def closed_sets(part: dict[str, Any]) -> dict[str, set[str]]:
    found = {}
    for name, each in part.get("properties", {}).items():
        if "enum" in each:
            found[name] = set(each["enum"])
        for below in (each, each.get("items", {}), *each.get("patternProperties", {}).values()):
            found |= closed_sets(below)
    return found


def test_every_value_of_a_closed_set_is_explained() -> None:
    assert closed_sets(schema(BOTH)) == {name: set(values) for name, values in VALUES.items()}


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("## The sections", Plan),
        ("## `plan`", PlanMeta),
        ("### `escalation`", EscalationStep),
        ("### `signals`", SignalSettings),
        ("## `owners`", Owner),
        ("## `readings`", Reading),
        ("## `obligations`", Obligation),
        ("### `match`", MatchRule),
        ("## `untracked`", Untracked),
    ],
)
def test_the_page_on_the_plan_file_begins_with_the_same_words(heading: str, model: type[BaseModel]) -> None:
    words = {key.strip("_"): meaning.template for key, meaning in KEYS[model].items()}
    _, rows = next(tables(section(ROOT / "docs" / "plan-format.md", heading)))
    said = {bare(row[0]): re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", row[-1]) for row in rows}
    assert {key: each for key, each in said.items() if not each.startswith(words[key])} == {}


# The small languages


@cache
def expression(pattern: str) -> Regex:
    return Regex(pattern, "u")


def matches(form: str, value: str) -> bool:
    return expression(PATTERNS[form]).find(value) is not None


PARSERS: dict[str, Callable[[str], object]] = {
    "day": parse_day,
    "deadline": parse_deadline,
    "frequency": parse_frequency,
    "season": parse_season,
    "length": parse_length,
}


def parses(form: str, value: str) -> bool:
    try:
        PARSERS[form](value)
    except NotAForm:
        return False
    return True


# Pieces of which forms, and what is nearly one, are made.
PIECES = [
    *("0", "1", "2", "3", "9", "28", "29", "30", "31", "32", "92", "366", "999", "1000", "9999", "10000"),
    *("day", "days", "working day", "working days", "week", "weeks", "month", "months", "hour", "hours"),
    *(
        "after",
        "before",
        "of",
        "end",
        "start",
        "end of period",
        "period",
        "next month",
        "next year",
        "event",
        "previous",
    ),
    *("same day as event", "none", "once", "every", "on", "formed", "monthly", "annual", "continuous", "recurring"),
    *("2017-02-28", "2017-02-29", "2016-02-29", "2100-02-29", "2000-02-29", "1989-12-31", "1990-01-01", "2200-12-31"),
    *("2201-01-01", "2017-13-01", "2017-00-10", "2017-04-31", "0000-01-01", "0400-02-29", "02-29", "02-30", "11-31"),
    *("00-01", "12-00", "..", "17:30", "23:59", "24:00", "9:00", "-", "\n", "　", "每月"),
]
near_forms = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).flatmap(
    lambda pieces: st.sampled_from([" ", ""]).map(lambda between: between.join(pieces))
)
dates = st.builds("{:04}-{:02}-{:02}".format, st.integers(0, 2300), st.integers(0, 13), st.integers(0, 32))
days = st.builds("{:02}-{:02}".format, st.integers(0, 13), st.integers(0, 32))
counts = st.sampled_from(["0", "1", "2", "01", "10", "9999", "10000"])
units = st.sampled_from(["hour", "day", "working day", "week", "month", "year"]).flatmap(
    lambda unit: st.sampled_from([unit, f"{unit}s"])
)
tails = st.sampled_from(["after event", "after end of period", "after previous", "before event", "after", ""])
counted = st.builds("{} {} {}".format, counts, units, tails).map(str.rstrip)
of_period = st.builds("day {} of {}".format, st.integers(0, 1000), st.sampled_from(["period", "next month", "month"]))
values = st.one_of(
    near_forms,
    dates,
    days,
    counted,
    of_period,
    st.builds("{} {}".format, dates, st.builds("{:02}:{:02}".format, st.integers(0, 25), st.integers(0, 61))),
    st.builds("{} of next year".format, days),
    st.builds("{}..{}".format, days, days),
    st.builds("every {} {}".format, counts, units),
    st.sampled_from(list(FORMS)),
)


@pytest.mark.parametrize("form", ["day", "deadline", "length"])
@given(value=values)
def test_the_pattern_and_the_parser_agree(form: str, value: str) -> None:
    assert matches(form, value) == parses(form, value)


@given(value=values)
def test_they_agree_on_seasons_but_for_the_order_of_two_dates(value: str) -> None:
    first, _, last = value.partition("..")
    swapped = len(first) == len(last) == len("2017-06-01") and last < first
    assert (matches("season", value) and not swapped) == parses("season", value)


def frequency_parses(value: str) -> bool:
    """What can be a frequency in a plan: an event's name is an id."""
    name = value.removeprefix("on ")
    return parses("frequency", value) and (
        name == value or re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name) is not None
    )


@given(value=values)
def test_they_agree_on_frequencies(value: str) -> None:
    assert matches("frequency", value) == frequency_parses(value)


parts = st.sampled_from(
    [
        *(
            "FREQ=DAILY",
            "FREQ=weekly",
            "freq=MONTHLY",
            "FREQ=YEARLY",
            "FREQ=HOURLY",
            "INTERVAL=2",
            "INTERVAL=0",
            "COUNT=3",
        ),
        *("UNTIL=20171231", "UNTIL=20170230", "UNTIL=2017-12-31", "BYDAY=MO,TU", "BYDAY=1MO", "BYDAY=6FR", "BYDAY="),
        *("BYMONTHDAY=-1", "BYMONTHDAY=32", "BYMONTH=12", "BYMONTH=13", "BYWEEKNO=53", "BYYEARDAY=366", "BYSETPOS=1"),
        *("WKST=MO", "WKST=XX", "BYHOUR=9", "DTSTART=20170101", "X=1", "", "FREQ"),
    ]
)


@given(rule=st.lists(parts, min_size=1, max_size=4).map(";".join))
def test_they_agree_on_recurrence_rules_but_for_what_parts_say_together(rule: str) -> None:
    value = f"rrule {rule}"
    if parses("frequency", value):
        assert matches("frequency", value)
    elif matches("frequency", value):  # each part is in order, and none stands twice
        names = [part.partition("=")[0].upper() for part in rule.split(";")]
        assert len(names) == len(set(names))
        assert {"FREQ"} <= set(names) <= set(RRULE_PARTS)
        assert not {"COUNT", "UNTIL"} <= set(names)


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.example)
@pytest.mark.parametrize("opens", [False, True])
@given(value=st.one_of(st.sampled_from(list(FORMS)), counted, of_period, days))
def test_only_deadlines_that_go_with_the_frequency_match(manner: Manner, opens: bool, value: str) -> None:
    pattern = manner.opens if opens else manner.deadline
    found = pattern is not None and expression(whole(pattern)).find(value) is not None
    fits = (
        parses("deadline", value)
        and misfit(parse_deadline(value), parse_frequency(manner.example), opens=opens) is None
    )
    assert found == fits


def test_every_frequency_is_of_one_manner() -> None:
    examples = {
        *(
            "once",
            "daily",
            "every working day",
            "weekly",
            "monthly",
            "quarterly",
            "semiannual",
            "annual",
            "every 5 days",
        ),
        *("every 2 weeks", "every 2 months", "rrule FREQ=MONTHLY;BYDAY=1MO", "on formed", "continuous", "recurring"),
    }
    for value in examples:
        assert sum(expression(whole(manner.frequency)).find(value) is not None for manner in MANNERS) == 1, value


# Whole plans, by check-jsonschema


def check_jsonschema(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def refused(plans: list[Path]) -> set[str]:
    """The names of the plans that the schema refuses, or that cannot be read at all."""
    said = json.loads(check_jsonschema("-o", "json", "--schemafile", SCHEMA, *plans).stdout)
    return {Path(each["filename"]).name for each in (*said.get("errors", ()), *said.get("parse_errors", ()))}


def test_right_plans_pass() -> None:
    done = check_jsonschema("--schemafile", SCHEMA, REAL_PLAN, *(path for path in VALID if path.suffix == ".yaml"))
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")


def codes(path: Path) -> set[str]:
    return set(re.findall(r"(?:error|warning) (GK[0-9]{3})", golden(path).read_text(encoding="utf-8")))


# What only `check` sees; docs/editors.md lists it.
BEYOND = {
    "keys-that-do-not-fit.yaml",
    "reading-about-owner-with-deadline.yaml",
    "reading-that-does-not-fit.yaml",
    "time-zone-folder.yaml",
    "time-zone-unknown.yaml",
}
# Aliases without end, and nesting, are what check-jsonschema itself cannot bear.
BEARABLE = [path for path in INVALID if path.suffix == ".yaml" and not codes(path) & {"GK109", "GK110"}]


def test_wrong_plans_fail() -> None:
    """All whose fault lies in the shape: the wrong key, the wrong type, what is no date, deadline, season …"""
    shapes = {
        path for path in BEARABLE if any(each.startswith("GK2") or each in ("GK306", "GK313") for each in codes(path))
    }
    assert len(shapes) > 100
    assert {path.name for path in shapes} - refused(sorted(shapes)) == BEYOND


def test_what_check_only_warns_of_passes() -> None:
    warned = [path for path in BEARABLE if all(each.startswith("GK4") for each in codes(path))]
    assert len(warned) > 5
    assert refused(warned) == set()


def test_a_bad_schema_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("version: 2\n", encoding="utf-8")
    assert run(["check", str(tmp_path / "plan.yaml")]) == 2
    assert refused([tmp_path / "plan.yaml"]) == {"plan.yaml"}
