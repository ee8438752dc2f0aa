"""Read the columns of a Parquet file as the text that a person would write."""
# ruff: noqa: S608  # every text in this SQL goes through `literal` or `name`

from typing import TYPE_CHECKING

from gongkai_cli.log.headers import Header, Names, header_problems, no_header, unknown_header
from gongkai_cli.log.sources import Source
from gongkai_cli.log.sql import literal, name
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NESTED = ("STRUCT", "MAP", "UNION", "BLOB", "BIT", "GEOMETRY", "VARIANT")


def parquet_scan(path: str) -> str:
    """Return the table function that reads a file; `file_row_number` counts its rows from 0."""
    return f"read_parquet({literal(path)}, file_row_number = true, hive_partitioning = false)"


def open_parquet(
    connection: "DuckDBPyConnection", source: Source, path: str, names: Names, timezone: str
) -> tuple[dict[str, str] | None, list[Problem]]:
    """Return an SQL expression of text for each column of the log, or None, and what is wrong with the file."""
    from gongkai_cli.log.table import EngineError

    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {parquet_scan(path)}").fetchall()
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
    columns = zip(header.columns, types.items(), strict=True)
    cells = {column: f"nullif({_as_text(name(own), kind, timezone)}, '')" for column, (own, kind) in columns if column}
    return cells, warnings


def _nested(source: Source, header: Header, types: dict[str, str]) -> list[Problem]:
    problems = []
    for column, (own, kind) in zip(header.columns, types.items(), strict=True):
        if column and (kind.startswith(_NESTED) or kind.endswith("]")):
            said = text("the column `{name}` holds {kind}, not plain text", name=own, kind=kind)
            hint = text("write several values as one text, with 、 between them")
            problems.append(Problem(Location(source.shown), "GK609", said, hint))
    return problems


def _as_text(column: str, kind: str, timezone: str) -> str:
    """Return the SQL for a value as text: a day as its date, also where it is stored as its midnight."""
    if kind == "VARCHAR":
        return column
    if kind.startswith("TIMESTAMP"):
        local = f"timezone({literal(timezone)}, {column})" if "TIME ZONE" in kind else f"{column}::TIMESTAMP"
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
