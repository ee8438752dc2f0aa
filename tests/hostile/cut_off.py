"""One command line in a process of its own, with little memory and little time, in a folder that is watched.

Run as a program, this file has loaded what all commands load, and forks for each command line that it is told.
"""

import gc
import hashlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMORY = 1_000_000_000  # bytes in use at the peak, which no command may pass
_ADDRESSES = 4 * MEMORY  # bytes of address space: the table engine reserves more than it uses
SECONDS = 10  # of work, which no command may take more of: a busy machine changes nothing
_PATIENCE = 120  # seconds until a command that does no work is ended


@dataclass(frozen=True, slots=True)
class Done:
    """What a command line did; `code` is None where it had to be ended, `peak` is in bytes, `seconds` of work."""

    code: int | None
    out: str
    err: str
    seconds: float
    peak: int
    touched: frozenset[str]  # files that were made, changed or taken away, by their path from the watched folder


class Runner:
    """Runs command lines, one after the other; to be used in `with`."""

    def __enter__(self) -> "Runner":
        self._served = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._served.communicate()

    def run(self, arguments: Sequence[str], folder: Path, watched: Path, given: bytes = b"") -> Done:
        """Run one command line in a folder; everything in and below `watched`, which holds it, is compared afterwards.

        `given` is its standard input. What it says, and its temporary folder, stand beside what is watched.
        """
        beside = watched.with_name(f"{watched.name}.beside")
        (beside / "temporary").mkdir(parents=True, exist_ok=True)
        (beside / "given").write_bytes(given)
        before = _contents(watched)
        assert self._served.stdin is not None
        assert self._served.stdout is not None
        self._served.stdin.write(json.dumps([list(arguments), str(folder), str(beside)]) + "\n")
        self._served.stdin.flush()
        code, seconds, peak = json.loads(self._served.stdout.readline())
        after = _contents(watched)
        touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        touched |= {f"temporary/{each.name}" for each in (beside / "temporary").iterdir()}
        return Done(code, _read(beside / "said"), _read(beside / "complained"), seconds, peak, frozenset(touched))


def _contents(folder: Path) -> Mapping[str, str]:
    """What stands under each path: the digest of a file, where a link leads, or that it is a folder."""
    found = {}
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(root, name)
            if path.is_symlink():
                told = f"link to {path.readlink()}"
            elif path.is_file():
                with path.open("rb") as stream:
                    told = hashlib.file_digest(stream, "sha256").hexdigest()
            else:
                told = "folder" if path.is_dir() else "special"
            found[str(path.relative_to(folder))] = told
    return found


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "backslashreplace")


def _serve() -> None:
    """Fork for each command line on standard input; answer with exit code, seconds of work, bytes at the peak."""
    import gongkai_cli.cli
    import gongkai_cli.plan_file  # noqa: F401

    gc.freeze()
    for line in sys.stdin:
        arguments, folder, beside = json.loads(line)
        began = time.monotonic()
        process = os.fork()
        if process == 0:
            _command(arguments, folder, beside)
        code, usage = _waited(process, began)
        print(json.dumps([code, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024]), flush=True)  # noqa: T201


def _waited(process: int, began: float) -> tuple[int | None, Any]:
    while time.monotonic() - began < _PATIENCE:
        ended, status, usage = os.wait4(process, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return (code if code >= 0 else None), usage
        time.sleep(0.002)
    os.kill(process, signal.SIGKILL)
    return None, os.wait4(process, 0)[2]


def _command(arguments: list[str], folder: str, beside: str) -> None:
    """Become the command: limits, streams, folder and environment, then what `gongkai` does."""
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith("GONGKAI_") or name in ("COLUMNS", "NO_COLOR")]:
        del os.environ[name]
    os.environ |= {"TMPDIR": f"{beside}/temporary", "LC_ALL": "C.UTF-8", "HOME": f"{beside}/temporary"}
    new = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, name, flags in ((0, "given", os.O_RDONLY), (1, "said", new), (2, "complained", new)):
        opened = os.open(f"{beside}/{name}", flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["gongkai", *arguments]
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)))
    sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, "w", closefd=False)))
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from gongkai_cli.__main__ import main

    main()  # which ends this process, with all that Python does at an end


if __name__ == "__main__":
    _serve()
