"""What an editor makes of a plan: completion, explanations and underlining, by the real YAML language server."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from conftest import REAL_PLAN
from language_server import LanguageServer, language_server

from gongkai_cli.messages import LANGUAGES, Language
from gongkai_cli.starter import PLAN, Start, starter_files

HEAD = """\
# yaml-language-server: $schema=../schema/plan.schema.json
version: 1
plan: {id: p, title: 编造的计划, issued: 2017-07-11, ends: 2017-12-31}
owners: [{name: 甲局}]
obligations:
  - id: i
    clause: 一
    quote: 按月公开
    title: 月报
    owner: 甲局
"""


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageServer]:
    with language_server() as started:
        yield started


def offered(server: LanguageServer, content: str) -> dict[str, dict[str, Any]]:
    """What is offered at the end of a text, by label."""
    uri = server.open(content)
    lines = content.split("\n")
    return {each["label"]: each for each in server.at("completion", uri, len(lines) - 1, len(lines[-1]))["items"]}


def explained(server: LanguageServer, content: str, word: str) -> str:
    """What is said of the last place where a word stands."""
    line = max(number for number, each in enumerate(content.split("\n")) if word in each)
    said: str = server.at("hover", server.open(content), line, content.split("\n")[line].index(word) + 1)["contents"][
        "value"
    ]
    return said


def underlined(server: LanguageServer, line: str) -> list[tuple[str, str]]:
    """The words that are underlined in a plan that ends with a line, and why."""
    content = f"{HEAD}    frequency: monthly\n    deadline: end of next month\n"
    key = line.partition(":")[0]
    content = "".join(each for each in content.splitlines(keepends=True) if not each.startswith(f"    {key}:"))
    content += f"    {line}\n"
    found = []
    for each in server.diagnostics(server.open(content)):
        start, end = each["range"]["start"], each["range"]["end"]
        found.append((content.split("\n")[start["line"]][start["character"] : end["character"]], each["message"]))
    return found


def test_the_shipped_plan_has_nothing_underlined(server: LanguageServer) -> None:
    assert server.diagnostics(server.open(REAL_PLAN.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_that_init_writes_has_nothing_underlined(server: LanguageServer, language: Language) -> None:
    content = starter_files(Start(date(2026, 3, 10), language))[PLAN].decode()
    assert server.diagnostics(server.open(content)) == []
    assert server.diagnostics(server.open(content.replace("  id: plan-2026\n", ""))) != []


def test_without_a_fault_nothing_is_underlined(server: LanguageServer) -> None:
    assert underlined(server, "act: publish") == []


@pytest.mark.parametrize(
    ("line", "word", "said"),
    [
        (
            "deadline: end of next mouth",
            "end of next mouth",
            "Nothing that goes with this frequency; write end of period |",
        ),
        ("deadline: 2017-12-31", "2017-12-31", "不能与此频次搭配；可以写：end of period | day N of period |"),
        ("frequency: monthy", "monthy", "不是频次；例如 `monthly`"),
        ("season: 02-30..06-30", "02-30..06-30", "This is not a season"),
        ("from: 2017-02-29", "2017-02-29", "This is not a date; write YYYY-MM-DD"),
        ("min_records: 0", "0", "Value is below the minimum of 1"),
        ("act: publsh", "publsh", 'Valid values: "publish", "report", "do"'),
        ("ower: 甲局", "ower", "Property ower is not allowed"),
        ("channel: ''", "''", "此处为空"),
    ],
)
def test_what_is_wrong_is_underlined(server: LanguageServer, line: str, word: str, said: str) -> None:
    ((place, message),) = underlined(server, line)
    assert place == word
    assert said in message


def test_a_bad_length_in_the_header_is_underlined(server: LanguageServer) -> None:
    content = HEAD.replace("ends: ", "warn_before: 5 workdays, ends: ") + "    frequency: once\n    deadline: none\n"
    (found,) = server.diagnostics(server.open(content))
    assert "不是时长；例如 `5 working days`" in found["message"]


def test_a_bad_deadline_is_underlined_beside_a_bad_frequency_and_in_a_reading(server: LanguageServer) -> None:
    content = f"{HEAD}    frequency: monthy\n    deadline: 20 day after event\n"
    said = [each["message"] for each in server.diagnostics(server.open(content))]
    assert [each.partition(";")[0] for each in said] == [
        "不是频次；例如 `monthly`、`every 5 days`、`on EVENT` / This is not a frequency",
        "不是期限；例如 `end of next month`、`20 working days after event` / This is not a deadline",
    ]
    reading = "readings:\n  r: {word: 按月, about: deadline, means: 月, authority: 惯例, deadline: end of mouth}\n"
    (found,) = server.diagnostics(server.open(f"{HEAD}    frequency: once\n    deadline: none\n{reading}"))
    assert "This is not a deadline" in found["message"]


def test_an_opening_that_cannot_be_is_underlined(server: LanguageServer) -> None:
    content = f"{HEAD}    frequency: continuous\n    deadline: 14 days after previous\n    opens: 2017-08-01\n"
    (found,) = server.diagnostics(server.open(content))
    assert found["message"] == "此频次不能写 `opens` / There is no `opens` with this frequency"


def test_missing_keys_are_named(server: LanguageServer) -> None:
    (found,) = server.diagnostics(server.open(HEAD))
    assert found["message"] == 'Missing property "frequency".'


def test_keys_are_offered_with_both_languages(server: LanguageServer) -> None:
    keys = offered(server, HEAD + "    ")
    assert {"frequency", "deadline", "completion", "support", "readings", "until", "nil"} <= keys.keys()
    assert not keys.keys() & {"id", "owner"}, "what stands there already"
    assert keys["frequency"]["documentation"].startswith("频次\nHow often")
    assert {"issuer", "warn_before"} <= offered(server, HEAD.split("plan:", maxsplit=1)[0] + "plan:\n  ").keys()


def test_frequencies_are_offered_with_both_languages(server: LanguageServer) -> None:
    forms = offered(server, f"{HEAD}    frequency: ")
    assert {
        "once",
        "monthly",
        "every working day",
        "every 5 days",
        "on EVENT",
        "continuous",
        "recurring",
    } <= forms.keys()
    assert forms["quarterly"]["documentation"] == "每季度 / Every quarter"
    assert forms["every 5 days"]["insertText"] == "every ${1:5} days"


def test_only_deadlines_that_go_with_the_frequency_are_offered(server: LanguageServer) -> None:
    monthly = offered(server, f"{HEAD}    frequency: monthly\n    deadline: ")
    assert {"end of next month", "day 15 of next month", "10 working days after end of period"} <= monthly.keys()
    assert not [form for form in monthly if "event" in form or "-" in form or form == "none"]
    assert monthly["end of next month"]["documentation"] == "次月月底 / The end of the next month"
    by_event = offered(server, f"{HEAD}    frequency: on formed\n    deadline: ")
    assert by_event["20 working days after event"]["insertText"] == "${1:20} working days after event"
    assert "none" in by_event
    assert offered(server, f"{HEAD}    deadline: ").keys() >= monthly.keys() | by_event.keys()


def test_keys_and_values_are_explained(server: LanguageServer) -> None:
    content = f"{HEAD}    frequency: monthly\n    deadline: end of next month\n    act: report\n"
    said = explained(server, content, "act")
    assert "行为：公开、报送或者完成\n\nWhat is done: 公开, 报送 or 完成" in said
    assert "* `report`: 报送 / Submit" in said
    said = explained(server, content, "deadline")
    assert said.startswith("期限\n\nUntil when\n\n写法 / Forms: `2017-12-31` | ")
    assert "start of period" not in said, "that is for `opens`"
    assert said.count("`06-30`") == 1
    assert "`20 working days after event`" in said
