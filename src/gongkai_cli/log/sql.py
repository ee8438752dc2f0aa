"""The SQL by which lines of a log are grouped: what tells two lines apart, and what doesn't."""
# ruff: noqa: S608  # what is put into this SQL is our own; all other text goes through `bound`

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from gongkai_cli.dates import CHINESE, DASHES, SPACES, ZEROS
from gongkai_cli.log.headers import COLUMNS
from gongkai_cli.log.wishes import EVERYTHING, MAY_BE_UNREADABLE, UNREADABLE, Bundle, Matcher, Wishes
from gongkai_cli.period_names import TITLE_HEAD, TITLE_LONGEST, TITLE_NOISE, TITLE_OTHER, TITLE_SIGN

# What decides a verdict and is the same for many lines, in the order in which groups are sorted.
KEYS = (
    "published", "kind", "obligation", "owner", "period", "formed", "event", "until", "approved_by", "reference",
    "recorded", "title", "column",
)  # fmt: skip


# Returns the SQL for a value that goes to the engine beside the query, as a parameter; see `Engine.bound`.
Bound = Callable[[str | tuple[str, ...]], str]


def literal(value: str) -> str:
    """Return a text of our own as an SQL literal; any other text is to be bound."""
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """Return a name of our own as a quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


_BLANKS = literal(SPACES)
# Between these, no text begins with a blank.
_PAST_ASCII, _PAST_SPACES, _NO_SPACE = literal("\x7f"), literal("\u3001"), literal("\ufeff")


def trimmed(column: str) -> str:
    """Return the SQL for a cell without blanks around it, '' when there is nothing."""
    return f"trim(coalesce({column}, ''), {_BLANKS})"


def blank(column: str) -> str:
    """Return the SQL for whether a cell holds nothing but blanks.

    Cells that begin with ASCII or a Chinese character, nearly all, are told by comparing alone; in one CASE, since the
    engine evaluates both sides of OR for every line.
    """
    c = name(column)
    return (
        f"(CASE WHEN {c} IS NULL THEN true WHEN {c} >= '!' AND {c} < {_PAST_ASCII} THEN false "
        f"WHEN {c} > {_PAST_SPACES} AND {c} < {_NO_SPACE} THEN false ELSE {trimmed(c)} = '' END)"
    )


# A time of day that read_date accepts, after a date: only then is the date all that matters. RE2 syntax.
_CLOCK = "(?:[01]?[0-9]|2[0-3])(?::[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?|时[0-5]?[0-9]分)"
_DATED = f"^(?:(.*[0-9日号])[ T]+|(.*[日号])){_CLOCK}[ \\t\\r\\n]*$"
# The same for nearly all that is ever written; matched without capturing, it takes a fraction of the time.
_ISO = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_DAY = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
_YEARS = 5  # before and after the day asked about, in which days are known at once
_DIGITS = "0-9０-９"
# A cell with another sign than these is no date.
_NO_DATE = f"[^\\x00- {_DIGITS}年月日号时分{CHINESE}{ZEROS}〇OoＯｏTＴ:：./．／－{SPACES}{DASHES}-]"
# One that does not begin like this, and in which TITLE_HINT finds nothing, names no calendar period.
_LABEL = f"^[{SPACES}]*(?:[{_DIGITS}][{SPACES}]*){{4}}"
_CONTROLS = "[\\x00-\\x1f]"
_PUBLICATIONS = ("", "publication", "公开", "发布", "nil", "本期无", "correction", "更正")
_SEVERAL = "[、;；\uff01-\uff5e]"  # several values, or full-width letters: the cell may mean more than it says


def _iso(column: str) -> str:
    return f"regexp_full_match({name(column)}, {literal(_ISO)})"


def day_of(column: str) -> str:
    """Return the SQL for a cell's date without its time of day; anything else is left as it is."""
    c = name(column)
    iso = _iso(column)
    other = f"regexp_replace({c}, {literal(_DATED)}, '\\1\\2')"
    return f"CASE WHEN strlen({c}) <= 10 THEN {c} WHEN {iso} THEN left({c}, 10) ELSE {other} END"


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the caller wishes, the columns that any of the files has, and whether there is but one file."""

    bound: Bound
    wishes: Wishes = EVERYTHING
    present: frozenset[str] = frozenset(COLUMNS)
    careful: bool = False  # a cell of blanks may stand for an empty one
    one_file: bool = False
    early: Mapping[str, Bundle] = field(default_factory=dict)  # bundles that are made while lines are read

    def _blank(self, column: str) -> str:
        """Return the SQL for whether a cell that is itself a key of groups holds nothing."""
        return blank(column) if self.careful else f"({name(column)} IS NULL)"

    @property
    def _plain(self) -> str:
        # Events start clocks; of waivers and extensions there are few, so nothing is gained by cutting their times.
        return f"(CASE WHEN {self._blank('kind')} THEN true ELSE kind IN ('publication', 'correction', '更正') END)"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that can differ between lines."""
        alike = set() if self.wishes.by_recorded or "kind" in self.present else {"recorded"}
        if self.wishes.matchers is not None:
            alike.add("column")  # what it decides is in `fits`
        return tuple(key for key in KEYS if key in self.present - alike)

    def own_keys(self) -> dict[str, str]:
        """Return the SQL for each key of a line, from its raw cells."""
        by_recorded = self.wishes.by_recorded
        special = {
            "published": self._published(),
            "recorded": day_of("recorded") if by_recorded else f"CASE WHEN NOT {self._plain} THEN recorded END",
            "title": self._title(),
            "column": f"CASE WHEN {self._blank('obligation')} THEN {name('column')} END",
        }
        keys = {key: special.get(key, name(key)) for key in self.keys}
        if self.wishes.matchers is not None:
            keys["fits"] = "fits"
        act = f"NOT ({blank('title')} AND {blank('url')})"
        keys["has_act"] = f"CASE WHEN {self._blank('published')} THEN {act} ELSE true END"
        if "note" in self.present:
            keys["has_note"] = f"CASE WHEN note IS NULL THEN false ELSE NOT {blank('note')} END"
        if self.early:
            apart = (key for key in keys if key not in (*_OF_BUNDLES, "has_act"))
            keys |= {key: f"CASE WHEN early IS NULL THEN {keys[key]} END" for key in apart}
            keys["early"] = "early"
        return keys

    def _published(self) -> str:
        plain = self._plain
        if self.wishes.clocks:
            plain += f" AND NOT ({self._named('clocks', self.wishes.clocks)})"
        return f"CASE WHEN strlen(published) > 10 AND {plain} THEN {day_of('published')} ELSE published END"

    def _title(self) -> str:
        hinted = "NULL"
        if self.wishes.title_hint is not None:
            # As with all that means nothing, only of large logs.
            title = SKELETON if self.wishes.skeletons and self.wishes.legible else "title"
            named = f"CASE WHEN regexp_matches(title, {literal(self.wishes.title_hint)}) THEN {title} END"
            if self.wishes.titled is not None:
                named = f"CASE WHEN {self._named('titled', self.wishes.titled)} THEN {named} END"
            hinted = f"CASE WHEN {self._blank('period')} THEN {named} END"
        # Most lines first, of duties that are known and of which titles decide nothing.
        known = "WHEN NOT named_titled THEN NULL " if self.wishes.titled is not None else ""
        loose = "" if self.wishes.matchers is not None else f"WHEN {self._blank('obligation')} THEN title "
        return f"CASE {known}{loose}ELSE {hinted} END" if known or loose else hinted

    def _marks(self) -> str:
        """Return the SQL aggregate of what tells the records of a group apart, NULL where nobody asked."""
        if self.wishes.marked is None:
            return "list(mark)"
        wanted = self._named("undated", self.wishes.marked_undated)
        wanted = f"CASE WHEN NOT named_undated THEN false WHEN {self._blank('period')} THEN {wanted} ELSE false END"
        if self.wishes.marked:
            wanted = f"CASE WHEN {self._named('marked', self.wishes.marked)} THEN true ELSE {wanted} END"
        if self.early:
            wanted = f"CASE WHEN early IS NULL THEN {wanted} ELSE false END"
        return f"list(mark) FILTER (WHERE {wanted})"

    def _named(self, wish: str, names: Collection[str]) -> str:
        """Return the SQL for whether the duty that a line names, or fits, is one of these, or may be.

        Nearly all are in the table `names`; only of others is it worth a look whether a cell holds several values.
        """
        unnamed = "true" if self.wishes.matchers is None else "fits <> ''"
        several = f"regexp_matches(obligation, {literal(_SEVERAL)})"
        among = f"{trimmed('obligation')} IN {self.bound(tuple(sorted(names)))}" if names else "false"
        return (
            f"CASE WHEN named IS NOT NULL THEN named_{wish} WHEN {self._blank('obligation')} THEN {unnamed} "
            f"WHEN {_SIMPLE} THEN false WHEN {several} THEN true ELSE {among} END"
        )

    def _listed(self, texts: Iterable[str]) -> str:
        """Return the SQL for a list of texts without separators, one to a row.

        One long text is handed to the engine in a fraction of the time that many short ones take.
        """
        return f"unnest(string_split({self.bound(_SIGN.join(texts))}, {_SEPARATOR}))"

    def named(self) -> str:
        """Return the SQL of the table of names with what is wished of each."""
        wishes = self.wishes
        wished = (wishes.clocks, wishes.titled, wishes.marked, wishes.marked_undated)
        names = sorted(wishes.names.union(self.early, *(each for each in wished if each is not None)))
        columns = ("named_clocks", "named_titled", "named_marked", "named_undated")
        flags = ", ".join(
            f"{self._listed('1' if of is not None and each in of else '0' for each in names)} = '1' AS {column}"
            for column, of in zip(columns, wished, strict=True)
        )
        early = ""
        if self.early:
            since = (_since(self.early[each]) if each in self.early else "" for each in names)
            undated = ("-" if each not in self.early else "01"[self.early[each].since is not None] for each in names)
            early = (
                f", nullif({self._listed(since)}, '')::DATE AS early_since, "
                f"nullif({self._listed(undated)}, '-') = '1' AS early_undated"
            )
        return f"CREATE OR REPLACE TEMP TABLE names AS SELECT {self._listed(names)} AS named, {flags}{early}"

    def days(self) -> str:
        """Return the SQL of the table of the days as which lines can be put into bundles while they are read.

        To look a day up takes a fraction of the time of reading it; days that are not listed wait for `neat`.
        """
        as_of = self.wishes.as_of or date.min
        first, last = (date(min(max(as_of.year + years, 1), 9999), 1, 1) for years in (-_YEARS, _YEARS))
        count = (last - first).days if self.early else 0
        day = f"DATE {literal(first.isoformat())} + n::INT"
        named = f"SELECT {day} AS day, ({day})::VARCHAR AS day_named FROM range({count}) AS numbers(n)"
        return f"CREATE OR REPLACE TEMP TABLE days AS {named}"

    def spoken_of(self, duty: str, columns: Iterable[str]) -> str:
        """Return the SQL of the different values of columns, beside each what may name a duty that has a bundle.

        All other names come to '' where much is not `legible`: there may be millions that the plan does not have.
        """
        if not self.wishes.legible:
            return f"SELECT DISTINCT {duty}, {', '.join(columns)} FROM raw"
        several = f"regexp_matches({duty}, {literal(_SEVERAL[:-1] + chr(10) + ']')}) OR {trimmed(duty)} <> {duty}"
        cell = f"CASE WHEN wished IS NOT NULL OR {duty} IS NULL OR {several} THEN {duty} ELSE '' END"
        wished = f"(SELECT {self._listed(sorted(self.wishes.bundles))} AS wished)"
        return f"SELECT DISTINCT {cell}, {', '.join(columns)} FROM raw LEFT JOIN {wished} ON {duty} = wished"

    def sample(self, lines: str) -> str:
        """Return the SQL that puts what decides over bundles of the first lines into the table of raw groups."""
        cells = "obligation, period, formed, event, kind, fits, count(*) AS lines"
        lines = self._fitted(f"({lines})")
        return f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {cells} FROM {lines} GROUP BY ALL"

    def collect(self, lines: str) -> str:
        """Return the SQL that reduces lines (raw cells, and `at_file`) to raw groups."""
        chosen, unpacked = self._packed() if self.early else (_named_as(self.own_keys()), "")
        file = "any_value(at_file) AS at_file" if self.one_file else "at_file"
        mark = f"CASE WHEN early IS NULL THEN {_MARK} END" if self.early else _MARK
        first = "min(day)" if self.early else "NULL::DATE"
        grouped = (
            f"SELECT {file}, {chosen}, count(*) AS lines, {first} AS first_day, "
            f"min(mark) AS low, max(mark) AS high, {self._marks()} AS marks, {self._seen()} AS seen "
            f"FROM (SELECT *, {mark} AS mark FROM {self._prepared(lines)}) GROUP BY ALL"
        )
        if unpacked:
            sums = "lines, first_day, low, high, marks, seen"
            names = f" LEFT JOIN {_NUMBERED} USING (named_id)" if self.wishes.matchers is None else ""
            grouped = f"SELECT at_file, {unpacked}, {sums} FROM ({grouped}){names}"
        return f"CREATE OR REPLACE TEMP TABLE raw AS {grouped}"

    def _packed(self) -> tuple[str, str]:
        """Return the SQL of the keys by which lines are grouped while they are read, and that of each key from these.

        Lines that are in a bundle have few keys, and obligations that lines name are numbers: so there is less to
        compare.
        """
        keys = self.own_keys()
        numbered = self.wishes.matchers is None
        packed = {key: keys[key] for key in _OF_BUNDLES if key in keys and not (numbered and key in _DUTY)}
        rest = {key: f"({expression})::VARCHAR" for key, expression in keys.items() if key not in packed}
        unpacked = {key: f"rest[{at}]" for at, key in enumerate(rest, start=1)}
        unpacked["has_act"] = f"coalesce({unpacked['has_act']}::BOOLEAN, true)"
        if numbered:
            packed["named_id"] = "named_id"
            rest["obligation"] = "CASE WHEN named IS NULL THEN obligation END"
            unpacked["obligation"] = f"coalesce(named, {unpacked['obligation']})"
        packed["rest"] = f"CASE WHEN early IS NULL THEN [{', '.join(rest.values())}] END"
        return _named_as(packed), _named_as({key: unpacked.get(key, name(key)) for key in keys})

    def _prepared(self, lines: str) -> str:
        """Return the SQL of lines with what is known of their names, and the bundles they are in."""
        named = f"{self._fitted(lines)} LEFT JOIN {_NUMBERED} ON {self.duty} = named"
        if not self.early:
            return f"(SELECT * FROM {named})"
        day = f"CASE WHEN strlen(published) <= 10 THEN published WHEN {_iso('published')} THEN left(published, 10) END"
        kind = " OR kind <> 'publication'" if "kind" in self.present else ""
        as_of = literal((self.wishes.as_of or date.min).isoformat())
        early = (
            "CASE WHEN early_undated IS NULL OR day IS NULL OR (period IS NULL) <> early_undated "
            f"OR formed IS NOT NULL{kind} THEN NULL WHEN day < early_since THEN 0::TINYINT "
            f"WHEN day <= {as_of}::DATE THEN 1::TINYINT ELSE 2::TINYINT END"
        )
        return f"(SELECT *, {early} AS early FROM {named} LEFT JOIN days ON {day} = day_named)"

    @property
    def duty(self) -> str:
        """The SQL for the obligation that a line names, or else for what it fits, which may be several ids."""
        if self.wishes.matchers is None:
            return "obligation"
        return f"CASE WHEN {self._blank('obligation')} THEN fits ELSE obligation END"

    def _fitted(self, lines: str) -> str:
        """Return the SQL of lines with the ids of the obligations that those without one fit, a line for each.

        Only those of the line's owner are tried, which makes hundreds of rules a few; a line of an owner that nobody
        knows fits none.
        """
        matchers = self.wishes.matchers
        if not matchers:
            return f"(SELECT *, '' AS fits FROM {lines})"
        owner = trimmed("owner") if self.careful else "owner"
        branches = " ".join(
            f"WHEN {at} THEN {_all_that_fit(of_owner, self.bound)}" for at, of_owner in enumerate(self._by_owner())
        )
        open_ = f"CASE WHEN {blank('owner')} THEN true ELSE regexp_matches(owner, {literal(_SEVERAL)}) END"
        anyone = f"CASE WHEN {open_} THEN {_all_that_fit(matchers, self.bound)} ELSE '' END"
        found = f"CASE WHEN owner_rules IS NULL THEN {anyone} ELSE CASE owner_rules {branches} END END"
        fits = f"CASE WHEN {self._blank('obligation')} THEN {found} ELSE '' END"
        return f"(SELECT *, {fits} AS fits FROM {lines} LEFT JOIN owners ON {owner} = owner_named)"

    def _by_owner(self) -> Mapping[tuple[Matcher, ...], list[str]]:
        """The cells that name owners, by the rules for these."""
        of_cell: dict[str, list[Matcher]] = {}
        for matcher in self.wishes.matchers or ():
            for cell in matcher.owners:
                of_cell.setdefault(cell, []).append(matcher)
        alike: dict[tuple[Matcher, ...], list[str]] = {}
        for cell, rules in sorted(of_cell.items()):
            alike.setdefault(tuple(rules), []).append(cell)
        return alike

    def owners(self) -> str:
        """Return the SQL of the table of the cells that name owners, with which rules are to be tried for each."""
        numbered = [(cell, str(at)) for at, cells in enumerate(self._by_owner().values()) for cell in cells]
        named, rules = (self._listed(each) for each in zip(*numbered, strict=True)) if numbered else ("NULL", "NULL")
        return f"CREATE OR REPLACE TEMP TABLE owners AS SELECT {named} AS owner_named, {rules}::INT AS owner_rules"

    def _seen(self) -> str:
        # The engine does not look at columns that nobody asks for, and would miss what is no text in them.
        sizes = [f"max(strlen({column}))" for column in ("recorded", "note") if column in self.present]
        return f"[{', '.join(sizes)}]"

    def neat(self) -> str:
        """Return the SQL of the table of raw groups with '' for NULL, and which of them are empty or blank.

        Blanks around their cells are only taken off with care, since that costs more than reading all lines did.
        """
        cell = trimmed if self.careful else "coalesce({}, '')".format
        cells = {key: cell(name(key)) if key in self.keys else literal("") for key in KEYS}
        if self.early:
            cells["published"] = f"CASE WHEN early IS NULL THEN {cells['published']} ELSE first_day::VARCHAR END"
        keys = ", ".join(f"{cell} AS {name(key)}" for key, cell in cells.items())
        keys += ", has_act" + (", has_note" if "note" in self.present else ", false AS has_note")
        keys += ", fits" if self.wishes.matchers is not None else ", '' AS fits"
        duty = "CASE WHEN obligation = '' THEN fits ELSE obligation END"
        empty = "".join(f"{name(key)} = '' AND " for key in self.keys) + "NOT has_act AND NOT has_note"
        unfilled = "".join(f"{name(key)} = '' AND " for key in _ACT if key in self.keys) + "NOT has_act"
        return (
            "CREATE OR REPLACE TEMP TABLE neat AS "
            "SELECT * REPLACE (CASE WHEN bundle = '' THEN published ELSE '' END AS published), published AS earliest "
            f"FROM (SELECT *, {self._bundle()} AS bundle, ({empty}) AS is_empty, "
            f"({unfilled}) AND (obligation <> '' OR owner <> '' OR period <> '') AS is_blank "
            f"FROM {self._legible(f'(SELECT rowid AS raw_id, at_file, {keys}, lines, low, high, marks FROM raw)')} "
            f"LEFT JOIN bundles ON {duty} = bundled)"
        )

    def _legible(self, groups: str) -> str:
        """Return the SQL of raw groups of which the cells that mean nothing to the plan are one and the same.

        What is said of the first lines is read from them again; there may be millions of different ones.
        """
        legible = self.wishes.legible
        if not (legible and self.wishes.names):
            return groups
        kinds, events = (self.bound(tuple(sorted(legible[column]))) for column in ("kind", "event"))
        plain = {
            column: f"NOT regexp_matches({column}, {literal(_SEVERAL)}) AND NOT regexp_matches({column}, "
            f"{literal(_CONTROLS)}) AND {trimmed(column)} = {column}"
            for column in ("obligation", "owner", "period")
        }
        publications = ", ".join(map(literal, _PUBLICATIONS))
        hint = literal(self.wishes.title_hint or "")
        unreadable = {
            "obligation": f"obligation <> '' AND named IS NULL AND {plain['obligation']}",
            "owner": f"owner <> '' AND office IS NULL AND {plain['owner']}",
            "period": f"period <> '' AND named_titled AND kind IN ({publications}) AND {plain['period']} "
            f"AND NOT regexp_matches(period, {literal(_LABEL)}) AND NOT regexp_matches(period, {hint})",
            "kind": f"NOT lower(kind) IN {kinds}",
            # Of other lines it only matters that they name one.
            "event": f"event <> '' AND NOT event IN {events}",
            **{date: f"regexp_matches({date}, {literal(_NO_DATE)})" for date in ("published", "formed")},
        }
        cells = ", ".join(
            f"CASE WHEN {condition} THEN {literal(UNREADABLE)} ELSE {column} END AS {column}"
            for column, condition in unreadable.items()
        )
        return (
            f"(SELECT r.* REPLACE ({cells}) FROM {groups} AS r "
            "LEFT JOIN names ON obligation = named LEFT JOIN offices ON owner = office)"
        )

    def offices(self) -> str:
        """Return the SQL of the table of all cells that name an owner."""
        listed = self._listed(sorted(self.wishes.legible["owner"]))
        return f"CREATE OR REPLACE TEMP TABLE offices AS SELECT {listed} AS office"

    def bundles(self, bundles: Mapping[str, Bundle]) -> str:
        """Return the SQL of the table of names whose lines may fall together."""
        declared = ("1" if bundle.declared else "0" for bundle in bundles.values())
        since = map(_since, bundles.values())
        return (
            f"CREATE OR REPLACE TEMP TABLE bundles AS SELECT {self._listed(bundles)} AS bundled, "
            f"{self._listed(declared)} = '1' AS bundled_declared, nullif({self._listed(since)}, '') AS bundled_since"
        )

    def _bundle(self) -> str:
        """Return the SQL of what tells bundles apart, '' for a group that is none: only a plain day can be in one."""
        as_of = self.wishes.as_of
        if as_of is None:
            return "''"
        by_then = f"CASE WHEN published <= {literal(as_of.isoformat())} THEN '=' ELSE '>' END"
        undated = f"CASE WHEN published < bundled_since THEN '<' ELSE {by_then} END"
        plain = f"kind IN ('', 'publication') AND formed = '' AND regexp_full_match(published, {literal(_DAY)})"
        return (
            f"CASE WHEN bundled IS NULL OR NOT ({plain}) OR try_cast(published AS DATE) IS NULL THEN '' "
            f"WHEN period <> '' THEN CASE WHEN bundled_declared THEN {by_then} ELSE '' END "
            f"WHEN bundled_since IS NULL THEN '' ELSE {undated} END"
        )

    @property
    def _apart(self) -> str:
        """The columns of `neat` that tell groups apart."""
        return ", ".join(map(name, (*self.keys, "fits", "bundle", "has_note")))

    def grouped(self) -> str:
        """Return the SQL of the groups; their order makes a group's key its place, whatever the order of files."""
        # Of a bundle one record decides, and of what is unreadable none, so what tells them apart is not asked.
        # (An event that nobody knows is no matter beside an obligation.)
        deciding = [column for column in MAY_BE_UNREADABLE if column in self.keys and column != "event"]
        lost = f"{literal(UNREADABLE)} IN ({', '.join([literal(''), *deciding])})"
        marks = (
            f"CASE WHEN bundle <> '' OR {lost} THEN []::UBIGINT[] WHEN min(low) = max(high) THEN [min(low)] "
            "WHEN bool_or(marks IS NULL) THEN [min(low), max(high)] "
            "ELSE list_sort(list_distinct(flatten(list(marks)))) END"  # threads come in any order
        )
        return (
            f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT {self._apart}, sum(lines)::BIGINT AS lines, "
            f"{marks} AS marks, min(earliest) AS earliest, "
            f"({lost} OR min(low) = max(high) OR NOT bool_or(marks IS NULL)) AS every_mark "
            f"FROM neat WHERE NOT is_empty AND NOT is_blank GROUP BY {self._apart} ORDER BY earliest, {self._apart}"
        )

    def joined(self, *, escaped: bool) -> str:
        """Return the SQL that gives each group as one text (see `split_cells`), and its marks.

        One long text is handed over in a fraction of the time that a dozen short ones take. Cells need to be `escaped`
        where one of them holds the sign that separates them.
        """
        cells = [name("earliest" if key == "published" else key) for key in self.keys]
        cells = [*(map(_escaped, cells) if escaped else cells), "fits"]
        flags = ("has_note", "every_mark", "bundle <> ''")
        cells += [f"CASE WHEN {flag} THEN '1' ELSE '0' END" for flag in flags]
        return f"SELECT concat_ws({_SEPARATOR}, {', '.join([*cells, 'lines::VARCHAR'])}), marks FROM grouped"

    def wanted(self) -> str:
        """Return the SQL that puts the raw groups of chosen groups (a parameter: their keys) into table `wanted`."""
        same = " AND ".join(f"n.{name(key)} = g.{name(key)}" for key in (*self.keys, "fits", "bundle", "has_note"))
        mark = ", ".join(f"r.{name(key)}" for key in self.own_keys())
        return (
            f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT group_id, r.*, hash({mark}) AS mark "
            "FROM raw r JOIN neat n ON r.rowid = n.raw_id AND NOT (n.is_empty OR n.is_blank) "
            "JOIN (SELECT rowid AS group_id, * FROM grouped "
            f"WHERE rowid IN (SELECT unnest(string_split(?, ' '))::BIGINT)) g ON {same}"
        )

    def find(self, lines: str, file: str, limit: int | None) -> tuple[str, str]:
        """Return SQL that puts the lines of one file that may be wanted into table `hit` (with a `limit` only the
        first ones, and no more is read than that takes), and one that adds those that are to table `hits`.

        Lines are numbered by a streaming window, the only exact count of records that the engine gives: it takes
        them in the file's order, which a join before it would not keep.
        """
        expressions = self.own_keys()
        keys = {name(f"own {key}"): expression for key, expression in expressions.items()}
        cells = [*map(name, COLUMNS), "at_sheet", "at_line"]
        numbered = f"(SELECT row_number() OVER () - 1 AS record, * FROM {lines})"
        own = ", ".join(f"{expression} AS {key}" for key, expression in keys.items())
        numbered = f"SELECT *, hash({', '.join(keys)}) AS own FROM (SELECT *, {own} FROM {self._prepared(numbered)})"
        marked = (
            f"CREATE OR REPLACE TEMP TABLE hit AS SELECT record, {', '.join([*cells, *keys])} FROM ({numbered}) "
            f"AS numbered SEMI JOIN (SELECT DISTINCT mark FROM wanted) AS w ON numbered.own = w.mark"
            f"{f' LIMIT {limit}' if limit is not None else ''}"
        )
        at_file = self.bound(file)
        same = " AND ".join(f"{name('own ' + key)} IS NOT DISTINCT FROM w.{name(key)}" for key in expressions)
        found = (
            f"INSERT INTO hits SELECT w.group_id, {at_file}, record, cells, which "
            f"FROM (SELECT *, [{', '.join(cells)}]::VARCHAR[] AS cells, {_MARK} AS which FROM hit) "
            f"JOIN wanted w ON {same} AND w.at_file = {at_file}"
        )
        return marked, found


