"""What the system refuses while a log is read, a file or the room for temporary ones, as problems."""

import errno
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gongkai_cli.log.sources import Source
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import BadInput, Location, Problem

_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC))


@contextmanager
def room_for(folder: Path) -> Iterator[None]:
    """Raise BadInput where temporary files cannot be made in a folder (GK621)."""
    try:
        yield
    except OSError as error:
        if _is_of(folder, error):
            raise _no_room(_reason(error)) from None
        raise


@contextmanager
def reporting(source: Source, folder: Path, report: Callable[[Problem], None]) -> Iterator[None]:
    """Report a file that cannot be read (GK602), in place of failing."""
    try:
        yield
    except OSError as error:
        if _is_of(folder, error):
            raise
        report(_unreadable(source, _reason(error)))


def explained(error: Exception, sources: Sequence[Source], folder: Path) -> Exception:
    """Return what went wrong as BadInput, where it is the system that refused something, else the error itself."""
    if isinstance(error, OSError):
        if _is_of(folder, error):
            return _no_room(_reason(error))
        at_fault = [source for source in sources if error.filename and Path(error.filename) == source.path]
    elif type(error).__name__ in ("IOException", "OutOfMemoryException"):  # the engine's
        at_fault = [source for source in sources if str(source.path) in str(error)]
        if not at_fault:
            return _no_room(str(error).splitlines()[0])
    else:
        return error
    reason = _reason(error) if isinstance(error, OSError) else str(error).splitlines()[0]
    return BadInput([_unreadable(source, reason) for source in at_fault]) if at_fault else error


def temporary_folder() -> Path:
    """Return the folder for temporary files; raise BadInput where there is none (GK621)."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        raise _no_room(text("there is no folder for them")) from None


def _is_of(folder: Path, error: OSError) -> bool:
    """Whether an error is of a temporary folder: its files are the only ones that are written while a log is read."""
    names = [Path(each) for each in (error.filename, error.filename2) if isinstance(each, str)]
    return error.errno in _NO_ROOM or any(name.is_relative_to(folder) for name in names)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _unreadable(source: Source, reason: str) -> Problem:
    said: Text = text("this log file cannot be read: {reason}", reason=reason)
    return Problem(Location(source.shown), "GK602", said, text("check its permissions, and the drive"))


def _no_room(reason: Text | str) -> BadInput:
    said = text("this log needs temporary files, and they cannot be written: {reason}", reason=reason)
    hint = text("make room there, or name another folder in the environment variable TMPDIR")
    return BadInput([Problem(Location(_shown_folder()), "GK621", said, hint)])


def _shown_folder() -> str:
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:
        return "TMPDIR"
