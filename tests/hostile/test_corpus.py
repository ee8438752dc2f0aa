"""No hostile input makes gongkai fail, hang, fill the memory, steer a terminal, or write what nobody asked for."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from case import CASES, FEW, MANY, Case, begin

if sys.platform == "win32":
    pytest.skip("the limits are those of POSIX", allow_module_level=True)

import log_cases  # noqa: F401  # each file adds its cases
import plan_cases  # noqa: F401
import source_cases  # noqa: F401
import workbook_cases  # noqa: F401
from cut_off import MEMORY, Done, Runner

SAID = Path(__file__).parent / "said"
LARGE = os.environ.get("GONGKAI_HOSTILE") == "large"
# Where what a library says is passed on; with the lowest versions (`make test-lowest`) it says so in other words.
IN_THEIR_WORDS = ("parquet_with_a_crafted_footer", "pdf_in_a_ring", "ten_thousand_brackets", "word_nested_deeply")
LOWEST = bool(os.environ.get("GONGKAI_LOWEST"))
# Everything that would do something to a terminal, or pretend to be another line.
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
LONGEST = 200_000  # characters; a page of output is 5,000
_SHOWN = 60  # lines of a golden


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as started:
        yield started


@pytest.mark.parametrize("name", sorted(CASES))
def test_hostile_input(name: str, runner: Runner, tmp_path: Path) -> None:
    case = CASES[name]
    if case.huge and not LARGE:
        pytest.skip("too large for every build: make hostile")
    watched = tmp_path / "watched"
    folder = watched / "here"
    folder.mkdir(parents=True)
    begin(folder)
    case.make(folder, MANY if LARGE else FEW)
    done = runner.run(case.command, folder, watched, case.given)
    _judge(case, done)
    golden = SAID / f"{name}.txt"
    told = _told(case, done, tmp_path)
    if os.environ.get("GONGKAI_UPDATE") == "1" and not LARGE:
        golden.write_text(told, encoding="utf-8")
    if not (LARGE and (case.scaled or case.huge)) and not (LOWEST and name in IN_THEIR_WORDS):
        assert told == golden.read_text(encoding="utf-8")


def _judge(case: Case, done: Done) -> None:
    said = done.out.removeprefix("\ufeff").replace("\r\n", "\n") + done.err  # the file form of --format csv
    assert done.code in (0, 1, 2), (done.code, done.seconds, done.peak, done.err[-2000:])
    assert "Traceback" not in said
    assert "panicked" not in said
    assert done.code != 2 or re.search(r"GK\d{3}", said), "no code says what is wrong"
    assert STEERING.search(said) is None
    assert len(said) < LONGEST or "json" in case.command
    assert done.peak <= MEMORY
    assert done.touched == {f"here/{name}" for name in case.writes}


def _told(case: Case, done: Done, folder: Path) -> str:
    """The golden: what the input attacks, and what is said of it, as much as shows that it is clear."""
    shown = [f"attacks: {case.attacks}", f"$ gongkai {' '.join(case.command)}".encode("unicode_escape").decode("ascii")]
    # What a report looks like is held elsewhere.
    for name, said in (("out", done.out if done.code else ""), ("err", done.err)):
        lines = said.replace(str(folder), "…").splitlines()
        shown += [f"--- {name}", *lines[:_SHOWN]] if lines else []
        if len(lines) > _SHOWN:
            shown += [f"[{len(lines) - _SHOWN - 6} lines]", *lines[-6:]]
    return "\n".join([*shown, f"--- exit {done.code}", ""])


def test_every_golden_has_its_case() -> None:
    small = {name for name, case in CASES.items() if not case.huge}
    assert {path.stem for path in SAID.glob("*.txt")} - set(CASES) == set()
    assert small <= {path.stem for path in SAID.glob("*.txt")}
    assert all(case.attacks.endswith((".", "…")) for case in CASES.values())
