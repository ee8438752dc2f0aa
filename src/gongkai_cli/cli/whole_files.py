"""Files written whole or not at all: what stood there before stays until all that is new is on the disk."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from gongkai_cli.messages import Text, text
from gongkai_cli.problems import BadInput, Location, Problem

_ELSEWHERE = text("check the folder, its permissions and free space, and whether the file is open elsewhere")


def write_whole(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole or not at all; raise BadInput with every one that cannot be (GK804).

    The first file appears when all of them are on the disk. So where there is no room, or one may not be written, none
    is changed.
    """
    problems = [problem for path in files for problem in _hindrances(path)]
    staged: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            try:
                staged[path] = _staged(path, content)
            except OSError as error:
                problems.append(_unwritable(path, error))
        if not problems:
            problems = list(_appear(staged))
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
    if problems:
        raise BadInput(problems)


def _staged(path: Path, content: bytes) -> Path:
    """Write a hidden file beside the one that is to be, with the permissions it will have; leave none on failure."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".gongkai-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _appear(staged: Mapping[Path, Path]) -> Iterator[Problem]:
    for path, temporary in staged.items():
        try:
            temporary.replace(path)
        except OSError as error:  # Windows: another program has it open
            yield _unwritable(path, error)


def _hindrances(path: Path) -> Iterator[Problem]:
    """Yield why a file that is there is not to be replaced, where the system would let it happen."""
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