_NUMBERED = "(SELECT rowid::INTEGER AS named_id, * FROM names)"
_DUTY = ("obligation", "fits")
_OF_BUNDLES = ("kind", *_DUTY, "owner", "period", "has_note", "early")  # keys that lines in one bundle can have


def _named_as(expressions: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} AS {name(key)}" for key, expression in expressions.items())


def _replaced(title: str, pattern: str) -> str:
    return f"regexp_replace({title}, {literal(pattern)}, {literal(TITLE_SIGN)}, 'g')"


# What a title says but for what names no period; see `period_names.skeleton`. Of most nothing else is left.
_HEAD = f"regexp_extract(title, {literal(TITLE_HEAD)})"
SKELETON = (
    f"CASE WHEN length(title) > {TITLE_LONGEST} THEN NULL "
    f"WHEN contains(title, '第') THEN {_replaced(_HEAD, TITLE_OTHER)} || "
    f"{_replaced(f'substr(title, length({_HEAD}) + 1)', TITLE_NOISE)} ELSE {_replaced('title', TITLE_NOISE)} END"
)


def _fit(matcher: Matcher, bound: Bound) -> str:
    """Return the SQL for the name of a matcher where a line fits, else NULL."""
    entries = [" AND ".join(f"contains(title, {bound(word)})" for word in words) for words in matcher.titles]
    fits = [f"({' OR '.join(f'({entry})' for entry in entries)})"] if entries else []
    if matcher.columns:
        fits.append(f"{trimmed(name('column'))} IN {bound(matcher.columns)}")
    return f"CASE WHEN {' AND '.join(fits)} THEN {bound(matcher.name)} END"


