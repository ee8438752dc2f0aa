"""A log that grows, is replaced or cut short while it is read: it is read as it was at one moment, or not at all."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import Gongkai

from gongkai_cli.log import csv_records, reading, scanning
from gongkai_cli.log.csv_records import Bytes
from gongkai_cli.log.moments import change, look
from gongkai_cli.log.reading import Log, read_log
from gongkai_cli.log.scanning import Scan
from gongkai_cli.problems import BadInput

HEADER = "published,obligation,period,title,url\n"


def line(number: int, sign: str = "a") -> str:
    return f"2017-08-{number % 28 + 1:02},fiscal,2017-07,{sign},http://x.invalid/{sign}{number}\n"


def lines(count: int, sign: str = "a") -> str:
    return HEADER + "".join(line(number, sign) for number in range(count))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(reading, "_PAUSES", (0.0, 0.0, 0.0))
    path = tmp_path / "log.csv"
    path.write_text(lines(50), encoding="utf-8")
    os.utime(path, (0, 0))
    return path


def append(file: Path) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(line(99))


def replace(file: Path) -> None:
    other = file.with_name("other")
    other.write_text(lines(30, "b"), encoding="utf-8")
    other.replace(file)


def rewrite(file: Path) -> None:
    file.write_text(lines(50, "b"), encoding="utf-8")


def cut(file: Path) -> None:
    os.truncate(file, len(HEADER) + 3 * len(line(0)))


def empty(file: Path) -> None:
    os.truncate(file, 0)


def test_what_became_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"

    def became(then: bytes, now: bytes) -> str:
        file.write_bytes(then)
        os.utime(file, (0, 0))
        seen = look(file)
        file.write_bytes(now)
        return change(file, seen)

    assert became(b"a\nb\n", b"a\nb\nc\n") == "grown"
    assert became(b"a\nb", b"a\nb\nc\n") == "grown"
    assert became(b"a\nb", b"a\nbc\n") == "other"
    assert became(b"a\nb\n", b"a\nB\nc\n") == "other"
    assert became(b"a\nb\n", b"a\n") == "other"
    assert became(b"a\nb\n", b"a\nB\n") == "other"
    long = b"x" * 5000 + b"\n"
    assert became(long + b"a\n", long + b"a\nb\n") == "grown"
    assert became(b"a" + long, b"b" + long + b"c\n") == "other"
    seen = look(file)
    assert change(file, seen) == "none"
    file.unlink()
    assert change(file, seen) == "other"


@contextmanager
def meanwhile(monkeypatch: pytest.MonkeyPatch, file: Path, changes: list[Callable[[Path], None]]) -> Iterator[None]:
    """Change a file each time that the engine reads it: first before, then after, and so on."""
    groups = Scan.groups

    def disturbed(self: Scan, *arguments: object) -> object:
        step = changes.pop(0) if changes else None
        if step is not None and len(changes) % 2:
            step(file)
        found = groups(self, *arguments)  # type: ignore[arg-type]
        if step is not None and not len(changes) % 2:
            step(file)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Scan, "groups", disturbed)
        yield


def counted(log: Log) -> tuple[int, int]:
    """Return the lines of a log, and how many of them can be shown."""
    groups = log.groups()
    shown = log.lines_of([group.key for group in groups], 1000)
    return sum(group.lines for group in groups), len(shown)


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize(
    ("step", "count"),
    [(append, 51), (replace, 30), (rewrite, 50), (cut, 3), (os.utime, 50)],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_changed_once_while_it_is_read(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: Callable[[Path], None], count: int, before: int
) -> None:
    with meanwhile(monkeypatch, file, [step] + [lambda _: None] * before), read_log([str(file)]) as log:
        assert counted(log) == (count, count)
        assert log.read == count


def test_taken_away_while_it_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with meanwhile(monkeypatch, file, [Path.unlink]), read_log([str(file)]) as log:
        assert counted(log) == (0, 0)
        assert [problem.code for problem in log.problems] == ["GK601"]


@pytest.mark.parametrize("step", [replace, rewrite, os.utime])
def test_changed_again_and_again(file: Path, monkeypatch: pytest.MonkeyPatch, step: Callable[[Path], None]) -> None:
    with meanwhile(monkeypatch, file, [step] * 6), pytest.raises(BadInput) as caught, read_log([str(file)]) as log:
        log.groups()
    assert [(str(problem.location), problem.code) for problem in caught.value.problems] == [(str(file), "GK620")]
    assert not log._contents.folder.exists()


def test_appended_to_all_the_time(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with meanwhile(monkeypatch, file, [append] * 6), read_log([str(file)]) as log:
        count, shown = counted(log)
        assert count == shown
        assert count in (52, 53)


def test_half_a_line_is_never_taken_for_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(file: Path) -> None:
        with file.open("ab") as stream:
            stream.write(b"2017-08-09,fisc")

    def other_half(file: Path) -> None:
        with file.open("ab") as stream:
            stream.write(b"al,2017-07,z,\n")

    idle = lambda _: None  # noqa: E731
    with meanwhile(monkeypatch, file, [half, other_half, idle, idle]), read_log([str(file)]) as log:
        assert counted(log) == (51, 51)
        assert log.problems == ()


@pytest.mark.parametrize("step", [replace, rewrite, cut, empty, Path.unlink])
def test_changed_before_its_lines_are_looked_up(file: Path, step: Callable[[Path], None]) -> None:
    with read_log([str(file)]) as log:
        keys = [group.key for group in log.groups()]
        step(file)
        with pytest.raises(BadInput) as caught:
            log.lines_of(keys, 10)
        assert [problem.code for problem in caught.value.problems] == ["GK620"]


def test_lines_appended_later_are_of_another_moment(file: Path) -> None:
    with read_log([str(file)]) as log:
        keys = [group.key for group in log.groups()]
        append(file)
        for first in (True, False):
            assert len(log.lines_of(keys, 1000, first_in_file=first)) == 50
        wanted = [(log.lines_of(keys, 1)[0], "title")]
        assert log.spots(wanted)[0].source.startswith("2017-08-01")
        replace(file)
        with pytest.raises(BadInput):
            log.spots(wanted)


def test_a_large_file_that_is_cut_short_while_it_is_looked_into(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with csv_records.content_of(file) as data:
        empty(file)
        assert data[:9] == b"published"
    file.write_text(lines(50), encoding="utf-8")
    monkeypatch.setattr(csv_records, "_READ_AT_ONCE", 100)
    with csv_records.content_of(file) as data:
        assert (data[:3], len(data)) == (b"pub", file.stat().st_size)
    with csv_records.content_of(file) as data:
        cut(file)
        with pytest.raises(OSError, match="shorter"):
            data[3:]
    file.write_text(lines(50), encoding="utf-8")

    with read_log([str(file)]) as log:
        keys = [group.key for group in log.groups()]

        def looked_into(data: Bytes, start: int, wanted: Sequence[int], sign: bytes, *, blanks_count: bool) -> object:
            cut(file)
            return csv_records.physical_lines(data, start, wanted, sign, blanks_count=blanks_count)

        monkeypatch.setattr(scanning, "physical_lines", looked_into)
        with pytest.raises(BadInput) as caught:
            log.lines_of(keys, 1000)
        assert [problem.code for problem in caught.value.problems] == ["GK620"]


def test_a_difference_of_two_moments_is_none_of_the_plans(
    gongkai: Gongkai, small_plan: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diff = ("diff", small_plan, small_plan, "--log", file, "--as-of", "2017-10-01", "--lang", "en")
    assert gongkai(*diff).code == 0
    with meanwhile(monkeypatch, file, [lambda _: None, append]):
        done = gongkai(*diff)
    assert done.code == 2
    assert f"{file}: error GK620 this file was changed while it was read, several times" in done.err


WRITER = """
import itertools, os, sys, time
from pathlib import Path
from gongkai_cli.log.appending import append_line
file, way, pause, *states = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), *sys.argv[4:]
states = [Path(name).read_bytes() for name in states]
os.write(1, b"ready")
for number in itertools.count():
    content = states[number % 2]
    if way == "append":
        append_line(file, {"published": "2017-08-05", "obligation": "fiscal", "title": str(number)})
    elif way == "replace":
        other = file.with_name("other")
        other.write_bytes(content)
        other.replace(file)
    else:
        with file.open("r+b") as stream:
            stream.truncate(0)
            stream.write(content)
    time.sleep(pause)
