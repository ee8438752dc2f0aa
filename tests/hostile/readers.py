"""Every reader as a function of bytes: it returns, or raises what the command line tells as a problem."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from conftest import PLAN, ROOT

from gongkai_cli.cli.configuration import read_configuration
from gongkai_cli.dates import read_date
from gongkai_cli.deadlines import parse_day, parse_deadline
from gongkai_cli.formats import problems_text
from gongkai_cli.frequencies import NotAForm, parse_frequency, parse_length, parse_season
from gongkai_cli.log.reading import read_log
from gongkai_cli.messages import Words
from gongkai_cli.period_names import read_period, read_title
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.problems import BadInput, Problem
from gongkai_cli.sources.reading import parse_source
from gongkai_cli.workday_overrides import load_overrides

Reader = Callable[[bytes], None]

# One folder for all inputs: making one for each would take longer than reading it.
_FOLDER = Path(tempfile.gettempdir()) / f"gongkai-fuzzed-{os.getpid()}"
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)


def _tell(problems: list[Problem] | tuple[Problem, ...]) -> None:
    """Problems must be tellable too, and may not steer a terminal; blanks that break no line do not."""
    said = problems_text.render(sorted(problems), Words("zh"))
    assert all(sign.isprintable() or sign in "\n\u3000\xa0\xad" for sign in said if ord(sign) < 0x300), said


def plan(raw: bytes) -> None:
    _tell(parse_plan(raw, "plan.yaml").problems)


def _file(raw: bytes, name: str) -> Path:
    _FOLDER.mkdir(exist_ok=True)
    path = _FOLDER / name
    path.write_bytes(raw)
    return path


def overrides(raw: bytes) -> None:
    _tell(load_overrides(_file(raw, "days.yaml"))[1])


def configuration(raw: bytes) -> None:
    path = _file(raw, "gongkai.toml")
    try:
        read_configuration(path.parent)
    except BadInput as error:
        _tell(error.problems)
    finally:
        path.unlink()


def _log(name: str) -> Reader:
    def read(raw: bytes) -> None:
        with read_log([str(_file(raw, name))]) as log:
            try:
                groups = log.groups()
                log.spots([(line, "title") for line in log.lines_of([group.key for group in groups], 20)])
                _tell(log.problems)
                # Every line is one of these, or is told of.
                assert log.read == sum(group.lines for group in groups) + log.blank + log.rejected
            except BadInput as error:
                _tell(error.problems)

    return read


def source(raw: bytes) -> None:
    read = parse_source(raw, "document")
    if isinstance(read, Problem):
        _tell([read])


def small_languages(raw: bytes) -> None:
    """Deadlines, frequencies, seasons, lengths, days, dates, periods and titles."""
    said = raw.decode("utf-8", "surrogateescape")
    for parse in (parse_deadline, parse_frequency, parse_season, parse_length, parse_day):
        with suppress(NotAForm):
            assert parse(str(parse(said))) == parse(said)  # what is read is printed so that it is read again
    read_date(said)
    monthly = parse_frequency("monthly")
    read_period(said, monthly)
    for kind in ("day", "week", "month", "quarter", "half", "year"):
        read_title(said, kind, date(2017, 8, 5))


READERS: Mapping[str, Reader] = {
    "yaml": plan,
    "overrides": overrides,
    "config": configuration,
    "csv": _log("log.csv"),
    "xlsx": _log("log.xlsx"),
    "xls": _log("log.xls"),
    "json": _log("log.jsonl"),
    "parquet": _log("log.parquet"),
    "source": source,
    "text": small_languages,
}


_WRITTEN = (
    "20 working days after event", "rrule FREQ=MONTHLY;BYDAY=1MO", "01-01..12-31", "2017年8月5日 17:30",
    "2017年1—7月财政收支情况", "二〇一七年第三季度", "2017-W31", "every 5 days",
)  # fmt: skip


def seeds(name: str) -> list[bytes]:
    """Sound inputs of a reader, to be damaged."""
    examples = sorted((ROOT / "examples").rglob("*"))
    if name == "yaml":
        return [PLAN.encode(), (ROOT / "plans" / "2017_dongying.yaml").read_bytes()[:4000]]
    if name == "overrides":
        named = "{name: 元旦, days: [2027-01-01..2027-01-03, 2027-02-01]}"
        return [
            f"version: 1\nyears:\n- {{year: 2027, covers: year, document_number: x, holidays: [{named}]}}\n".encode()
        ]
    if name == "config":
        return ['plan = "plan.yaml"\nlog = ["log.csv"]\n[headers]\n"时间" = "published"\n'.encode()]
    if name == "json":
        return ['{"published": "2017-08-05", "obligation": "fiscal", "title": "财政收支月报"}\n'.encode() * 3]
    if name == "text":
        return [each.encode() for each in _WRITTEN]
    if name == "xls":
        return [(Path(__file__).parent.parent / "workbooks" / "made-up.xls").read_bytes()]
    if name in ("xlsx", "parquet"):
        return [_made(name)]
    if name == "source":
        return [
            "一、公开\n（一）按月公开财政收支情况。\n".encode(),
            "<html><body><p>按月公开</p></body></html>".encode(),
        ]
    return [each.read_bytes()[:3000] for each in examples if each.suffix == f".{name}"] or [
        b"published,title\n2017-08-05,a\n"
    ]


def _made(name: str) -> bytes:
    """A workbook or a Parquet file of one line."""
    path = _file(b"", f"seed.{name}")
    if name == "xlsx":
        from workbook import workbook

        workbook(path)
    else:
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(
            pyarrow.table({"published": ["2017-09-04"], "obligation": ["fiscal"], "period": ["2017-07"]}), path
        )
    return path.read_bytes()
