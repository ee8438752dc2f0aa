"""gongkai holds an open-government work plan against what was published."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongkai_cli.formats.json import document as to_dict
    from gongkai_cli.formats.json import render as to_json
    from gongkai_cli.library import evaluate, load_calendar, load_log, load_plan
    from gongkai_cli.log.reading import Log
    from gongkai_cli.plan import Plan
    from gongkai_cli.problems import BadInput, Problem
    from gongkai_cli.report import Report, Row
    from gongkai_cli.workdays import WorkCalendar

__version__ = "0.1.0"

__all__ = [
    "BadInput",
    "Log",
    "Plan",
    "Problem",
    "Report",
    "Row",
    "WorkCalendar",
    "__version__",
    "evaluate",
    "load_calendar",
    "load_log",
    "load_plan",
    "to_dict",
    "to_json",
]

# Imported when asked for: the command line is to start at once, and most of it needs little of this.
_STANDS_IN = {
    "BadInput": ("problems", "BadInput"),
    "Log": ("log.reading", "Log"),
    "Plan": ("plan", "Plan"),
    "Problem": ("problems", "Problem"),
    "Report": ("report", "Report"),
    "Row": ("report", "Row"),
    "WorkCalendar": ("workdays", "WorkCalendar"),
    "evaluate": ("library", "evaluate"),
    "load_calendar": ("library", "load_calendar"),
    "load_log": ("library", "load_log"),
    "load_plan": ("library", "load_plan"),
    "to_dict": ("formats.json", "document"),
    "to_json": ("formats.json", "render"),
}


def __getattr__(name: str) -> object:
    if name not in _STANDS_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _STANDS_IN[name]
    found: object = getattr(import_module(f"{__name__}.{module}"), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
