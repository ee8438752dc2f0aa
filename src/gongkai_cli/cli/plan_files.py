"""The plan files that a command line names: paths, folders, patterns, `-`, and versions that git keeps."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from gongkai_cli.cli.terminal import here, usage
from gongkai_cli.messages import Text, text
from gongkai_cli.plan_file import LoadedPlan, load_plan, parse_plan
from gongkai_cli.problems import BadInput, Location, Problem
from gongkai_cli.workdays import WorkCalendar
from gongkai_cli.yaml_text import MAX_BYTES, unreadable

STDIN, GIT = "-", "git:"
_SUFFIXES = (".yaml", ".yml")


def listed(asked: Sequence[str], besides: Sequence[Path] = ()) -> list[str]:
    """Return the files that are named, each once; of folders and patterns, without `besides`.

    A folder stands for all .yaml and .yml files in it and below, in order of name, without what is hidden. Raises
    BadInput for a folder or a pattern that stands for none.
    """
    others = {os.path.realpath(path) for path in besides}
    found: dict[str, str] = {}
    for name in asked:
        for each in _stands_for(name, others):
            found.setdefault(each if _is_no_path(each) else os.path.realpath(each), each)
    return list(found.values())


def _is_no_path(name: str) -> bool:
    # No file has a NUL in its name, which reading will say.
    return name == STDIN or name.startswith(GIT) or "\0" in name


def _stands_for(name: str, others: set[str]) -> list[str]:
    if _is_no_path(name):
        return [name]
    import glob  # as below: only for those who use it

    if Path(name).is_dir():
        inside = [each for each in _below(name) if os.path.realpath(each) not in others]
        said = text("this folder has no plan: no .yaml or .yml file in it or below")
    elif glob.has_magic(name) and not Path(name).exists():
        matching = sorted(glob.glob(name, recursive=True))  # noqa: PTH207  # Path.glob knows no absolute patterns
        inside = [each for each in matching if Path(each).is_file() and os.path.realpath(each) not in others]
        said = text("no file has a name like this")
    else:
        return [name]
    if not inside:
        raise BadInput(
            [Problem(Location(name), "GK802", said, text("check the path; it counts from the current folder"))]
        )
    return inside


def _below(folder: str) -> Iterator[str]:
    def unreadable(error: OSError) -> None:
        reason = text("this folder cannot be read: {reason}", reason=error.strerror or str(error))
        raise BadInput([Problem(Location(str(error.filename)), "GK101", reason)])

    for place, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for file in sorted(files):
            if file.endswith(_SUFFIXES) and not file.startswith("."):
                yield str(Path(place) / file)


def load(name: str, calendar: WorkCalendar, *, relative: bool = False) -> LoadedPlan:
    """Read one plan; `relative` shows it by its path from the current folder, for programs that know no other."""
    if name == STDIN:
        return _from_stdin(calendar)
    if name.startswith(GIT):
        revision, _, path = name.removeprefix(GIT).partition(":")
        return parse_plan(read_version(name, revision, path), path if relative else name, calendar)
    file = Path(name)
    return load_plan(file, calendar, shown_as(file, relative=relative))


def shown_as(file: Path, *, relative: bool) -> str:
    """Return a file's path as typed, or with `relative` that from the current folder where it lies below it."""
    return str(file.relative_to(here()) if relative and file.is_relative_to(here()) else file)


def _from_stdin(calendar: WorkCalendar) -> LoadedPlan:
    shown = "<stdin>"
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin is not None else b""
    except OSError as error:
        return LoadedPlan(shown, None, None, (unreadable(shown, error),))
    return parse_plan(raw, shown, calendar)


def read_version(name: str, revision: str, path: str) -> bytes:
    """Return a file as a revision of git keeps it; the path counts from the current folder."""
    import re
    import shutil

    if not revision or not path or Path(path).is_absolute():
        hint = text("write git:REVISION:PATH, for example git:HEAD~1:plans/plan.yaml")
        raise usage(name, text("this names no version of a file"), hint)
    # What begins with `-` would be an option; no revision holds control characters.
    if revision.startswith("-") or re.search(r"[\x00-\x1f\x7f]", name):
        raise _not_given(name, text("`{revision}` is not a revision", revision=revision))
    program = shutil.which("git")
    if program is None or Path(program).absolute().parent == here():  # Windows looks in the current folder first
        raise _not_given(name, text("git is not installed here"))
    named = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    commit, reason = _git(program, named)
    if not commit:
        said = text("git knows no revision `{revision}` here", revision=revision)
        raise _not_given(name, _because(said, reason))
    # A commit by its number, so that nothing of what was typed is looked up again.
    content, reason = _git(program, ["cat-file", "blob", f"{commit.decode('ascii').strip()}:./{path}"])
    if content is None:
        said = text("there is no file `{path}` in revision `{revision}`", path=path, revision=revision)
        raise _not_given(name, _because(said, reason))
    return content


def _git(program: str, arguments: list[str]) -> tuple[bytes | None, str]:
    """Return what git writes, at most what a plan may hold and one byte, or None and why."""
    import subprocess
    import tempfile

    command = [program, "--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", *arguments]
    # In a partial clone git would fetch what is missing, by whatever program the repository's configuration names.
    environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_TERMINAL_PROMPT": "0"}
    with tempfile.TemporaryFile() as said:
        # No shell, and nothing typed that git could take for an option.
        with subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, env=environment
        ) as git:
            assert git.stdout is not None, "a pipe was asked for"  # noqa: S101
            content = git.stdout.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                git.kill()
                return content, ""
        if git.returncode == 0:
            return content, ""
        said.seek(0)
        return None, said.read(2000).decode("utf-8", "replace").strip()


def _because(said: Text, reason: str) -> Text:
    return text("{said} (git: {reason})", said=said, reason=reason.replace("\n", " ")) if reason else said


def _not_given(name: str, message: Text) -> BadInput:
    hint = text("try `git log -- PATH`; the path counts from the current folder")
    return BadInput([Problem(Location(name), "GK806", message, hint)])
