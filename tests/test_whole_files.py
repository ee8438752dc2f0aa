"""Files are written whole or not at all, and nothing that was there is lost."""

import io
import os
import sys
from pathlib import Path

import pytest

from gongkai_cli.cli.terminal import write
from gongkai_cli.cli.whole_files import write_whole
from gongkai_cli.messages import Words
from gongkai_cli.problems import BadInput


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
