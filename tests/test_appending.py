"""Appending to a log: what was there stays as it was, what is acknowledged is there, and nothing is half there."""

import contextlib
import csv
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_cli.log import appending
from gongkai_cli.log.appending import COLUMNS, NAMES, append_line
from gongkai_cli.messages import Words
from gongkai_cli.problems import BadInput, Problem

if sys.platform != "win32":
    import fcntl
    import resource

posix = pytest.mark.skipif(sys.platform == "win32", reason="uses what only POSIX has")
BOM = b"\xef\xbb\xbf"
LINE = {"published": "2017-08-05", "obligation": "fiscal-monthly", "title": "7月财政收支", "note": "补录"}
HARD = [
    '说"好"',
    '"',
    "a,b;c\td|e",
    "一行\n两行",
    "一行\r\n两行",
    " 前后空格 ",
    "#号",
    "'单引号'",
    "=1+1",
    "@某某",
    "-",
    "、；，",
    "𠮷",
]


def rows(path: Path, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[dict[str, str]]:
    """Return a log as Python's own reader sees it; a line with more or fewer fields than the header fails."""
    found = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter))
    return [dict(zip(found[0], row, strict=True)) for row in found[1:]]


def refusal(path: Path, values: dict[str, str], wait: float = 10.0) -> list[Problem]:
    """Return the problems for which a line is refused; nothing at all may have happened to the file."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(BadInput) as caught:
        append_line(path, values, wait=wait)
    assert (path.read_bytes() if path.is_file() else None) == before
    return caught.value.problems


def said(problem: Problem) -> str:
    """Return a problem in English, place and code first."""
    return f"{problem.location}: {problem.code} {Words('en')(problem.message)}"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.csv"


class TestNewFile:
    def test_has_every_column_a_mark_for_excel_and_line_feeds(self, log: Path) -> None:
        appended = append_line(log, LINE)
        header = ",".join(COLUMNS)
        line = '2017-08-05,,fiscal-monthly,,,,7月财政收支,,,,,,,,"补录"'
        assert log.read_bytes() == BOM + f"{header}\n{line}\n".encode()
        assert appended == appending.Appended(line=2, created=True, header=COLUMNS)

    def test_takes_the_header_that_the_caller_wants(self, log: Path) -> None:
        names = [NAMES[column][0] for column in COLUMNS if NAMES[column]]
        assert append_line(log, LINE, header=names).header == tuple(names)
        assert rows(log)[0]["标题"] == "7月财政收支"

    @pytest.mark.parametrize("content", [b"", BOM])
    def test_an_empty_file_is_a_new_one(self, log: Path, content: bytes) -> None:
        log.write_bytes(content)
        assert append_line(log, LINE).created
        assert log.read_bytes().startswith(BOM + b"published,")
        assert not append_line(log, LINE).created
        assert len(rows(log)) == 2

    def test_tsv_has_tabs(self, tmp_path: Path) -> None:
        append_line(tmp_path / "log.tsv", LINE)
        assert rows(tmp_path / "log.tsv", delimiter="\t")[0]["note"] == "补录"

    @posix
    def test_is_made_where_a_link_points(self, tmp_path: Path, log: Path) -> None:
        log.symlink_to(tmp_path / "real.csv")
        append_line(log, LINE)
        assert log.is_symlink()
        assert len(rows(tmp_path / "real.csv")) == 1

    def test_leaves_no_other_file_behind(self, log: Path) -> None:
        append_line(log, LINE)
        assert list(log.parent.iterdir()) == [log]

    def test_does_not_stay_when_the_line_is_refused(self, log: Path) -> None:
        assert [problem.code for problem in refusal(log, {"title": "\0", "colour": "red"})] == ["GK614", "GK613"]
        assert not log.exists()


class TestExistingFile:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_keeps_how_it_is_written(self, log: Path, encoding: str, delimiter: str, ending: str) -> None:
        old = ending.join([delimiter.join(["发布日期", "标题", "备注", "自己的列"]), delimiter.join("甲乙丙丁"), ""])
        log.write_bytes(old.encode(encoding))
        for number, value in enumerate(HARD):
            appended = append_line(log, {"published": "2017-08-05", "title": value, "note": value})
            assert appended.line == 3 + number + sum("\n" in earlier for earlier in HARD[:number]) * 2
            assert appended.header == ("发布日期", "标题", "备注", "自己的列")
        content = log.read_bytes().decode(encoding)
        assert content.startswith(old.removeprefix("\ufeff"))
        assert content.endswith(ending)
        read = rows(log, encoding, delimiter)[1:]
        assert [row["标题"] for row in read] == HARD == [row["备注"] for row in read]
        assert {row["自己的列"] for row in read} == {""}

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_is_read_by_duckdb(self, log: Path, delimiter: str) -> None:
        duckdb = pytest.importorskip("duckdb")
        log.write_bytes(delimiter.join(["published", "title", "note"]).encode())
        for value in HARD:
            append_line(log, {"published": "2017-08-05", "title": value, "note": value})
        read = duckdb.sql(f"SELECT title, note FROM read_csv('{log}', all_varchar=true)").fetchall()  # noqa: S608
        assert read == [(value, value) for value in HARD]

    def test_headers_of_the_caller(self, log: Path) -> None:
        log.write_text("Datum,标题\n", encoding="utf-8", newline="")
        append_line(log, {"published": "2017-08-05"}, headers={" datum ": "published"})
        assert rows(log) == [{"Datum": "2017-08-05", "标题": ""}]

    def test_every_name_of_a_column_is_known(self, log: Path) -> None:
        for column, names in NAMES.items():
            for name in (column, column.upper(), f" {column} ", *names):
                log.write_text(f"{name},x\n", encoding="utf-8", newline="")
                append_line(log, {column: "值"})
                assert rows(log, "utf-8")[0][name] == "值"

    def test_a_header_over_two_lines(self, log: Path) -> None:
        log.write_text('"我的\n列",标题\r\n', encoding="utf-8", newline="")
        assert append_line(log, {"title": "甲"}).line == 3
        assert log.read_bytes().endswith('\r\n,"甲"\r\n'.encode())

    @pytest.mark.parametrize(("ending", "end"), [("\n", ""), ("\r\n", ""), ("\r\n", "\r")])
    def test_a_missing_last_line_ending_is_mended(self, log: Path, ending: str, end: str) -> None:
        log.write_bytes(f"published,title{ending}2017-08-01,甲{end}".encode())
        assert append_line(log, {"title": "乙"}).line == 3
        assert log.read_bytes() == f'published,title{ending}2017-08-01,甲{ending},"乙"{ending}'.encode()

    def test_a_header_alone_without_line_ending(self, log: Path) -> None:
        log.write_bytes(b"published,title")
        assert append_line(log, {"title": "x"}).line == 2
        assert log.read_bytes() == b'published,title\n,"x"\n'

    def test_a_quote_inside_an_unquoted_field_opens_nothing(self, log: Path) -> None:
        log.write_bytes(b'title,note\n5" pipe,a;"b\n')
        append_line(log, {"title": "x"})
        assert rows(log)[-1] == {"title": "x", "note": ""}

    def test_formulas_are_kept_and_named(self, log: Path) -> None:
        appended = append_line(log, {"title": "=1+1", "note": "＠某", "url": "https://x", "period": "-"})
        assert appended.formulas == ("title", "note")
        assert rows(log)[0]["title"] == "=1+1"

    @settings(max_examples=60, deadline=None)
    @given(
        values=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=4),
        encoding=st.sampled_from(["utf-8", "gb18030"]),
    )
    def test_any_text_comes_back(self, values: list[str], encoding: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder, "log.csv")
            log.write_bytes("标题,备注\n".encode(encoding))
            for value in values:
                append_line(log, {"title": value, "note": value})
            assert rows(log, encoding) == [{"标题": value, "备注": value} for value in values]


class TestRefused:
    def test_all_at_once_and_the_columns_named(self, log: Path) -> None:
        log.write_bytes("标题,标题\n".encode())
        problems = refusal(log, {"title": "甲", "owner": "区财政局", "note": "a\x07b", "url": ""})
        assert [said(problem).removeprefix(f"{log}") for problem in problems] == [
            ": GK614 the value of `note` has U+0007, which a log cannot hold",
            ":1: GK613 2 columns of the header stand for `title`",
            ":1: GK613 the log has no column for `owner`",
        ]
        assert "责任单位" in Words("en")(problems[2].hint or "")

    @pytest.mark.parametrize("value", ["\0", "\x1b[31m", "\x7f", "\x85", "a\rb", "\ud800"])
    def test_characters(self, log: Path, value: str) -> None:
        assert [problem.code for problem in refusal(log, {"title": value})] == ["GK614"]

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            ('title,note\n甲,"乙\n丙,丁\n'.encode(), 2),  # a quote that never closes
            (b'title,note\n"a","b""', 2),
            (b"title,note,url\nx,y", 2),  # fields are missing
            (b"title,note\nx,y\nx", 3),
            (b"title\nx\n" + bytes(9), 3),  # blocks that never reached the disk
            ("title,note\n甲,乙\n丙,丁".encode()[:-1], 3),  # half a character, UTF-8
            (BOM + "title,note\n甲,丁".encode()[:-2], 2),
            ("标题,备注\n甲,乙\n丙,丁".encode("gb18030")[:-1], 3),
        ],
    )
    def test_damaged_ends(self, log: Path, content: bytes, line: int) -> None:
        log.write_bytes(content)
        (problem,) = refusal(log, {"title": "x"})
        assert (problem.code, problem.location.line) == ("GK615", line)

    def test_a_line_cut_anywhere_hides_nothing(self, log: Path) -> None:
        append_line(log, LINE)
        whole = log.read_bytes()
        append_line(log, {**LINE, "title": '说"好",\n好'})
        longer = log.read_bytes()
        for cut in range(len(whole), len(longer) + 1):
            log.write_bytes(longer[:cut])
            try:
                appended = append_line(log, {"title": "新"})
            except BadInput as refused:
                assert [problem.code for problem in refused.problems] == ["GK615"]  # noqa: PT017  # both may happen
                assert log.read_bytes() == longer[:cut]
                continue
            assert log.read_bytes().startswith(whole)
            assert [rows(log)[0]["title"], rows(log)[-1]["title"]] == ["7月财政收支", "新"]
            # Cuts that cannot be seen: before the line, and around the last field and the ending.
            assert appended.line == 3 or cut >= len(longer) - len('"补录"\n'.encode())

    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("log.xlsx", None, "only CSV files are appended to"),
            ("log.JSONL", b"{}\n", "only CSV files are appended to"),
            ("log.csv", "标题\n".encode("utf-16"), "this is neither UTF-8 nor GB18030 text"),
            ("log.csv", BOM + b"title\n\xff\n", "this is neither UTF-8 nor GB18030 text"),
        ],
    )
    def test_files_that_are_something_else(self, tmp_path: Path, name: str, content: bytes | None, reason: str) -> None:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        assert [said(problem) for problem in refusal(tmp_path / name, LINE)] == [f"{tmp_path / name}: GK611 {reason}"]

    def test_no_header_at_all(self, log: Path) -> None:
        log.write_bytes(b"\n\n")
        assert [problem.code for problem in refusal(log, {"title": "x"})] == ["GK613"]
        append_line(log, {})

    def test_no_folder(self, tmp_path: Path) -> None:
        path = tmp_path / "nowhere" / "log.csv"
        (problem,) = refusal(path, LINE)
        assert said(problem) == f"{path}: GK611 the folder `{path.parent.resolve()}` does not exist"

    def test_a_folder(self, tmp_path: Path) -> None:
        assert [problem.code for problem in refusal(tmp_path, LINE)] == ["GK611"]

    @pytest.mark.parametrize("there", [True, False])
    def test_not_allowed(self, log: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
        if there:
            append_line(log, LINE)

        def forbidden(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", forbidden)
        (problem,) = refusal(log, LINE)
        assert said(problem) == f"{log}: GK611 this file may not be written"
        assert "close it there" in Words("en")(problem.hint or "")


class TestFailure:
    @posix
    @pytest.mark.parametrize("room", [0, 1, 20])
    @pytest.mark.parametrize("there", [True, False])
    def test_full_disk_leaves_the_file_as_it_was(self, log: Path, room: int, there: bool) -> None:
        if there:
            append_line(log, LINE)
        size = log.stat().st_size if there else 0
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, limits[1]))
        try:
            (problem,) = refusal(log, LINE)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert said(problem) == f"{log}: GK611 cannot be written: File too large"
        assert log.exists() is there
        append_line(log, LINE)
        assert len(rows(log)) == 1 + there

    def test_short_writes_go_on(self, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write = os.write
        monkeypatch.setattr(os, "write", lambda descriptor, content: write(descriptor, content[:7]))
        append_line(log, LINE)
        assert rows(log)[0]["title"] == "7月财政收支"

    @pytest.mark.parametrize("error", [OSError(5, "Input/output error"), KeyboardInterrupt()])
    def test_what_did_not_reach_the_disk_is_taken_back(
        self, log: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
    ) -> None:
        append_line(log, LINE)
        before = log.read_bytes()
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", _raising(error))
            with pytest.raises((BadInput, KeyboardInterrupt)):
                append_line(log, LINE)
        assert log.read_bytes() == before

    def test_what_others_wrote_is_never_taken_back(self, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        append_line(log, LINE)

        others = [b"2017-08-06\n"]

        def fsync(_: int) -> None:
            with log.open("ab") as other:
                other.write(others.pop() if others else b"")
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(os, "fsync", fsync)
        with pytest.raises(BadInput):
            append_line(log, LINE)
        assert log.read_bytes().endswith(b"2017-08-06\n")

    @posix
    def test_file_and_folder_are_synced_before_the_answer(self, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        synced = []
        monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor)))
        append_line(log, LINE)
        assert [(status.st_ino, status.st_size) for status in synced] == [
            (log.stat().st_ino, log.stat().st_size),
            (log.parent.stat().st_ino, log.parent.stat().st_size),
        ]

    def test_a_file_replaced_while_written_is_not_acknowledged(
        self, log: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        append_line(log, LINE)
        write = os.write

        def replaced(descriptor: int, content: bytes) -> int:
            _replace(log)
            return write(descriptor, content)

        monkeypatch.setattr(os, "write", replaced)
        with pytest.raises(BadInput) as caught:
            append_line(log, LINE)
        assert said(caught.value.problems[0]) == f"{log}: GK611 another program replaced the file meanwhile"


def _raising(error: BaseException) -> Callable[[int], None]:
    def fail(_: int) -> None:
        raise error

    return fail


def _replace(log: Path) -> None:
    """Do as editors do on saving: another file takes the name."""
    other = log.with_name("other")
    other.write_bytes("标题\n".encode())
    other.replace(log)


@posix
class TestLock:
    @contextlib.contextmanager
    def held(self, log: Path) -> Iterator[None]:
        with log.open("rb") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            yield

    def test_waits_a_bounded_time(self, log: Path) -> None:
        append_line(log, LINE)
        with self.held(log):
            (problem,) = refusal(log, LINE, wait=0.1)
        assert said(problem) == f"{log}: GK612 another gongkai was writing to this file for 0.1 seconds"
        assert append_line(log, LINE, wait=0).line == 3

    def test_goes_on_when_the_other_has_finished(self, log: Path) -> None:
        append_line(log, LINE)
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.held(log))
            timer = threading.Timer(0.1, stack.close)
            timer.start()
            assert append_line(log, LINE).line == 3
            timer.join()

    def test_a_file_replaced_while_waiting_is_opened_anew(self, log: Path) -> None:
        append_line(log, LINE)
        with self.held(log):
            timer = threading.Timer(0.1, _replace, [log])
            timer.start()
            appended = append_line(log, {"title": "甲"})
            timer.join()
        assert (appended.line, rows(log)) == (2, [{"标题": "甲"}])

    @pytest.mark.parametrize("change", [_replace, Path.unlink])
    def test_a_file_replaced_between_opening_and_locking(
        self, log: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
    ) -> None:
        append_line(log, LINE)
        try_lock, changes = appending._try_lock, [change]

        def changed(descriptor: int) -> bool:
            if changes:
                changes.pop()(log)
            return try_lock(descriptor)

        monkeypatch.setattr(appending, "_try_lock", changed)
        append_line(log, {"title": "甲"})
        assert [row.get("标题") or row["title"] for row in rows(log)] == ["甲"]


WRITER = """
import os, sys
from pathlib import Path
from gongkai_cli.log.appending import append_line
name, count = sys.argv[2], int(sys.argv[3])
for number in range(count):
    key = f"{name}-{number}"
    append_line(Path(sys.argv[1]), {"published": "2017-08-05", "title": key, "note": f'"{key}",\\n' * 5 + key}, wait=60)
    os.write(1, key.encode() + b"\\n")
