"""The SQL by which lines of a log are grouped: what tells two lines apart, and what doesn't."""

from collections.abc import Collection
from dataclasses import dataclass

from gongkai_cli.dates import SPACES
from gongkai_cli.log.headers import COLUMNS

# What decides a verdict and is the same for many lines, in the order in which groups are sorted.
KEYS = (
    "published", "kind", "obligation", "owner", "period", "formed", "event", "until", "approved_by", "reference",
    "recorded", "title", "column",
)  # fmt: skip


def literal(value: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def texts(values: Collection[str]) -> str:
    """Return a list of texts in SQL."""
    return "[" + ", ".join(literal(value) for value in sorted(values)) + "]::VARCHAR[]"


_BLANKS = literal(SPACES)


def trimmed(column: str) -> str:
    """Return the SQL for a cell without blanks around it, '' when there is nothing."""
    return f"trim(coalesce({column}, ''), {_BLANKS})"


def blank(column: str) -> str:
    """Return the SQL for whether a cell holds nothing but blanks.

    Cells that begin with a letter, a digit or a Chinese character, nearly all, are told by comparing alone.
    """
    c = name(column)
    # In CASE, since the engine evaluates both sides of OR for every line.
    sure = f"({c} >= '!' AND ({c} < chr(133) OR {c} > chr(12289)) AND {c} NOT BETWEEN chr(65279) AND chr(65280))"
    return f"(CASE WHEN {c} IS NULL THEN true WHEN {sure} THEN false ELSE {trimmed(c)} = '' END)"


# A time of day that read_date accepts, after a date: only then is the date all that matters. RE2 syntax.
_CLOCK = "(?:[01]?[0-9]|2[0-3])(?::[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?|时[0-5]?[0-9]分)"
_DATED = f"^(?:(.*[0-9日号])[ T]+|(.*[日号])){_CLOCK}[ \\t\\r\\n]*$"
_ISO = f"^([0-9./-]+)[ T]{_CLOCK}$"  # the same for nearly all that is ever written, in a third of the time
_SEVERAL = "[、;；\uff01-\uff5e]"  # several values, or full-width letters: the cell may mean more than it says


def day_of(column: str) -> str:
    """Return the SQL for a cell's date without its time of day; anything else is left as it is."""
    c = name(column)
    iso = f"regexp_replace({c}, {literal(_ISO)}, '\\1')"
    any_form = f"regexp_replace({c}, {literal(_DATED)}, '\\1\\2')"
    return f"CASE WHEN strlen({c}) <= 10 THEN {c} WHEN strlen({c}) <= 19 THEN {iso} ELSE {any_form} END"


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the caller wants kept apart (see `Log.groups`), and the columns that any of the files has."""

    clock_obligations: frozenset[str] = frozenset()
    title_hint: str | None = None
    count_fillers_for: frozenset[str] | None = None
    present: frozenset[str] = frozenset(COLUMNS)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that can differ between lines."""
        return tuple(key for key in KEYS if key in self.present)

    def own_keys(self) -> dict[str, str]:
        """Return the SQL for each key of a line, from its raw cells."""
        special = {
            "published": self._published(),
            "recorded": day_of("recorded"),
            "title": self._title(),
            "column": f"CASE WHEN {blank('obligation')} THEN {name('column')} END",
        }
        keys = {key: special.get(key, name(key)) for key in self.keys}
        act = f"NOT ({blank('title')} AND {blank('url')})"
        keys["has_act"] = f"CASE WHEN {blank('published')} THEN {act} ELSE true END"
        keys["has_note"] = f"NOT {blank('note')}"
        return keys

    def _published(self) -> str:
        # Events start clocks; of waivers and extensions there are few, so nothing is gained by cutting theirs.
        plain = f"({blank('kind')} OR kind IN ('publication', 'correction', '更正'))"
        if self.clock_obligations:
            obligation = f"trim(obligation, {_BLANKS})"
            clocks = texts(self.clock_obligations)
            unsure = f"{blank('obligation')} OR regexp_matches(obligation, {literal(_SEVERAL)})"
            plain += f" AND NOT (list_contains({clocks}, {obligation}) OR {unsure})"
        return f"CASE WHEN strlen(published) > 10 AND {plain} THEN {day_of('published')} ELSE published END"

    def _title(self) -> str:
        hinted = ""
        if self.title_hint is not None:
            named = f"regexp_matches(title, {literal(self.title_hint)})"
            hinted = f"WHEN NOT {blank('period')} THEN NULL WHEN {named} THEN title "
        return f"CASE WHEN {blank('obligation')} THEN title {hinted}END"

    def _hashes(self) -> str:
        """Return the SQL aggregate of what tells fillers apart in a group, NULL where nobody asked.

        Two addresses of one group fall together with a chance of one in 2^64: for a group of 100,000 lines about one
        in 3·10^9.
        """
        mark = f"hash(CASE WHEN {blank('url')} THEN {trimmed('title')} ELSE trim(url, {_BLANKS}) END)"
        if self.count_fillers_for is None:
            return f"list({mark})"
        if not self.count_fillers_for:
            return "NULL::UBIGINT[]"
        wanted = f"list_contains({texts(self.count_fillers_for)}, {trimmed('obligation')})"
        several = f"regexp_matches(obligation, {literal(_SEVERAL)})"
        return f"list({mark}) FILTER (WHERE {wanted} OR coalesce({several}, false))"

    def collect(self, lines: str) -> str:
        """Return the SQL that reduces lines (raw cells, and `at_file`) to raw groups."""
        chosen = ", ".join(f"{expression} AS {name(key)}" for key, expression in self.own_keys().items())
        return (
            f"CREATE OR REPLACE TEMP TABLE raw AS SELECT at_file, {chosen}, count(*) AS lines, "
            f"max(recorded) AS recorded_last, {self._hashes()} AS hashes FROM {lines} GROUP BY ALL"
        )

    def neat(self, *, trim: bool) -> str:
        """Return the SQL of raw groups with '' for NULL, and which of them are empty or blank.

        `trim` takes blanks from around their cells, which costs more than reading all lines did and is seldom needed.
        """
        cell = trimmed if trim else "coalesce({}, '')".format
        keys = ", ".join(f"{cell(name(key)) if key in self.present else literal('')} AS {name(key)}" for key in KEYS)
        empty = " AND ".join(f"{name(key)} = ''" for key in KEYS) + " AND NOT has_act AND NOT has_note"
        unfilled = " AND ".join(f"{name(key)} = ''" for key in _ACT) + " AND NOT has_act"
        return (
            f"CREATE OR REPLACE TEMP VIEW neat AS SELECT *, ({empty}) AS is_empty, "
            f"({unfilled}) AND (obligation <> '' OR owner <> '' OR period <> '') AS is_blank "
            f"FROM (SELECT rowid AS raw_id, at_file, {keys}, has_act, has_note, lines, "
            f"{cell('recorded_last')} AS recorded_last, hashes FROM raw)"
        )

    def grouped(self) -> str:
        """Return the SQL of the groups; their order makes a group's key its place, whatever the order of files."""
        keys = ", ".join(map(name, (*self.keys, "has_note")))
        hashes = "list_distinct(flatten(list(hashes) FILTER (WHERE hashes IS NOT NULL)))"
        if self.count_fillers_for is not None and not self.count_fillers_for:
            hashes = "NULL::UBIGINT[]"
        return (
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT {keys}, sum(lines)::BIGINT AS lines, "
            f"max(recorded_last) AS recorded_last, {hashes} AS hashes "
            f"FROM neat WHERE NOT is_empty AND NOT is_blank GROUP BY {keys} ORDER BY {keys}"
        )

    def wanted(self) -> str:
        """Return the SQL that puts the raw groups of chosen groups (a parameter: their keys) into table `wanted`."""
        same = " AND ".join(f"n.{name(key)} = g.{name(key)}" for key in (*self.keys, "has_note"))
        mark = ", ".join(f"r.{name(key)}" for key in self.own_keys())
        return (
            f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT g.rowid AS group_id, r.*, hash({mark}) AS mark "
            f"FROM grouped g JOIN neat n ON {same} JOIN raw r ON r.rowid = n.raw_id "
            "WHERE NOT n.is_empty AND NOT n.is_blank AND g.rowid IN (SELECT unnest(?))"
        )

    def find(self, lines: str, file: str) -> tuple[str, str]:
        """Return SQL that puts the lines of one file that may be wanted into table `hit`, and one that adds those
        that are to table `hits`.

        Lines are numbered by a streaming window, the only exact count of records that the engine gives: it takes
        them in the file's order, which a join before it would not keep.
        """
        keys = self.own_keys()
        cells = ", ".join([*map(name, COLUMNS), "at_sheet", "at_line"])
        numbered = (
            f"SELECT row_number() OVER () - 1 AS record, [{cells}]::VARCHAR[] AS cells, "
            f"hash({', '.join(keys.values())}) AS mark FROM {lines}"
        )
        marked = (
            f"CREATE OR REPLACE TEMP TABLE hit AS SELECT record, cells FROM ({numbered}) AS numbered "
            "SEMI JOIN wanted USING (mark)"
        )
        raw = ", ".join(f"cells[{at}] AS {name(column)}" for at, column in enumerate(COLUMNS, start=1))
        own = ", ".join(f"{expression} AS {name('own ' + key)}" for key, expression in keys.items())
        same = " AND ".join(f"{name('own ' + key)} IS NOT DISTINCT FROM w.{name(key)}" for key in keys)
        found = (
            f"INSERT INTO hits SELECT w.group_id, {literal(file)}, record, cells FROM (SELECT record, cells, {own} "
            f"FROM (SELECT record, cells, {raw} FROM hit)) JOIN wanted w ON {same} AND w.at_file = {literal(file)}"
        )
        return marked, found


_ACT = ("published", "kind", "formed", "event", "until", "approved_by", "reference")
COUNTS = (
    "SELECT at_file, sum(lines)::BIGINT, coalesce(sum(lines) FILTER (WHERE is_empty), 0)::BIGINT, "
    "coalesce(sum(lines) FILTER (WHERE is_blank AND NOT is_empty), 0)::BIGINT FROM neat GROUP BY at_file"
)
