"""Files written whole or not at all: what stood there before stays until all that is new is on the disk."""

import os
import re
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gongkai_cli.messages import Text, text
from gongkai_cli.problems import BadInput, Location, Problem

_ELSEWHERE = text("check the folder, its permissions and free space, and whether the file is open elsewhere")

_HIDDEN = ".gongkai-"
_LEFT = re.compile(r"\.gongkai-[0-9a-f]{16}")
_LONG_AGO = 24 * 60 * 60  # seconds after which whoever wrote a hidden file is not at it any more
_MOST_OPEN = 200  # files that are kept open at a time; systems allow 256 and more
_OPEN_FILES = "/proc/self/fd"  # Linux: the files that a process has open, by number

if sys.platform == "win32":

    def _try_lock(descriptor: int) -> bool:  # it deletes nothing that is open
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        """Lock a file, or return that somebody has it or that there are no locks here."""
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False


def write_whole(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole or not at all; raise BadInput with every one that cannot be (GK804).

    The first file appears when all of them are on the disk. So where there is no room, or one may not be written, none
    is changed.
    """
    problems = [problem for path in files for problem in _hindrances(path)]
    staged: dict[Path, _Staged] = {}
    try:
        for folder in dict.fromkeys(path.parent for path in files):
            _sweep(folder)
        for path, content in files.items():
            try:
                staged[path] = _stage(path, content)
                if len(staged) > _MOST_OPEN:
                    _hide(staged[path], path.parent)
                    staged[path].close()
            except OSError as error:
                problems.append(_unwritable(path, error))
        if not problems:
            problems = list(_appear(staged))
    finally:
        for each in staged.values():
            each.let_go()
    if problems:
        raise BadInput(problems)
    for folder in dict.fromkeys(path.parent for path in files):
        _settle(folder)


# What is relied on: a name is given, or taken over, in one step. A process killed at any moment leaves every file as it
# was or as it was to be. Where the file system allows it (Linux: O_TMPFILE), what is written has no name before it is
# whole, so that nothing stays of it; elsewhere, and for the moment between two steps in which an old file is replaced,
# it has a hidden one, and a gongkai that writes into the folder a day later takes it away. The lock, which ends with
# its process, tells whether whoever wrote it is still at it.


@dataclass(slots=True)
class _Staged:
    """What a file is to hold: on the disk, locked, without a name or under a hidden one."""

    descriptor: int
    name: Path | None = None

    def let_go(self) -> None:
        """Close it; nothing of it stays that has not appeared."""
        self.close()
        if self.name is not None:
            self.name.unlink(missing_ok=True)

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def _stage(path: Path, content: bytes) -> _Staged:
    """Write what a file is to hold, with the permissions it will have; leave nothing on failure."""
    staged = _nameless(path.parent) or _hidden(path.parent)
    try:
        _try_lock(staged.descriptor)
        with open(staged.descriptor, "wb", closefd=False) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(staged.name or staged.descriptor, mode)  # noqa: PTH101  # it may have no name
        if sys.platform == "win32":  # which gives no name to what is open
            staged.close()
    except BaseException:
        staged.let_go()
        raise
    return staged


def _nameless(folder: Path) -> _Staged | None:
    """Make a file without a name, where the system can do that and give it one later."""
    flag = getattr(os, "O_TMPFILE", 0)
    if flag and Path(_OPEN_FILES).is_dir():
        with suppress(OSError):
            return _Staged(os.open(folder, os.O_RDWR | flag, 0o600))
    return None


def _hidden(folder: Path) -> _Staged:
    name = folder / f"{_HIDDEN}{secrets.token_hex(8)}"
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return _Staged(os.open(name, flags, 0o600), name)


def _appear(staged: Mapping[Path, _Staged]) -> Iterator[Problem]:
    for path, each in staged.items():
        try:
            _put(each, path)
        except OSError as error:  # Windows: another program has it open
            yield _unwritable(path, error)


def _put(staged: _Staged, path: Path) -> None:
    """Give a file its name, taking it over from one that has it."""
    if staged.name is None:
        try:
            _link(staged, path)
        except FileExistsError:
            _hide(staged, path.parent)
    if staged.name is not None:
        staged.name.replace(path)
        staged.name = None


def _hide(staged: _Staged, folder: Path) -> None:
    if staged.name is None:
        staged.name = folder / f"{_HIDDEN}{secrets.token_hex(8)}"
        _link(staged, staged.name)


def _link(staged: _Staged, path: Path) -> None:
    # With a folder named, the system call is one that follows the link in /proc.
    origin = f"{_OPEN_FILES}/{staged.descriptor}"
    os.link(origin, path, src_dir_fd=staged.descriptor, follow_symlinks=True)


def _sweep(folder: Path) -> None:
    """Take away what a process left behind that was killed while it wrote into a folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _LEFT.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                _take_away(Path(entry.path))


def _take_away(left: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(left, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            # It is locked only a moment after it is made, and no longer where there are very many.
            if time.time() - os.fstat(descriptor).st_mtime > _LONG_AGO and _try_lock(descriptor):
                left.unlink()
        finally:
            os.close(descriptor)


def _settle(folder: Path) -> None:
    """Make the names in a folder as durable as the files."""
    with suppress(OSError):  # Windows opens no folders, some file systems sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _hindrances(path: Path) -> Iterator[Problem]:
    """Yield why a file that is there is not to be replaced, where the system would let it happen."""
    if path.exists() and not path.is_file() and not path.is_dir():
        said = text("this is a device or a pipe, and no file that could be replaced")
        yield _problem(path, said, text("leave --output out, and send standard output there"))
    if path.is_file() and not path.stat().st_mode & 0o222:
        yield _problem(path, text("this file is there, and is read-only"), text("allow it to be written, or move it"))
    for name in _locks(path.name):
        if path.with_name(name).exists():
            said = text("this file is open in an office program, which would write over it again")
            hint = text("close it there; if it is open nowhere, delete `{name}` beside it", name=name)
            yield _problem(path, said, hint)


def _locks(name: str) -> Iterator[str]:
    """Yield the names of the files by which office programs say that they have a file open: Excel and Word, WPS,
    LibreOffice."""
    if Path(name).suffix.lower() in (".xlsx", ".docx"):
        yield f"~${name}"
        if name.lower().endswith(".docx"):
            yield f"~${name[2:]}"  # Word puts these two signs in the place of the first two
        yield f".~{name}"
        yield f".~lock.{name}#"


def _unwritable(path: Path, error: OSError) -> Problem:
    return _problem(path, text("cannot be written: {reason}", reason=error.strerror or str(error)), _ELSEWHERE)


def _problem(path: Path, message: Text, hint: Text) -> Problem:
    return Problem(Location(str(path)), "GK804", message, hint)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
