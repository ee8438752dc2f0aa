"""The documentation says what the program does: its examples are run, its tables computed, its links followed.

`GONGKAI_UPDATE=1 pytest tests/test_docs.py` writes the outputs of the console examples anew.
"""

import os
import re
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
import typer
from conftest import ROOT
from pydantic import BaseModel

from gongkai_cli import cli, workday_overrides
from gongkai_cli.cli import configuration
from gongkai_cli.deadlines import _SHAPES, When, parse_deadline
from gongkai_cli.formats.json import SCHEMA_VERSION
from gongkai_cli.frequencies import Form, parse_frequency
from gongkai_cli.messages import Words
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
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.problems import CODES
from gongkai_cli.schedule import Slot, event_slot, rule_of, stretch_slot, timetable
from gongkai_cli.workdays import official_calendar

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
UPDATE = os.environ.get("GONGKAI_UPDATE") == "1"
BIN = Path(sys.executable).parent

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ +(?P<words>.+)$", re.MULTILINE)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=named)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(content: str) -> str:
    """A page without its blocks of code, so that an example does not pass for an explanation."""
    return FENCE.sub("", content)


def section(page: Path, heading: str) -> str:
    """The words under a heading, up to the next of the same or a higher level."""
    level = heading.split(" ", 1)[0]
    _, found, rest = prose(read(page)).partition(f"\n{heading}\n")
    assert found, f"{named(page)} has no heading `{heading}`"
    return re.split(rf"^#{{1,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def tables(content: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Every table: its titles, and its rows as cells without back-ticks."""
    for block in re.findall(r"(?:^\|.*\n)+", content, flags=re.MULTILINE):
        lines = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]] for line in block.splitlines()]
        yield lines[0], [[cell.replace("\\|", "|") for cell in line] for line in lines[2:]]


def bare(cell: str) -> str:
    return cell.strip("`")


# The examples


class Console(NamedTuple):
    """Where the examples of a page run: the repository as it is, with the files that the page names beside it."""

    folder: Path
    environment: dict[str, str]

    def write(self, name: str, content: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def run(self, block: str) -> str:
        """Return a console block with the outputs that its commands have now."""
        said = []
        for command in re.findall(r"^\$ (.+)$", block, flags=re.MULTILINE):
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=self.folder,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
            )
            said.append(f"$ {command}\n{done.stdout.decode('utf-8').rstrip()}".rstrip() + "\n")
        return "\n".join(said)


@pytest.fixture
def console(tmp_path: Path) -> Console:
    folder, home = tmp_path / "gongkai", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    for name in ("plans", "schema", "examples", "docs", "README.md", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    environment = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "HOME": str(home), "LC_ALL": "C.UTF-8"}
    return Console(folder, environment)


def file_name(info: str) -> str | None:
    return next((word.removeprefix("file=") for word in info.split() if word.startswith("file=")), None)


@EVERY_PAGE
def test_console_examples_show_what_the_commands_say(page: Path, console: Console) -> None:
    content = read(page)
    fresh, end = "", 0
    for block in FENCE.finditer(content):
        body = block["body"]
        if name := file_name(block["info"]):
            console.write(name, body)
        elif block["info"] == "console":
            body = console.run(body)
        fresh += content[end : block.start("body")] + body
        end = block.end("body")
    fresh += content[end:]
    if UPDATE:
        page.write_text(fresh, encoding="utf-8")
    else:
        assert fresh == content


def test_commands_with_output_stand_in_blocks_that_are_run() -> None:
    """The pages of docs/problems/ say `console wrong` and `console right`; a test of their own runs these."""
    blocks = [(named(page), block) for page in PAGES for block in FENCE.finditer(read(page))]
    assert sum(block["info"] == "console" for _, block in blocks) > 20
    assert [
        name
        for name, block in blocks
        if not block["info"].startswith("console") and re.search(r"^\$ ", block["body"], re.MULTILINE)
    ] == []


LOG_CODES = [code for code in CODES if "GK600" <= code < "GK700" or code == "GK805"]


