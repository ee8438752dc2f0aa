"""No way in, and the same bytes: every command over the shipped plan and log, and over hostile ones, watched and twice.

`make faults` runs all commands in all formats, and more of what must not matter.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import every_command
import pytest

from gongkai_cli.cli import app

posix = pytest.mark.skipif(os.name != "posix", reason="by means of POSIX locales and permissions")
# What must not matter, besides the order of logs and folders, and how many threads the engine has.
OTHERWISE = {"PYTHONHASHSEED": "77", "LC_ALL": "POSIX", "PYTHONUTF8": "0", "TZ": "America/New_York"}
# Written by commands that stamp the day or the minute; all else is compared.
OF_TODAY = ("log.csv", "new")


@dataclass(frozen=True)
class Sweep:
    """What every command did in one process: what the watch saw, and every byte that came out."""

    seen: Mapping[str, Any]
    bytes_of: Mapping[str, bytes]
    folder: Path


def sweep(folder: Path, inputs: Path, environment: Mapping[str, str], *options: str) -> "subprocess.Popen[bytes]":
    """Start every command in a process of its own, on a copy of the inputs."""
    for name in ("results", "temporary", "home"):
        (folder / name).mkdir(parents=True)
    (folder / "home").chmod(0o500)
    copied = folder / "inputs"
    if options:  # the same files in another order, and written at another time
        for path in sorted((path for path in inputs.rglob("*") if path.is_file()), reverse=True):
            (copied / path.relative_to(inputs)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied / path.relative_to(inputs))
    else:
        shutil.copytree(inputs, copied)
    surroundings = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    surroundings |= {"PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(folder / "temporary"), "HOME": str(folder / "home")}
    return subprocess.Popen(
        [sys.executable, every_command.__file__, str(copied), str(folder / "results"), *options],
        stdout=subprocess.PIPE,
        env={**surroundings, **environment},
        umask=0o077 if options else 0o022,
    )


def finished(process: "subprocess.Popen[bytes]", folder: Path) -> Sweep:
    out, _ = process.communicate()
    assert process.returncode == 0
    files = [path for place in ("results", "inputs/out") for path in (folder / place).rglob("*") if path.is_file()]
    content = {os.fsencode(path.relative_to(folder)).decode(): path.read_bytes() for path in files}
    return Sweep(json.loads(out), content, folder)


@pytest.fixture(scope="module")
def sweeps(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sweep, Sweep]:
    folder = tmp_path_factory.mktemp("sweeps")
    inputs = folder / "inputs"
    inputs.mkdir()
    every_command.inputs_in(inputs)
    one, other = folder / "one", folder / "another" / "place" / "altogether"
    processes = (
        sweep(one, inputs, {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}),
        sweep(other, inputs, OTHERWISE, "--otherwise"),
    )
    return finished(processes[0], one), finished(processes[1], other)


@posix
def test_every_command_is_understood(sweeps: tuple[Sweep, Sweep]) -> None:
    """So that the other tests look at answers, not at refusals."""
    for each in sweeps:
        refused = [line for line, code in each.seen["codes"].items() if code not in (0, 1)]
        assert [line for line in refused if "bad" not in line and line != "due"] == []
        assert len(each.seen["codes"]) > 40


@posix
def test_nothing_gets_in(sweeps: tuple[Sweep, Sweep]) -> None:
    """No sockets, no programs, no code from a plan or log, no change outside the target and the temporary folder."""
    for each in sweeps:
        assert each.seen["told"] == []
        assert each.seen["strange"] == []
        assert each.seen["seen"] > 10_000
        assert list(each.folder.rglob("pwned")) == []
        assert list((each.folder / "home").iterdir()) == []


@posix
def test_nothing_temporary_stays(sweeps: tuple[Sweep, Sweep]) -> None:
    assert [list((each.folder / "temporary").iterdir()) for each in sweeps] == [[], []]


@posix
def test_the_same_bytes_come_out(sweeps: tuple[Sweep, Sweep]) -> None:
    one, other = ({name: content for name, content in each.bytes_of.items() if not of_today(name)} for each in sweeps)
    assert len(one) > 100
    assert [name for name in one if one[name] != other.get(name)] == []
    assert one.keys() == other.keys()


def of_today(name: str) -> bool:
    place, *rest = Path(name).parts
    number = len([*every_command.commands(all_of_them=False)])
    return rest[1] in OF_TODAY if place == "inputs" else int(rest[0][:3]) >= number


@posix
def test_the_watch_sees(tmp_path: Path) -> None:
    """What must not happen would be told."""
    code = """
import os, subprocess, sys, socket
from pathlib import Path
import every_command
watch = every_command.Watch([Path("allowed").absolute()])
sys.addaudithook(watch.hook)
def tried(*what):
    try:
        what[0](*what[1:])
    except PermissionError:
        pass
tried(socket.socket)
tried(subprocess.Popen, ["true"])
tried(os.system, "true")
tried(eval, "'pwned'")
tried(Path("allowed").write_text, "x")
tried(Path("outside").write_text, "x")
tried(os.remove, "outside")
print(*sorted({each.split()[0] for each in watch.told}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["compile", "open", "os.remove", "os.system", "socket.__new__", "subprocess.Popen"]


@posix
def test_no_command_is_missing() -> None:
    import faults

    known = {each.name or getattr(each.callback, "__name__", "") for each in app.registered_commands}
    swept = [*every_command.commands(all_of_them=True), *every_command.commands_of_today()]
    assert known == {line[0] for line in swept if not line[0].startswith("--")}
    writing = {line[0] for line in (*faults.WRITING.values(), *faults.APPENDING.values())}
    # `init` has its own tests of breaks; these two write as `overdue` does.
    assert known - writing == {"init", "satisfied", "status"}