"""


@pytest.mark.parametrize("way", ["append", "replace", "rewrite"])
def test_read_while_another_process_writes(tmp_path: Path, way: str) -> None:
    """The long version is `make faults`."""
    states = [tmp_path / "a", tmp_path / "b"]
    states[0].write_text(lines(40), encoding="utf-8")
    states[1].write_text(lines(300, "b"), encoding="utf-8")
    file = tmp_path / "log.csv"
    file.write_bytes(states[0].read_bytes())
    start = time.monotonic()
    with read_log([str(file)]) as log:
        counted(log)
    pause = 0.1 + 5 * (time.monotonic() - start)  # long enough to read it in between, however slow the machine
    command = [sys.executable, "-c", WRITER, str(file), way, str(pause), *map(str, states)]
    counts: list[int] = []
    refused: set[str] = set()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.read(5) == b"ready"
        end = time.monotonic() + 50 * pause
        while time.monotonic() < end and len(set(counts)) < 2:
            try:
                with read_log([str(file)]) as log:
                    count, shown = counted(log)
                    refused |= {problem.code for problem in log.problems}
                    if not log.problems:
                        counts.append(count)
                        assert shown == count
            except BadInput as error:
                refused |= {problem.code for problem in error.problems}
        writer.kill()
    assert refused <= {"GK602", "GK620"}  # just now it was empty; it was changed several times
    assert counts
    if way == "append":
        assert counts == sorted(counts)
        assert counts[-1] > counts[0] >= 40
    else:
        assert set(counts) <= {40, 300}
