"""Files are written whole or not at all, and nothing that was there is lost."""

import io
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gongkai_cli.cli import whole_files
from gongkai_cli.cli.terminal import write
from gongkai_cli.cli.whole_files import write_whole
from gongkai_cli.messages import Words
from gongkai_cli.problems import BadInput

if sys.platform != "win32":
    import resource

posix = pytest.mark.skipif(os.name != "posix", reason="by means of POSIX limits, locks and signals")


def said(error: BadInput) -> list[str]:
    words = Words("en")
    return [f"{Path(each.location.file).name}: {each.code} {words(each.message)}" for each in error.problems]


def test_files_replace_what_was_there_and_keep_its_permissions(tmp_path: Path) -> None:
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    old.write_bytes(b"old")
    old.chmod(0o640)
    write_whole({old: b"one", new: b"two"})
    assert (old.read_bytes(), new.read_bytes()) == (b"one", b"two")
    assert old.stat().st_mode & 0o777 == 0o640
    mask = os.umask(0)
    os.umask(mask)
    assert new.stat().st_mode & 0o777 == 0o666 & ~mask
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.xlsx", "old.xlsx"]


def test_one_that_cannot_be_written_keeps_all_back(tmp_path: Path) -> None:
    good, locked = tmp_path / "a.xlsx", tmp_path / "b.docx"
    good.write_bytes(b"old")
    locked.write_bytes(b"old")
    locked.chmod(0o444)
    with pytest.raises(BadInput) as caught:
        write_whole({good: b"new", locked: b"new", tmp_path / "no" / "c.xlsx": b"new"})
    assert said(caught.value) == [
        "b.docx: GK804 this file is there, and is read-only",
        "c.xlsx: GK804 cannot be written: No such file or directory",
    ]
    assert (good.read_bytes(), locked.read_bytes()) == (b"old", b"old")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.docx"]


@pytest.mark.parametrize("lock", ["~$通报.docx", "~$.docx", ".~通报.docx", ".~lock.通报.docx#"])
def test_a_file_open_in_an_office_program_is_left_alone(tmp_path: Path, lock: str) -> None:
    target = tmp_path / "通报.docx"
    target.write_bytes(b"old")
    (tmp_path / lock).write_bytes(b"")
    with pytest.raises(BadInput) as caught:
        write_whole({target: b"new"})
    assert said(caught.value) == [
        "通报.docx: GK804 this file is open in an office program, which would write over it again"
    ]
    hint = caught.value.problems[0].hint
    assert hint is not None
    assert lock in Words("en")(hint)
    assert target.read_bytes() == b"old"


def test_a_full_disk_and_a_file_in_use_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    target.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(BadInput) as caught:
            write_whole({target: b"new"})
    assert said(caught.value) == ["a.xlsx: GK804 cannot be written: No space left on device"]

    replace = Path.replace

    def in_use(self: Path, to: Path) -> Path:
        if to == target:
            raise PermissionError(13, "Permission denied")
        return replace(self, to)

    monkeypatch.setattr(Path, "replace", in_use)
    with pytest.raises(BadInput) as caught:
        write_whole({target: b"new", other: b"new"})
    assert said(caught.value) == ["a.xlsx: GK804 cannot be written: Permission denied"]
    assert (target.read_bytes(), other.read_bytes()) == (b"old", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_bytes_go_to_a_pipe_and_never_to_a_terminal(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(b"PK\x03", None)
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"PK\x03"
    write("汉", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_bytes() == "汉".encode()

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(BadInput) as caught:
        write(b"PK", None)
    assert said(caught.value) == ["--output: GK803 this format is not for a terminal"]


@pytest.fixture(params=[True, False], ids=["without a name", "under a hidden one"])
def _kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of writing: with what Linux has for it, and with what all systems have."""
    if not request.param:
        monkeypatch.setattr(whole_files, "_OPEN_FILES", "/none")


@posix
@pytest.mark.usefixtures("_kind")
@pytest.mark.parametrize("room", [0, 1, 5000])
def test_a_full_disk_leaves_all_as_it_was(tmp_path: Path, room: int) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(BadInput) as caught:
            write_whole({new: b"", old: b"x" * 10_000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert said(caught.value) == ["old.csv: GK804 cannot be written: File too large"]
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("old.csv", b"old")]


@pytest.mark.usefixtures("_kind")
def test_very_many_files_do_not_need_as_many_open_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_files, "_MOST_OPEN", 3)
    files = {tmp_path / f"{number}.txt": str(number).encode() for number in range(9)}
    (tmp_path / "8.txt").write_bytes(b"old")
    write_whole(files)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files
    with pytest.raises(BadInput):
        write_whole({**files, tmp_path / "none" / "x": b""})
    assert len(list(tmp_path.iterdir())) == 9


@posix
@pytest.mark.parametrize("target", ["/dev/null", "pipe"])
def test_devices_and_pipes_are_not_replaced(tmp_path: Path, target: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput) as caught:
        write_whole({tmp_path / target: b"new"})
    assert [each.message.template for each in caught.value.problems] == [
        "this is a device or a pipe, and no file that could be replaced"
    ]
    assert not (tmp_path / target).is_file()


LEFT = ".gongkai-0123456789abcdef"


@posix
def test_what_a_killed_process_left_is_taken_away_a_day_later(tmp_path: Path) -> None:
    import fcntl

    fresh, old, held, other = (tmp_path / f"{LEFT[:-1]}{sign}" for sign in "0123")
    others = [tmp_path / ".gongkai-notes", tmp_path / "gongkai-0123456789abcdef"]
    for path in (fresh, old, held, *others):
        path.write_bytes(b"x")
        os.utime(path, (0, 0))
    os.utime(fresh)
    other.symlink_to(tmp_path / ".gongkai-notes")
    with held.open("rb") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        write_whole({tmp_path / "new": b"new"})
    assert set(tmp_path.iterdir()) == {fresh, held, other, *others, tmp_path / "new"}
    write_whole({tmp_path / "new": b"new"})
    assert not held.exists()


KILLED = """
import itertools, os, sys
from pathlib import Path
from gongkai_cli.cli import whole_files
if sys.argv[2] == "hidden":
    whole_files._OPEN_FILES = "/none"
folder = Path(sys.argv[1])
for number in itertools.count():
    sign = b"%d" % (number % 10)
    if number == 1:
        os.write(1, b"ready")
    whole_files.write_whole({folder / name: sign * size for name, size in (("a", 10), ("b", 300_000), ("c", 9))})
"""


@posix
@pytest.mark.parametrize("way", ["nameless", "hidden"])
def test_killed_at_any_moment(tmp_path: Path, way: str) -> None:
    """The long version, of whole commands, is `make faults`."""
    chance = random.Random(2017)  # noqa: S311  # moments, not secrets
    sizes = {"a": 10, "b": 300_000, "c": 9}
    for _ in range(6):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path), way], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.read(5) == b"ready"
            time.sleep(0.02 + chance.random() / 20)
            writer.kill()
        for name, size in sizes.items():
            content = (tmp_path / name).read_bytes()
            assert content == content[:1] * size
    left = [path for path in tmp_path.iterdir() if path.name not in sizes]
    assert all(re.fullmatch(r"\.gongkai-[0-9a-f]{16}", path.name) for path in left)
    for path in left:
        os.utime(path, (0, 0))
    write_whole({tmp_path / "a": b"a"})
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(sizes)
