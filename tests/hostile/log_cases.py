"""Hostile logs: CSV, JSON Lines, Parquet, and names of files."""

import io
import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
from case import LOG, case
from plan_cases import write

HEAD = "published,obligation,period\n"
GOOD = "2017-09-04,fiscal,2017-07\n"
CSV, JSONL, PARQUET = (f"{LOG} log.{ending}" for ending in ("csv", "jsonl", "parquet"))


def log(folder: Path, content: str | bytes, name: str = "log.csv") -> None:
    write(folder, content, name)


@case(CSV, scaled=True)
def lines_short_of_a_field(folder: Path, many: int) -> None:
    """A million lines with too few fields: the first hundred are shown, and the count."""
    log(folder, HEAD + "2017-09-04,fiscal\n" * many)


@case(f"{CSV} --skip-bad-lines --format json", scaled=True)
def lines_to_skip(folder: Path, many: int) -> None:
    """The same, left out: all are counted as rejected, and the good line is not lost among them."""
    log(folder, HEAD + "2017-09-04,fiscal\n" * many + GOOD)


@case(CSV, scaled=True)
def quotes_never_closed(folder: Path, many: int) -> None:
    """A quote in every line that is never closed."""
    log(folder, HEAD + '2017-09-04,"fiscal,2017-07\n' * many)


@case(CSV, scaled=True)
def quote_never_closed(folder: Path, many: int) -> None:
    """One quote that is never closed, before very many lines."""
    log(folder, HEAD + '2017-09-04,"fiscal,2017-07\n' + GOOD * many)


@case(CSV, scaled=True)
def quoted_field_of_many_lines(folder: Path, many: int) -> None:
    """One field in quotes that goes over very many lines, each of which would be a line too short."""
    log(folder, HEAD + '2017-09-04,fiscal,"' + ("a" * 120 + "\n") * many + '"\n' + GOOD)


@case(CSV, scaled=True)
def obligations_unknown(folder: Path, many: int) -> None:
    """A million lines of an unknown duty: the first hundred are shown, and the count."""
    log(folder, HEAD + "2017-09-04,fiskal,2017-07\n" * many)


@case(f"{CSV} --skip-bad-lines")
def unknown_in_a_thousand_ways(folder: Path, many: int) -> None:
    """Thousands of unknown duties, each of another name."""
    log(folder, HEAD + "".join(f"2017-09-04,fiscal{n},2017-07\n" for n in range(5000)) + GOOD)


@case(CSV)
def line_longer_than_the_buffer(folder: Path, many: int) -> None:
    """A line of 20 MB, of which the table engine says nothing at all, between two good ones."""
    log(folder, HEAD + GOOD + "2017-09-04,fiscal," + "a" * 20_000_000 + "\n" + GOOD)


@case(CSV, huge=True)
def line_of_200_megabytes_in_a_log(folder: Path, many: int) -> None:
    """The same of 200 MB, and without an end."""
    log(folder, HEAD + GOOD + "2017-09-04,fiscal," + "a" * 200_000_000)


@case(CSV, huge=True)
def quote_over_200_megabytes(folder: Path, many: int) -> None:
    """A quote that is never closed before 200 MB."""
    log(folder, HEAD + '2017-09-04,"fiscal,2017-07\n' + GOOD * 8_000_000)


@case(CSV)
def header_longer_than_looked_at(folder: Path, many: int) -> None:
    """A header of 20 MB."""
    log(folder, "a" * 20_000_000 + "\n" + GOOD)


@case(CSV)
def ten_thousand_columns(folder: Path, many: int) -> None:
    """10,000 columns beside those of a log."""
    names, cells = ",".join(f"c{n}" for n in range(10_000)), ",x" * 10_000
    log(folder, f"{HEAD.strip()},{names}\n{GOOD.strip()}{cells}\n")


@case(CSV)
def hundred_thousand_columns(folder: Path, many: int) -> None:
    """More columns than any spreadsheet has."""
    log(folder, HEAD.strip() + ",c" * 100_000 + "\n" + GOOD)


@case(CSV)
def one_name_for_all_columns(folder: Path, many: int) -> None:
    """10,000 columns of one name."""
    log(folder, HEAD.strip() + ",title" * 10_000 + "\n" + GOOD)