def _all_that_fit(matchers: Iterable[Matcher], bound: Bound) -> str:
    return f"concat_ws(chr(10), {', '.join(_fit(matcher, bound) for matcher in matchers)})"


# What tells two records of a day apart: URL, or title without one. Nearly all are tidy; a trim of each would cost more
# than all else. Two addresses fall together with a chance of one in 2^64; among 100,000 of a group, one in 3·10^9.
_MARK = (
    f"hash(CASE WHEN url BETWEEN '!' AND {_PAST_ASCII} AND (CASE WHEN suffix(url, 'l') OR suffix(url, 'm') THEN true "
    "ELSE right(url, 1) BETWEEN '!' AND '~' END) THEN url "
    f"WHEN {blank('url')} THEN {trimmed('title')} ELSE {trimmed('url')} END)"
)


def _since(bundle: Bundle) -> str:
    return bundle.since.isoformat() if bundle.since is not None else ""


_SIMPLE = (
    "(strlen(obligation) = length(obligation) AND NOT contains(obligation, ';') "
    "AND obligation > '!' AND right(obligation, 1) > ' ')"
)
_SIGN = "\x1f"
_SEPARATOR = literal(_SIGN)


def _escaped(cell: str) -> str:
    """Return the SQL for a cell in which no separator stands; chr(30) announces what stood there."""
    return f"replace(replace({cell}, chr(30), chr(30) || '0'), chr(31), chr(30) || '1')"


def split_cells(rows: Iterable[str], *, escaped: bool) -> list[list[str]]:
    """Return the cells of groups that the engine joined; they are too many where it ought to have escaped them."""
    cells = [row.split(_SIGN) for row in rows]
    if not escaped:
        return cells
    return [[cell.replace("\x1e1", _SIGN).replace("\x1e0", "\x1e") for cell in row] for row in cells]


_ACT = ("published", "kind", "formed", "event", "until", "approved_by", "reference")
COUNTS = (
    "SELECT at_file, sum(lines)::BIGINT, coalesce(sum(lines) FILTER (WHERE is_empty), 0)::BIGINT, "
    "coalesce(sum(lines) FILTER (WHERE is_blank AND NOT is_empty), 0)::BIGINT FROM neat GROUP BY at_file"
)
# Rows that are left out as blank don't show whether their cells are but blanks.
UNTIDY = (
    "SELECT 1 FROM neat WHERE is_blank AND ("
    + " OR ".join(f"{key} <> {trimmed(key)}" for key in ("obligation", "owner", "period"))
    + ") LIMIT 1"
)
