"""Which plans, logs and working days to use: options, environment, configuration, then the only plan there is."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gongkai_cli.cli.plan_files import GIT, listed, load
from gongkai_cli.cli.terminal import here, usage
from gongkai_cli.frequencies import nearest
from gongkai_cli.library import load_calendar
from gongkai_cli.messages import Text, text
from gongkai_cli.plan import Plan
from gongkai_cli.problems import BadInput, Location, Problem
from gongkai_cli.workdays import WorkCalendar

_KEYS = ("plan", "log", "workdays", "headers")
_MAX_BYTES = 1024 * 1024
OWN = "{plan}"  # in the path of a log: the id of the plan whose log it is
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the nearest configuration file says; its paths count from its own folder."""

    plan: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    workdays: tuple[Path, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # further headers of a log, and their columns
    file: Path | None = None  # the file that says it


def read_configuration(folder: Path) -> Configuration:
    """Return the nearest `gongkai.toml`, or `[tool.gongkai]` of a `pyproject.toml`, in or above a folder."""
    for place in (folder, *folder.parents):
        for name in ("gongkai.toml", "pyproject.toml"):
            table = _table(place / name)
            if table is not None:
                return _configuration(table, place / name)
    return Configuration()


def _table(file: Path) -> dict[str, Any] | None:
    if not file.is_file():
        return None
    try:
        with file.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise _unusable(file, text("the file is larger than {limit} MiB", limit=_MAX_BYTES // 1024 // 1024), None)
        content = tomllib.loads(raw.decode("utf-8"))
    except (OSError, ValueError) as error:
        raise _unusable(file, text("cannot be read: {reason}", reason=str(error)), text("see toml.io")) from None
    except RecursionError:
        raise _unusable(file, text("the values are nested too deeply"), text("see toml.io")) from None
    if file.name == "gongkai.toml":
        return content
    tools = content.get("tool")
    table = tools.get("gongkai") if isinstance(tools, dict) else None
    return table if isinstance(table, dict) else None


def _configuration(table: dict[str, Any], file: Path) -> Configuration:
    for key in table:
        if key not in _KEYS:
            close = nearest(key, _KEYS)
            hint = (
                text("did you mean `{name}`?", name=close)
                if close
                else text("known here: {keys}", keys=", ".join(_KEYS))
            )
            raise _unusable(file, text("the key `{key}` is not known here", key=key), hint)
    headers = table.get("headers", {})
    plan, log, workdays = (_listed(table.get(key, [])) for key in ("plan", "log", "workdays"))
    named = isinstance(headers, dict) and all(isinstance(each, str) for each in headers.values())
    if plan is None or log is None or workdays is None or not named:
        said = text("`plan`, `log` and `workdays` are lists of paths, `headers` is a table of column names")
        raise _unusable(file, said, None)
    folder = file.parent
    return Configuration(
        tuple(str(folder / each) for each in plan),
        tuple(str(folder / each) for each in log),
        tuple(folder / each for each in workdays),
        headers,
        file,
    )


def _listed(value: Any) -> list[str] | None:
    """A list of texts, or None; a single text is a list of one."""
    values = [value] if isinstance(value, str) else value
    return values if isinstance(values, list) and all(isinstance(each, str) for each in values) else None


def _unusable(file: Path, message: Text, hint: Text | None) -> BadInput:
    return BadInput([Problem(Location(str(_shortest(file))), "GK801", message, hint)])


def find_plans(asked: Sequence[str], besides: Sequence[Path] = ()) -> list[str]:
    """Return the plan files to use: --plan, GONGKAI_PLAN, the configuration, or the only file in `plans/`.

    Folders and patterns stand for what is in them, without `besides`.
    """
    named = list(asked) or _paths("GONGKAI_PLAN")
    if not named:
        named = [str(_shortest(Path(each))) for each in read_configuration(here()).plan]
    if named:
        return listed(named, besides)
    folder = Path("plans")
    found = sorted(path for path in folder.glob("*") if path.suffix in (".yaml", ".yml")) if folder.is_dir() else []
    if len(found) == 1:
        return [str(found[0])]
    if found:
        message = text("there are {count} plans in `plans/`; which one?", count=len(found))
        hint = text("name it: --plan FILE; or all of them, where a command takes several: --plan plans")
    else:
        message = text("there is no plan here: no file in `plans/`")
        hint = text('name one: --plan FILE, GONGKAI_PLAN, or `plan = "…"` in gongkai.toml; or begin one: gongkai init')
    raise BadInput([Problem(Location(str(here())), "GK802", message, hint)])


def find_plan(asked: Sequence[str]) -> str:
    """Return the one plan file to use; raise BadInput where several are named."""
    names = find_plans(asked)
    if len(names) == 1:
        return names[0]
    shown = ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")
    said = text("this command works with one plan, and {count} are named: {names}", count=len(names), names=shown)
    raise usage("--plan", said, text("name the one that is meant: --plan FILE"))


def _paths(variable: str) -> list[str]:
    """The paths that an environment variable names."""
    named = os.environ.get(variable, "")
    if named.startswith(GIT) or (named and Path(named).exists()):
        return [named]
    return [each for each in named.split(os.pathsep) if each]


def _shortest(path: Path) -> Path:
    """Return a path as it would be typed in the current folder, where it lies in or below it."""
    return path.relative_to(here()) if path.is_relative_to(here()) else path


def workday_files(asked: Sequence[Path]) -> list[Path]:
    """Return the override files of working days to use: --workdays, GONGKAI_WORKDAYS, or the configuration."""
    files = list(asked) or [Path(each) for each in _paths("GONGKAI_WORKDAYS")]
    return files or [_shortest(each) for each in read_configuration(here()).workdays]


def find_calendar(asked: Sequence[Path]) -> WorkCalendar:
    """Return the working days to use: the official ones, with override files from --workdays or the configuration."""
    return load_calendar(*workday_files(asked))


def find_log(asked: Sequence[str], plan: Plan) -> tuple[list[str], Mapping[str, str]]:
    """Return the paths of a plan's log, which may be none, and the further headers it uses.

    `{plan}` in a path stands for the plan's id.
    """
    paths, headers = named_logs(asked)
    return [own_path(each, plan.plan.id) for each in paths], headers


def named_logs(asked: Sequence[str]) -> tuple[list[str], Mapping[str, str]]:
    """Return the paths of the log as they are named, for all plans alike, and the further headers it uses."""
    configured = read_configuration(here())
    paths = list(asked) or _paths("GONGKAI_LOG") or [str(_shortest(Path(each))) for each in configured.log]
    return paths, configured.headers


def named_by(what: Literal["plan", "log", "workdays"], *, asked: bool) -> str | None:
    """Return what names a plan, a log or working-day files: an option, a variable, a file; None where nothing does."""
    variable = f"GONGKAI_{what.upper()}"
    if asked:
        return f"--{what}"
    if os.environ.get(variable):
        return variable
    configured = read_configuration(here())
    return str(_shortest(configured.file)) if configured.file is not None and getattr(configured, what) else None


def own_path(path: str, id_: str) -> str:
    """Return the path of the log of one plan; `id_` stands where the path says `{plan}`."""
    return path.replace(OWN, id_)


def use_plan(asked: Sequence[str], calendar: WorkCalendar) -> Plan:
    """Return the plan to use; raise BadInput with all its errors where it has any."""
    return load(find_plan(asked), calendar).usable()
