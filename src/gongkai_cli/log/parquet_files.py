"""Read the columns of a Parquet file as the text that a person would write."""
# ruff: noqa: S608  # what is put into this SQL is our own; all other text goes through `bound`

from typing import TYPE_CHECKING

from gongkai_cli.log.headers import Header, Names, header_problems, no_header, unknown_header
from gongkai_cli.log.sources import Source
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem

if TYPE_CHECKING:
    from gongkai_cli.log.table import Engine

_NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "BIT", "GEOMETRY", "VARIANT")


def open_parquet(
    engine: "Engine", source: Source, path: str, names: Names, timezone: str
) -> tuple[tuple[str, dict[str, str]] | None, list[Problem]]:
    """Return the SQL that reads a file and that of the text of each column of the log, or None, and what is wrong.

    Columns are known by their place, whatever the file calls them; `file_row_number` counts its rows from 0.
    """
    from gongkai_cli.log.table import EngineError

    scan = f"read_parquet({engine.bound(path)}, file_row_number = true, hive_partitioning = false)"
    try:
        described = engine.rows(f"DESCRIBE SELECT * FROM {scan}")
    except EngineError as error:
        return None, [damaged(source, error)]
    types = {column: kind for column, kind, *_ in described if column != "file_row_number"}
    header = names.read(tuple(types))
    shown = ", ".join(types)
    if not any(header.columns):
        return None, [no_header(source.shown, shown, line=0)]
    if problems := header_problems(header, Location(source.shown), [0] * len(types), shown) or _nested(
        source, header, types
    ):
        return None, problems
    warnings = [unknown_header(names, header.cells[at], Location(source.shown), shown) for at in header.unknown]
    columns = enumerate(zip(header.columns, types.values(), strict=True))
    zone = engine.bound(timezone)
    cells = {column: f"nullif({_as_text(f'p{at}', kind, zone)}, '')" for at, (column, kind) in columns if column}
    return (f"{scan} AS own({', '.join(f'p{at}' for at in range(len(types)))})", cells), warnings


def _nested(source: Source, header: Header, types: dict[str, str]) -> list[Problem]:
    problems = []
    for column, (own, kind) in zip(header.columns, types.items(), strict=True):
        if column and (kind.startswith(_NESTED) or kind.endswith("]")):
            said = text("the column `{name}` holds {kind}, not plain text", name=own, kind=kind)
            hint = text("write several values as one text, with 、 between them")
            problems.append(Problem(Location(source.shown), "GK609", said, hint))
    return problems


def _as_text(column: str, kind: str, zone: str) -> str:
    """Return the SQL for a value as text: a day as its date, also where it is stored as its midnight.

    `zone` is the SQL for the time zone.
    """
    if kind == "VARCHAR":
        return column
    if kind.startswith("TIMESTAMP"):
        local = f"timezone({zone}, {column})" if "TIME ZONE" in kind else f"{column}::TIMESTAMP"
        whole = f"regexp_replace({local}::VARCHAR, ':00$', '')"
        return f"CASE WHEN {local} = {local}::DATE THEN {local}::DATE::VARCHAR ELSE {whole} END"
    if kind in ("DOUBLE", "FLOAT"):
        # 20170805 as many programs write a column of numbers with gaps.
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR ELSE {column}::VARCHAR END"
    return f"upper({column}::VARCHAR)" if kind == "BOOLEAN" else f"{column}::VARCHAR"


def damaged(source: Source, error: Exception) -> Problem:
    reason = str(error).strip().splitlines()[0]
    said: Text = text("this Parquet file is damaged or only a part of one: {reason}", reason=reason)
    return Problem(Location(source.shown), "GK602", said, text("get the whole file again"))
