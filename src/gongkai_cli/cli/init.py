"""gongkai init: a commented starter plan, a log, a configuration, the schema for editors and a file for CI."""

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from gongkai_cli.cli.manner import manner
from gongkai_cli.cli.terminal import as_language, here, now, tell, words_for_help
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.problems import BadInput, Location, Problem

if TYPE_CHECKING:
    from gongkai_cli.starter import CI

_help = words_for_help()
_OTHER_GITLAB = PurePosixPath(".gitlab/gongkai.yml")  # where `.gitlab-ci.yml` is there already, and can include it


def init(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", show_default=False, help=_help(text("The folder; made when missing. Default: this one."))
        ),
    ] = Path(),
    ci: Annotated[
        Literal["auto", "github", "gitlab", "none"],
        typer.Option("--ci", help=_help(text("For which server to write a file for CI."))),
    ] = "auto",
    lang: Annotated[
        str | None, typer.Option("--lang", help=_help(text("The language. Default: that of this help.")))
    ] = None,
) -> int:
    """Write the starter files, all or none of them; 2 where one of them is in the way."""
    from gongkai_cli.starter import GITLAB, PLAN, UNKNOWN_ORIGIN, Start, starter_files

    current = here()
    words = Words(as_language(lang)) if lang is not None else words_for_help()
    server = _server(folder) if ci == "auto" else ci
    place = _OTHER_GITLAB if server == "gitlab" and (folder / GITLAB).exists() else None
    origin = _origin()
    today = now(ZoneInfo("Asia/Shanghai")).date()
    files = starter_files(Start(today, words.language, server, place, origin))
    _write_new(folder, files)
    if manner().quiet:
        return 0
    in_place = folder.resolve() == current
    heading = words(
        text("Written into this folder:") if in_place else text("Written into {folder}:"), folder=str(folder)
    )
    said = [heading, *(f"  {path}" for path in files), ""]
    said += _next_steps(folder, PLAN, words)
    if server != "none" and origin is None:
        sentence = text("  CI: put the address of gongkai's repository in place of {origin}")
        said.append(words(sentence, origin=UNKNOWN_ORIGIN))
    if place is not None:
        said.append(words(text("  CI: add to .gitlab-ci.yml: include: {file}"), file=f"/{place}"))
    tell("\n".join(said) + "\n")
    return 0


def _next_steps(folder: Path, plan: PurePosixPath, words: Words) -> list[str]:
    go = [] if folder.resolve() == here() else [f"  cd {shlex.quote(str(folder))}"]
    steps = {
        "gongkai check --strict": text("the plan is valid; so it should stay"),
        "gongkai due": text("what falls due this month"),
        "gongkai record --help": text("writes down what was published, in log.csv"),
    }
    width = max(len(command) for command in steps)
    explained = [f"  {command:<{width}}  # {words(why)}" for command, why in steps.items()]
    return [
        words(text("Next: replace the sample in {plan} by your own document. Then:"), plan=str(plan)),
        *go,
        *explained,
    ]


def _server(folder: Path) -> "CI":
    """The server whose CI can be meant: that of the git repository whose root a folder is; none within a repository."""
    absolute = folder.absolute()
    root = next((place for place in (absolute, *absolute.parents) if (place / ".git").exists()), None)
    if root not in (None, absolute):
        return "none"
    config = absolute / ".git" / "config"
    with suppress(OSError, UnicodeDecodeError):
        if "gitlab" in config.read_text(encoding="utf-8"):
            return "gitlab"
    return "gitlab" if (folder / ".gitlab-ci.yml").exists() else "github"


def _origin() -> str | None:
    """From where this gongkai was installed, where that is a git repository that others can reach (PEP 610)."""
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        said = json.loads(distribution("gongkai-cli").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    address, commit = said.get("url", ""), said.get("vcs_info", {}).get("commit_id", "")
    origin = f"git+{address}@{commit}"
    reachable = re.fullmatch(r"git\+(?:https|ssh)://[\w.@:/~%+-]+@[0-9a-f]{7,64}", origin)
    return origin if reachable else None


def _write_new(folder: Path, files: Mapping[PurePosixPath, bytes]) -> None:
    """Write files where none are; raise BadInput, with all that are in the way, and leave nothing half done."""
    from gongkai_cli.cli.whole_files import write_whole

    targets = {folder / path: content for path, content in files.items()}
    in_the_way = [problem for target in targets for problem in _in_the_way(folder, target)]
    if in_the_way:
        raise BadInput(dict.fromkeys(in_the_way))
    with _all_or_nothing(list(targets)):
        for target in targets:
            _make(target.parent)
        write_whole(targets)


def _in_the_way(folder: Path, target: Path) -> Iterator[Problem]:
    for above in (*reversed(target.relative_to(folder).parents), None):
        place = target if above is None else folder / above
        if above is None and os.path.lexists(place):
            yield _problem(place, text("this is there already, and is left as it is"))
        elif above is not None and os.path.lexists(place) and not place.is_dir():
            yield _problem(place, text("a folder is needed here, and this is none"))
            return


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = text("cannot be made: {reason}", reason=error.strerror or str(error))
        raise BadInput([_problem(folder, message)]) from None


def _problem(place: Path, message: Text) -> Problem:
    hint = text("nothing was written; move it, or name another folder: gongkai init FOLDER")
    return Problem(Location(str(place)), "GK804", message, hint)


@contextmanager
def _all_or_nothing(targets: list[Path]) -> Iterator[None]:
    """Take back files and folders that were made within, where not all of them could be: also after Ctrl-C."""
    missing = {above for target in targets for above in target.parents if not above.exists()}
    try:
        yield
    except BaseException:
        for target in targets:
            with suppress(OSError):
                target.unlink()
        for above in sorted(missing, key=lambda path: len(path.parts), reverse=True):
            with suppress(OSError):
                above.rmdir()
        raise