@pytest.mark.parametrize("code", LOG_CODES)
def test_pages_of_log_problems_show_a_wrong_and_a_right_example(code: str) -> None:
    """Their examples are run as all others are."""
    content = read(DOCS / "problems" / f"{code}.md")
    assert content.startswith(f"# {code}: {Words('en')(CODES[code].title)}\n\n")
    said = ["\n".join(block[2] for block in FENCE.finditer(part)) for part in content.partition("\nRight")[::2]]
    assert [set(re.findall(r"\b(GK[0-9]{3}) ", each)) for each in said] == [{code}, set()]


def test_plans_in_the_pages_load() -> None:
    plans = [
        (named(page), block["body"])
        for page in PAGES
        for block in FENCE.finditer(read(page))
        if block["info"].split()[:2] == ["yaml", "plan"]
    ]
    assert len(plans) >= 3
    for name, body in plans:
        assert parse_plan(body.encode(), name).errors == ()


def test_the_complete_example_uses_every_key_and_gives_no_warning() -> None:
    body = next(block["body"] for block in FENCE.finditer(read(DOCS / "plan-format.md")) if "plan" in block["info"])
    loaded = parse_plan(body.encode(), "example.yaml")
    assert loaded.problems == ()
    plan = loaded.plan
    assert plan is not None
    parts: list[BaseModel] = [
        plan.plan,
        plan.plan.signals,
        *plan.plan.escalation,
        *plan.owners,
        *plan.readings.values(),
    ]
    parts += [*plan.obligations, *(each.match for each in plan.obligations if each.match), *plan.untracked, plan]
    used = {(type(part), key) for part in parts for key in part.model_fields_set}
    models = (Plan, PlanMeta, SignalSettings, EscalationStep, Owner, Reading, Obligation, MatchRule, Untracked)
    assert {(model, key) for model in models for key in model.model_fields} - used == set()


# The pages


def test_the_readme_is_short() -> None:
    assert len(read(ROOT / "README.md").splitlines()) < 120


def test_the_readme_shows_what_make_demo_runs() -> None:
    recipe = re.search(r"^demo:.*\n\t@?\$\(BIN\)/(?P<command>.+)$", read(ROOT / "Makefile"), re.MULTILINE)
    assert recipe is not None
    assert f"```console\n$ {recipe['command']}\n" in read(ROOT / "README.md")


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get: lower case, punctuation dropped, blanks as hyphens, repeats numbered."""
    found: set[str] = set()
    for heading in HEADING.finditer(prose(read(page))):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading["words"]).lower()
        kept = (each for each in words if each in "-_ " or unicodedata.category(each)[0] in "LNM")
        anchor = "".join(kept).strip().replace(" ", "-")
        number = 0
        while (numbered := f"{anchor}-{number}" if number else anchor) in found:
            number += 1
        found.add(numbered)
    return found


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Every relative link of a page: as written, the file that it leads to, the anchor."""
    for link in LINK.finditer(re.sub(r"`[^`\n]*`", "", prose(read(page)))):
        target = link["target"]
        if not re.match(r"[a-z]+:", target):
            name, _, anchor = target.partition("#")
            yield target, (page.parent / name).resolve() if name else page, anchor


@EVERY_PAGE
def test_links_lead_somewhere(page: Path) -> None:
    broken = [
        target
        for target, file, anchor in links(page)
        if not file.exists() or (anchor and (file.suffix != ".md" or anchor not in anchors(file)))
    ]
    assert broken == []


