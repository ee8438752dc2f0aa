"""The temporary folder of a log is gone afterwards, also where its process was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gongkai_cli.log import workspaces
from gongkai_cli.log.reading import read_log

posix = pytest.mark.skipif(os.name != "posix", reason="by means of POSIX locks and signals")
KILLED = """
import os, sys, tempfile
from gongkai_cli.log.reading import read_log
tempfile.tempdir = sys.argv[1]
log = read_log([sys.argv[2]])
os.write(1, b"ready")
sys.stdin.read()
"""


@posix
def test_what_a_killed_process_left_is_taken_away_an_hour_later(tmp_path: Path, temporary: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("published,obligation\n", encoding="utf-8")
    command = [sys.executable, "-c", KILLED, str(temporary), str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.read(5) == b"ready"
        (left,) = temporary.iterdir()
        os.utime(left, (0, 0))
        read_log([str(file)]).close()
        assert left.exists(), "somebody is using it"
        other.send_signal(signal.SIGKILL)
    os.utime(left)
    read_log([str(file)]).close()
    assert left.exists(), "it may just have been made"
    os.utime(left, (0, 0))
    read_log([str(file)]).close()
    assert list(temporary.iterdir()) == []


@posix
def test_only_what_is_surely_ours_is_taken_away(temporary: Path) -> None:
    file = temporary / "gongkai-log-0123456789abcdef"
    file.write_bytes(b"")
    other = temporary / "gongkai-log-notes"
    other.mkdir()
    link = temporary / "gongkai-log-0123456789abcde0"
    link.symlink_to(other)
    for path in (file, other):
        os.utime(path, (0, 0))
    os.utime(link, (0, 0), follow_symlinks=False)
    own = workspaces.named_in(temporary)
    workspaces.make(own)
    assert {*temporary.iterdir()} == {file, other, link, own}
    workspaces.let_go(own)
    assert {*temporary.iterdir()} == {file, other, link}


def test_who_reads_many_logs_reads_the_same(temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    header, good = "published,obligation,title", "2017-08-05,fiscal,财政收支"
    for name, content in {
        "plain": f"{header}\n{good}\n".encode(),
        "gb18030": f"{header}\n{good}\n".encode("gb18030"),
        "under-a-title": f"编造\n{header}\n{good}\n".encode(),
        "broken": f'{header}\n{good}\n2017-08-06,fiscal,"half\n\n{good}2\n'.encode(),
        "of-two-lines": f'{header}\r\n2017-08-06,fiscal,"two\r\nlines"\r\n{good}\r\n'.encode(),
    }.items():
        (logs / f"{name}.csv").write_bytes(content)
    (logs / "rows.jsonl").write_text('{"published": "2017-08-07", "obligation": "fiscal"}\n', encoding="utf-8")

    def read(path: Path) -> object:
        with read_log([str(path)]) as log:
            groups = log.groups()
            return groups, log.lines_of([group.key for group in groups], 99), log.files, list(log.problems)

    paths = [logs, *sorted(logs.iterdir())]
    alone = [read(path) for path in paths]
    monkeypatch.setattr(workspaces, "_shared", [])
    workspaces.share(temporary)
    assert [read(path) for path in paths] == alone
    assert not list(temporary.iterdir())