"""


def start(log: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(log), name, str(count)], stdout=subprocess.PIPE)


def whole(log: Path) -> Counter[str]:
    """Return how often each key stands in the log; every line must be whole."""
    found = rows(log)
    for row in found:
        key = row["title"]
        assert row["note"] == f'"{key}",\n' * 5 + key
        assert row["published"] == "2017-08-05"
    return Counter(row["title"] for row in found)


class TestManyWriters:
    def test_twelve_at_once(self, log: Path) -> None:
        writers = [start(log, f"w{number}", 50) for number in range(12)]
        for writer in writers:
            writer.communicate()
            assert writer.returncode == 0
        assert whole(log) == {f"w{number}-{line}": 1 for number in range(12) for line in range(50)}

    @posix
    def test_killed_at_any_moment(self, log: Path) -> None:
        chance = random.Random(2017)  # noqa: S311  # moments, not secrets
        acknowledged: list[str] = []
        for turn in range(12):
            if turn % 4 == 0:
                log.unlink(missing_ok=True)  # so that creating the file is interrupted as well
                acknowledged.clear()
            writers = [start(log, f"{turn}-{number}", 100_000) for number in range(3)]
            for writer in writers:
                assert writer.stdout
                acknowledged.append(writer.stdout.readline().decode().strip())
            for writer in writers:
                time.sleep(chance.random() / 20)
                writer.send_signal(signal.SIGKILL)
                said_last, _ = writer.communicate()
                # An acknowledgement is one small write to a pipe: it is there whole or not at all.
                acknowledged += said_last.decode().split()
            counted = whole(log)
            assert set(counted.values()) == {1}
            assert not set(acknowledged) - set(counted)
            assert len(counted) <= len(acknowledged) + 3 * (turn % 4 + 1)
        assert list(log.parent.iterdir()) == [log]


class TestLargeFile:
    """Only its two ends are read; here they are a few lines."""

    @pytest.fixture(autouse=True)
    def _small_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(appending, "_ENDS", 256)
        monkeypatch.setattr(appending, "_CHUNK", 64)

    @given(
        st.lists(st.tuples(st.sampled_from(HARD), st.sampled_from(HARD)), min_size=30, max_size=40),
        st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
        st.sampled_from(["\n", "\r\n"]),
        st.sampled_from([",", ";", "\t"]),
        st.sampled_from(["", "whole", "torn", "open quote", "NUL"]),
    )
    @settings(max_examples=150, deadline=None)
    def test_is_seen_as_all_of_it_would_be(
        self, cells: list[tuple[str, str]], encoding: str, ending: str, delimiter: str, end: str
    ) -> None:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=delimiter, lineterminator=ending)
        writer.writerow(["published", "title", "note"])
        writer.writerows(("2017-08-05", f"标题{number}{title}", note) for number, (title, note) in enumerate(cells))
        last = {"": "", "whole": "2017-08-06,a,b", "torn": "2017-08-06", "open quote": '2017,"a', "NUL": "\0"}[end]
        data = (out.getvalue() + last.replace(",", delimiter)).encode(encoding)
        known = {name: name for name in COLUMNS}

        def seen(look: Callable[[], object]) -> object:
            try:
                return look()
            except BadInput as refused:
                return refused.problems

        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            path = Path("log.csv")
            whole = seen(lambda: appending._layout(path, data, known))
            assert seen(lambda: appending._found(path, file.fileno(), len(data), known)) == whole

    def test_in_which_only_the_middle_shows_the_encoding(self, log: Path) -> None:
        plain = "2017-08-05,fiscal,,\n" * 40
        middle = "2017-08-05,fiscal,七月财政收支,\n".encode("gb18030")
        log.write_bytes(b"published,obligation,title,note\n" + plain.encode() + middle + plain.encode())
        append_line(log, LINE)
        assert rows(log, "gb18030")[-1]["title"] == "7月财政收支"

    def test_is_not_read_as_a_whole(self, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        log.write_text("published,obligation,title,note\n" + "2017-08-05,fiscal,某月,\n" * 4000, encoding="utf-8")
        taken: list[int] = []
        read = appending._read

        def counting(descriptor: int, start: int, size: int) -> bytes:
            found = read(descriptor, start, size)
            taken.append(len(found))
            return found

        monkeypatch.setattr(appending, "_read", counting)
        monkeypatch.setattr(appending, "_COUNTED", 1000)
        appended = append_line(log, LINE)
        assert appended.line is None
        assert sum(taken) <= 3 * 256
        assert rows(log)[-1]["note"] == "补录"
        monkeypatch.setattr(appending, "_COUNTED", 10**6)
        assert append_line(log, LINE).line == 4003