def test_no_page_is_an_orphan() -> None:
    reached, waiting = set(), [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [file for _, file, _ in links(page) if file.suffix == ".md" and file.exists()]
    assert [named(page) for page in DOCS.rglob("*.md") if page not in reached] == []


def test_the_readme_leads_to_the_docs() -> None:
    assert DOCS / "README.md" in {file for _, file, _ in links(ROOT / "README.md")}


# The command line


def test_every_command_and_option_is_described() -> None:
    page = DOCS / "commands.md"
    group = typer.main.get_command(cli.app)
    commands = group.commands  # type: ignore[attr-defined]
    missing = []
    for name, command in {"gongkai": group, **{f"gongkai {name}": each for name, each in commands.items()}}.items():
        said = section(page, f"## {name}")
        options = [option for parameter in command.params for option in parameter.opts if option.startswith("-")]
        missing += [f"{name} {option}" for option in (*options, "--help") if f"`{option}" not in said]
        if name != "gongkai" and f"gongkai {name.split()[1]} --lang en --help" not in read(page):
            missing.append(f"the help of {name}")
    assert missing == []


def test_every_exit_code_is_described() -> None:
    page = DOCS / "exit-codes.md"
    codes = {bare(row[0]) for titles, rows in tables(read(page)) if titles[0] == "code" for row in rows}
    known = {0, 1, cli.USAGE_ERROR, cli.INTERNAL_ERROR, cli.INTERRUPTED}
    assert codes == {str(code) for code in known}


def test_the_configuration_is_described() -> None:
    said = prose(read(DOCS / "configuration.md"))
    source = "".join(read(path) for path in (ROOT / "src").rglob("*.py"))
    # What is asked for, not what is set for others.
    variables = set(re.findall(r"(?:environ\.get\(|environ\[|_paths\()\"([A-Z_]+)\"(?!\] = )", source))
    assert {"GONGKAI_PLAN", "GONGKAI_WORKDAYS"} <= variables
    assert {name for name in (*variables, *configuration._KEYS) if f"`{name}`" not in said} == set()


def test_the_json_version_is_the_current_one() -> None:
    assert f'"schema_version": {SCHEMA_VERSION}' in read(DOCS / "json.md")


# The plan file


@pytest.mark.parametrize(
    ("page", "heading", "model"),
    [
        ("plan-format.md", "## The sections", Plan),
        ("plan-format.md", "## `plan`", PlanMeta),
        ("plan-format.md", "### `escalation`", EscalationStep),
        ("plan-format.md", "### `signals`", SignalSettings),
        ("plan-format.md", "## `owners`", Owner),
        ("plan-format.md", "## `readings`", Reading),
        ("plan-format.md", "## `obligations`", Obligation),
        ("plan-format.md", "### `match`", MatchRule),
        ("plan-format.md", "## `untracked`", Untracked),
        ("workdays.md", "### The file", workday_overrides.OverrideFile),
        ("workdays.md", "### One year", workday_overrides.OverrideYear),
        ("workdays.md", "### Days", workday_overrides.NamedDays),
    ],
)
def test_every_key_is_described(page: str, heading: str, model: type[BaseModel]) -> None:
    """Also which keys are required."""
    titles, rows = next(tables(section(DOCS / page, heading)))
    assert titles[:3] == ["key", "type", "default"]
    described = {bare(row[0]): row[2] == "required" for row in rows}
    assert described == {field.alias or key: field.is_required() for key, field in model.model_fields.items()}


HEADER = """\
version: 1
plan: {id: p, title: t, issued: 2017-01-01, starts: 2017-01-01, ends: 2019-12-31}
owners: [{name: o}]
events: {happened: e}
obligations:
  - {id: i, clause: c, quote: q, title: t, owner: o"""


def described_plan(**keys: str) -> Plan:
    given = "".join(f", {key}: '{value}'" for key, value in keys.items() if value)
    loaded = parse_plan(f"{HEADER}{given}}}\n".encode(), "row.yaml")
    assert loaded.errors == (), (keys, loaded.errors)
    assert loaded.plan is not None
    return loaded.plan


def instant(cell: str) -> When | None:
    if cell == "–":
        return None
    if len(cell) == len("2017-08-05"):
        return date.fromisoformat(cell)
    return datetime.fromisoformat(f"{cell}+08:00")


def slot_of(plan: Plan, about: str) -> Slot | None:
    """The occurrence of a period, of an event, or after a record; the only one where nothing is said."""
    rule, calendar = rule_of(plan, plan.obligations[0]), official_calendar()
    when = about.partition(" ")[2]
    if about.startswith("event "):
        event = instant(when)
        return event_slot(rule, calendar, event, "event") if event else None
    if about.startswith("record "):
        return stretch_slot(rule, calendar, date.fromisoformat(when))
    slots = timetable(rule, calendar, date(2019, 12, 31)).slots
    return next((slot for slot in slots if about in ("–", slot.period.label)), None)


@cache
def worked_rows() -> list[dict[str, str]]:
    """The rows of every table in docs/deadlines.md that gives a worked date."""
    return [
        {title: bare(cell) for title, cell in zip(titles, row, strict=True)}
        for titles, rows in tables(read(DOCS / "deadlines.md"))
        if "falls on" in titles
        for row in rows
    ]


@pytest.mark.parametrize("row", worked_rows(), ids=lambda row: f"{row['deadline']} {row.get('opens', '')}".strip())
def test_worked_dates_are_computed(row: dict[str, str]) -> None:
    plan = described_plan(**{key: row.get(key, "") for key in ("frequency", "deadline", "opens", "roll")})
    slot = slot_of(plan, row["for"])
    assert slot is not None
    assert (slot.opens, slot.deadline) == (instant(row["window opens"]), instant(row["falls on"]))


def test_every_form_of_a_deadline_has_a_worked_date() -> None:
    def shape(value: str) -> str:
        value = re.sub(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "DATE", value)
        value = re.sub(r"[0-9]{2}-[0-9]{2}", "MM-DD", value)
        value = re.sub(r"[0-9]{2}:[0-9]{2}", "HH:MM", value)
        return re.sub(r"\b(?:[0-9]+|N)\b", "N", value).replace("month ", "months ").replace("next months", "next month")

    forms = {shape(row[key]) for row in worked_rows() for key in ("deadline", "opens") if row.get(key)}
    assert {str(parse_deadline(row["deadline"])) for row in worked_rows()} == {row["deadline"] for row in worked_rows()}
    assert forms == {shape(form) for form in _SHAPES}


def test_every_frequency_is_described_with_its_label() -> None:
    titles, rows = next(tables(section(DOCS / "deadlines.md", "## Frequencies")))
    assert (titles[0], titles[-1]) == ("frequency", "label, for example")
    forms = set()
    for row in rows:
        frequency = parse_frequency(bare(row[0]))
        forms.add(frequency.form)
        deadline = "end of period" if frequency.periodic else "none"
        plan = described_plan(frequency=str(frequency), deadline=deadline)
        rule, label = rule_of(plan, plan.obligations[0]), bare(row[-1])
        slot = event_slot(rule, official_calendar(), date.fromisoformat(label), label) if frequency.event else None
        slots = timetable(rule, official_calendar(), date(2019, 12, 31)).slots
        assert label in {each.period.label for each in (*slots, *([slot] if slot else []))}, row
    assert forms == set(get_args(Form))


def test_seasons_give_the_periods_described() -> None:
    titles, rows = next(tables(section(DOCS / "deadlines.md", "## Seasons")))
    assert titles[:3] == ["season", "frequency", "periods in 2017"]
    for row in rows:
        season, frequency, periods = (bare(cell) for cell in row[:3])
        plan = described_plan(season=season, frequency=frequency, deadline="end of period")
        slots = timetable(rule_of(plan, plan.obligations[0]), official_calendar(), date(2017, 12, 31)).slots
        assert ", ".join(slot.period.label for slot in slots) == periods


# The code


def test_the_rooms_are_described_in_the_order_of_imports() -> None:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        contracts = tomllib.load(stream)["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    titles, rows = next(tables(section(ROOT / "CONTRIBUTING.md", "## The rooms of the code")))
    assert titles[0] == "room"
    described = [re.findall(r"`([a-z_]+)(?:/|\.py)?`", row[0]) for row in rows]
    assert described == [layer.split(" | ") for layer in layers]


def test_the_test_command_is_described_step_by_step() -> None:
    steps = re.search(r"^test: (?P<steps>.+)$", read(ROOT / "Makefile"), re.MULTILINE)
    assert steps is not None
    said = section(ROOT / "CONTRIBUTING.md", "## What `make test` runs")
    assert [step for step in steps["steps"].split() if f"`make {step}`" not in said] == []
