"""The temporary folder of a log: locked while it is used, gone afterwards, swept away where its process was killed."""

import os
import re
import secrets
import shutil
import sys
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"gongkai-log-[0-9a-f]{16}")
_LONG = 60 * 60  # seconds that a folder left behind is older than one's own; it is locked a moment after it is made

_shared: list[Path] = []  # one, or none
_held: dict[Path, int] = {}  # the descriptors that hold the locks


def named_in(folder: Path) -> Path:
    """Return the path of a new folder, not made yet."""
    return folder / f"gongkai-log-{secrets.token_hex(8)}"


def share(folder: Path) -> None:
    """Say that this process is there to read many logs, all with temporary folders in this one."""
    _shared[:] = [folder]


def shared() -> Path | None:
    """Return the folder that all logs of this process share, where it is there to read many."""
    return _shared[0] if _shared else None


def make(folder: Path) -> None:
    """Make a folder for oneself alone and lock it; take away those that killed processes have left beside it."""
    folder.mkdir(mode=0o700)
    if sys.platform == "win32":  # no such locks there
        return
    with suppress(OSError):  # nor on some file systems; then nobody takes away what is left
        _held[folder] = _locked(folder)
        made = folder.stat().st_mtime
        with os.scandir(folder.parent) as entries:
            for entry in entries:
                if _NAME.fullmatch(entry.name) and entry.name != folder.name:
                    _sweep(Path(entry.path), made)


def let_go(folder: Path) -> None:
    """Remove a folder and unlock it."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder in _held:
        os.close(_held.pop(folder))


if sys.platform != "win32":
    import fcntl

    def _locked(folder: Path) -> int:
        """Return a descriptor of a folder that nobody else holds; raise OSError where somebody does."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def _sweep(left: Path, made: float) -> None:
        with suppress(OSError):
            status = left.lstat()
            if status.st_uid == os.getuid() and made - status.st_mtime > _LONG:
                _held[left] = _locked(left)
                let_go(left)