@case(CSV)
def control_characters_in_cells(folder: Path, many: int) -> None:
    """Every control character in an obligation, NUL among them."""
    marks = [mark for mark in (*range(0x20), 0x7F, 0x85, 0x9B) if mark not in (10, 13)]
    log(folder, HEAD + "".join(f"2017-09-04,a{chr(mark)}b,2017-07\n" for mark in marks))


@case(f"{CSV} --format csv")
def formulas_in_cells(folder: Path, many: int) -> None:
    """Titles and addresses that a spreadsheet would run, in a report that is one."""
    head = "published,obligation,period,title,url\n"
    cells = ["=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(1)", "\t=1", '"=HYPERLINK(""http://evil.example"")"']
    log(folder, head + "".join(f"2017-10-04,fiscal,2017-07,{cell},{cell}\n" for cell in cells))


@case(CSV)
def names_that_look_alike(folder: Path, many: int) -> None:
    """Ids with a Cyrillic letter, full-width letters, marks that turn or hide text."""
    names = ["fisсal", "ｆｉｓｃａｌ", "\u202elacsif", "fis\u200bcal", "fiscal\u2066"]
    log(folder, HEAD + "".join(f"2017-09-04,{name},2017-07\n" for name in names))


@case(CSV)
def half_characters(folder: Path, many: int) -> None:
    """The bytes of a lone surrogate, and characters cut in two."""
    log(folder, HEAD.encode() + b"2017-09-04,\xed\xa0\x80,2017-07\n2017-09-04,\xe8\xb4,2017-07\n")


@case(CSV)
def two_encodings(folder: Path, many: int) -> None:
    """UTF-8 and GB18030 in one file, line by line."""
    line = "2017-09-04,财政收支月报,2017-07\n"
    log(folder, (HEAD + line * 3).encode() + line.encode("gb18030"))


@case(CSV)
def utf_16_cut_off(folder: Path, many: int) -> None:
    """UTF-16 that ends within a character, with a lone surrogate before."""
    line = "2017-09-04,财政收支月报,2017-07\n"
    log(folder, (HEAD + line).encode("utf-16") + b"\x00\xd8\x61\x00\n\x00\x00")


@case(CSV)
def line_endings_of_all_kinds(folder: Path, many: int) -> None:
    """CR, LF and CRLF in one file, and the last line without any."""
    log(
        folder, HEAD + "2017-09-04,fiscal,2017-07\r" * 500 + "2017-09-04,fiscal,2017-07\r\n" * 500 + "2017-09-04,fiscal"
    )


@case(CSV)
def cells_of_many_values(folder: Path, many: int) -> None:
    """Thousands of owners, periods and duties in the cells of one line, each to be combined with each."""
    cells = ["、".join(f"{letter}{n}" for n in range(3000)) for letter in "apo"]
    log(folder, "published,obligation,period,owner\n2017-09-04," + ",".join(cells) + "\n")


@case(CSV)
def titles_that_keep_a_pattern_busy(folder: Path, many: int) -> None:
    """Titles of what the names of periods are made of, very long."""
    pieces = ["一月至", "2017年", "1-", "第一", "(〔【", "二〇一七年 ", "１２月３日", "1、2、", "上半年度", "截至"]
    titles = [(piece * 50_000)[:100_000] for piece in pieces] + [(piece * 500)[:490] for piece in pieces]
    log(folder, "published,obligation,title\n" + "".join(f"2017-09-04,fiscal,{title}\n" for title in titles))


@case(CSV)
def dates_that_are_none(folder: Path, many: int) -> None:
    """Dates beyond all calendars, of other digits, of thousands of digits."""
    dates = [
        "9999-12-31",
        "0000-00-00",
        "2017-02-30",
        "²⁰¹⁷-01-01",
        "٢٠١٧-٠١-٠١",
        "1" * 5000,
        "-1-1-1",
        "2017-09-04T25:61",
    ]
    log(folder, HEAD + "".join(f"{day},fiscal,2017-07\n" for day in dates))


@case(f"{LOG} here.csv/x --log ../here/../here/log.csv --log log.csv --log '*[' --log '**/[!a' --log /dev/null")
def paths_of_logs(folder: Path, many: int) -> None:
    """A file taken for a folder, one file by two names, patterns that are none, and a device."""
    log(folder, HEAD + GOOD)
    log(folder, HEAD + GOOD, "here.csv")


@case(f"{LOG} folder")
def links_in_a_folder(folder: Path, many: int) -> None:
    """A folder with a link to itself, to nothing, and to a file outside that is no log."""
    inside = folder / "folder"
    inside.mkdir()
    (inside / "round").symlink_to(inside)
    (inside / "nothing.csv").symlink_to("nowhere")
    (folder.parent / "secret.txt").write_text("not for everybody\n", encoding="utf-8")
    (inside / "secret.csv").symlink_to(folder.parent / "secret.txt")


@case("record --plan plan.yaml --log log.csv --obligation fiscal --period 2017-07 --published 2017-08-05 --title "
      "'=1+1\n2017-08-06,fiscal,2017-07' --force --lang en", writes="log.csv")  # fmt: skip
def line_within_a_value(folder: Path, many: int) -> None:
    """A title with a line break, behind which another line of the log would stand."""
    log(folder, "published,obligation,owner,period,title,recorded\n")


@case("record --plan plan.yaml --log ../../../../../../../../proc/self/x.csv --obligation fiscal --period 2017-07 "
      "--published 2017-08-05 --title a --lang en")  # fmt: skip
def log_to_write_where_nothing_can_be(folder: Path, many: int) -> None:
    """A log to append to, in a folder where no file can be made."""


@case(JSONL)
def json_nested_deeply(folder: Path, many: int) -> None:
    """Objects and lists nested 100,000 deep."""
    log(folder, '{"a":' * 100_000 + "\n" + "[" * 100_000 + "\n", "log.jsonl")


@case(JSONL, scaled=True)
def json_cut_off(folder: Path, many: int) -> None:
    """A million lines that end within an object."""
    log(folder, '{"title":\n' * many, "log.jsonl")


@case(JSONL)
def json_keys_without_number(folder: Path, many: int) -> None:
    """Another unknown key in each line, and one line with 10,000 of them."""
    lines = [f'{{"title": "a", "k{n}": 1}}' for n in range(5000)]
    log(folder, "\n".join([*lines, json.dumps({f"k{n}": n for n in range(10_000)})]), "log.jsonl")


@case(JSONL)
def json_of_odd_values(folder: Path, many: int) -> None:
    """Half characters, NaN, numbers of 100,000 digits, keys that stand twice, NULs."""
    lines = [
        '{"obligation": "\\ud800", "published": "2017-09-04"}',
        '{"\\udfff": 1, "obligation": "fiscal"}',
        '{"published": NaN, "obligation": "fiscal"}',
        f'{{"published": {"1" * 100_000}, "obligation": "fiscal"}}',
        '{"published": "2017-09-04", "published": "2017-09-05", "obligation": "fiscal"}',
        '{"published": "2017-09-04", "obligation": "fis\\u0000cal"}',
        '{"published": ["2017-09-04"], "obligation": {"a": 1}}',
        "\x00\x00\x00",
    ]
    log(folder, "\n".join(lines), "log.jsonl")


def table(**columns: object) -> bytes:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), stream)
    return stream.getvalue()


@case(PARQUET)
def parquet_of_nested_types(folder: Path, many: int) -> None:
    """Columns of lists, of mappings, and of bytes that are no text."""
    nested = table(published=[["2017-09-04"]], obligation=[{"a": 1}], title=[b"\xff\xfe"])
    log(folder, nested, "log.parquet")


@case(PARQUET)
def parquet_with_a_crafted_footer(folder: Path, many: int) -> None:
    """A footer that claims to be larger than the file, and one of noise."""
    sound = table(published=["2017-09-04"], obligation=["fiscal"], period=["2017-07"])
    log(folder, sound[:-8] + (0x7FFFFFFF).to_bytes(4, "little") + b"PAR1", "log.parquet")


@case(PARQUET)
def parquet_with_noise_for_data(folder: Path, many: int) -> None:
    """A sound footer, and noise where its data should be."""
    sound = table(published=["2017-09-04"] * 99, obligation=["fiscal"] * 99, period=["2017-07"] * 99)
    log(folder, sound[:4] + b"\xff" * 200 + sound[204:], "log.parquet")


@case(PARQUET, huge=True)
def parquet_of_many_columns(folder: Path, many: int) -> None:
    """20,000 columns."""
    log(folder, table(obligation=["fiscal"], **{f"c{n}": [n] for n in range(20_000)}), "log.parquet")
