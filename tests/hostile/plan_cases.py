"""Hostile plan files, and files that are read as plans are."""

from pathlib import Path

from case import case, changed

CHECK = "check x.yaml --lang en"


def write(folder: Path, content: str | bytes, name: str = "x.yaml") -> None:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    (folder / name).write_bytes(raw)


@case(CHECK)
def aliases_without_end(folder: Path, many: int) -> None:
    """Nine aliases to nine aliases to nine …: billions of values from a few lines."""
    lines = ["a0: &a0 [1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    write(folder, "\n".join(lines))


@case(CHECK)
def alias_inside_itself(folder: Path, many: int) -> None:
    """A list that holds itself."""
    write(folder, "owners: &all [*all]\n")


@case(CHECK)
def ten_thousand_brackets(folder: Path, many: int) -> None:
    """10,000 lists, each in the one before."""
    write(folder, "owners: " + "[" * 10_000)


@case(CHECK)
def ten_thousand_mappings(folder: Path, many: int) -> None:
    """10,000 mappings, each in the one before."""
    write(folder, "plan: " + "{a: " * 10_000)


@case(CHECK)
def deep_indentation(folder: Path, many: int) -> None:
    """Mappings nested by indentation, thousands deep."""
    write(folder, "".join(" " * level + "a:\n" for level in range(5000)))


@case(CHECK)
def too_many_values(folder: Path, many: int) -> None:
    """More values than memory would hold, in a file that is not large."""
    write(folder, "owners:\n" + "- a\n" * 700_000)


@case(CHECK, huge=True)
def line_of_200_megabytes(folder: Path, many: int) -> None:
    """One line that is larger than any plan."""
    write(folder, b"version: " + b"a" * 200_000_000)


@case(CHECK)
def larger_than_a_plan(folder: Path, many: int) -> None:
    """A file that is larger than any plan, of one word."""
    write(folder, b"version: " + b"a" * 17_000_000)


@case(CHECK)
def long_word_to_guess_from(folder: Path, many: int) -> None:
    """A key of a megabyte, for which the nearest known one would be looked for."""
    write(folder, f"? {'versio' * 200_000}\n: 1\n")


@case(CHECK)
def newlines_only(folder: Path, many: int) -> None:
    """Millions of lines without anything."""
    write(folder, "\n" * 4_000_000)


@case(CHECK, scaled=True)
def problems_by_the_million(folder: Path, many: int) -> None:
    """A million characters that may not stand in a plan: the first hundred are shown, and the count."""
    write(folder, "a: \x01 b\n" * many)


@case("check x.yaml --lang en --format json", scaled=True)
def problems_by_the_million_as_json(folder: Path, many: int) -> None:
    """The same for a program: the first thousand are listed, and the count."""
    write(folder, "a: \x01 b\n" * many)


@case(CHECK)
def empty_items(folder: Path, many: int) -> None:
    """Thousands of list items without a value, each wrong for two readers of the file, told once."""
    write(folder, "owners:\n" + "- \n" * 30_000)


@case(CHECK)
def items_of_a_wrong_type(folder: Path, many: int) -> None:
    """Far more errors of shape than the validator could report in the memory there is."""
    write(folder, "owners:\n" + "- 1\n" * 60_000)


@case(CHECK)
def one_key_again_and_again(folder: Path, many: int) -> None:
    """One key that stands 50,000 times."""
    write(folder, "a: 1\n" * 50_000)


@case(CHECK)
def names_nearly_known(folder: Path, many: int) -> None:
    """Thousands of unknown owners beside thousands of known ones, each to be compared with each."""
    owners = "".join(f"  - {{name: 第{n}街道办事处}}\n" for n in range(1000))
    rest = "clause: 一, quote: 公开, title: 公开, frequency: weekly, deadline: end of period"
    duties = "".join(f"  - {{id: d{n}, owner: 第{n}街道办, {rest}}}\n" for n in range(1000))
    head = changed("owners:", "owners:\n" + owners.rstrip())
    write(folder, head.replace("obligations:", "obligations:\n" + duties.rstrip()))


@case(CHECK)
def number_of_5000_digits(folder: Path, many: int) -> None:
    """A number of more digits than Python turns into one."""
    write(folder, changed("version: 1", f"version: {'1' * 5000}"))


@case(CHECK)
def number_of_other_digits(folder: Path, many: int) -> None:
    """Characters that Python calls digits, and that are no number."""
    write(folder, changed("version: 1", 'version: "²"').replace("frequency: monthly", "frequency: every ³ days"))


@case(CHECK)
def long_deadline(folder: Path, many: int) -> None:
    """A deadline of a megabyte, made of what deadlines are made of."""
    write(folder, changed("deadline: 2017-12-31", f"deadline: {'1 working day after ' * 50_000}event"))


@case(CHECK)
def long_frequency(folder: Path, many: int) -> None:
    """A frequency with a number of 100,000 digits, and a season without end."""
    write(
        folder,
        changed("frequency: once", f"frequency: every {'9' * 100_000} days\n    season: {'01-01..' * 20_000}12-31"),
    )


@case(CHECK)
def long_recurrence_rule(folder: Path, many: int) -> None:
    """A recurrence rule with 100,000 weekdays."""
    write(folder, changed("frequency: once", f"frequency: rrule FREQ=DAILY;BYDAY={'MO,' * 100_000}MO"))


@case("due --plan x.yaml --month 2017-08 --lang en")
def recurrence_that_hardly_recurs(folder: Path, many: int) -> None:
    """99,999 dates, each 9,999 years after the one before."""
    rule = "rrule FREQ=YEARLY;INTERVAL=9999;COUNT=99999"
    write(
        folder, changed("frequency: once\n    deadline: 2017-12-31", f"frequency: {rule}\n    deadline: end of period")
    )


@case(CHECK)
def recurrence_that_never_recurs(folder: Path, many: int) -> None:
    """Rules whose parts no date fits, which a library would look for up to the year 9999."""
    rule = "rrule FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    write(
        folder, changed("frequency: once\n    deadline: 2017-12-31", f"frequency: {rule}\n    deadline: end of period")
    )


@case(CHECK)
def years_far_out(folder: Path, many: int) -> None:
    """Days up to the last year that a calendar has."""
    write(folder, changed("ends: 2017-12-31", "ends: 9999-12-31").replace("issued: 2017-07-11", "issued: 0001-01-01"))


@case("due --plan x.yaml --month 2017-08 --lang en")
def counts_as_long_as_can_be(folder: Path, many: int) -> None:
    """The longest count of working days and of months that the language has."""
    write(
        folder,
        changed("deadline: end of period", "deadline: 9999 working days after end of period").replace(
            "deadline: end of next month", "deadline: 9999 months after end of period"
        ),
    )


@case(CHECK)
def time_zone_outside(folder: Path, many: int) -> None:
    """A time zone that is a path out of the folder of time zones."""
    write(folder, changed("  issued:", "  timezone: ../../../etc/passwd\n  issued:"))


@case(CHECK)
def time_zone_with_a_nul(folder: Path, many: int) -> None:
    """A time zone with a NUL in its name, on which the system's calls choke."""
    write(folder, changed("  issued:", '  timezone: "Asia/\\0Shanghai"\n  issued:'))


@case(CHECK)
def time_zone_that_is_a_folder(folder: Path, many: int) -> None:
    """A time zone that is a folder of time zones, and a very long one."""
    write(folder, changed("  issued:", f"  timezone: {'America/' * 1000}\n  issued:"))


@case(CHECK)
def half_a_character_escaped(folder: Path, many: int) -> None:
    """An escape for a lone surrogate, which is no character."""
    write(folder, changed("编造的小计划", '"\\uD800"'))


@case(CHECK)
def half_a_character_in_bytes(folder: Path, many: int) -> None:
    """The bytes of a lone surrogate, which are no UTF-8."""
    write(folder, changed("编造的小计划", "\ud800"))


@case(CHECK)
def every_control_character(folder: Path, many: int) -> None:
    """Every control character, and every mark that turns or hides text, in a title."""
    marks = [*range(0x20), *range(0x7F, 0xA0), 0x61C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), 0xFEFF, 0xFFFE]
    write(folder, "".join(changed("编造的小计划", f"a{chr(mark)}b") for mark in marks if mark != 10))


@case("due --plan x.yaml --month 2017-08 --lang en")
def escapes_for_a_terminal(folder: Path, many: int) -> None:
    """A title that would ring, recolour, link (OSC 8) and rename a terminal, written as escapes."""
    write(
        folder,
        changed(
            "价格周报", '"\\e]8;;http://evil.example\\a价格\\e]8;;\\a\\e]0;own\\a\\e[31m\\e[2J\\r周报\\n::error::"'
        ),
    )


@case("check x.yaml --lang en --format github")
def workflow_command_in_a_name(folder: Path, many: int) -> None:
    """A name with a line that GitHub would take for a command."""
    write(
        folder,
        changed(
            "owner: 区财政局\n    frequency: monthly", 'owner: "a\\n::error file=x::b%0A::c"\n    frequency: monthly'
        ),
    )


@case(CHECK)
def letters_that_look_alike(folder: Path, many: int) -> None:
    """Ids and names with Cyrillic letters, full-width letters and a right-to-left override among them."""
    write(
        folder,
        changed("id: fiscal", "id: fisсal")
        .replace("id: cleanup", "id: ｃleanup")
        .replace("owner: [区物价办, 区农业局]", 'owner: ["区物价办\\u202e", "区农业局\\u200b"]'),
    )


@case(CHECK)
def encodings_mixed(folder: Path, many: int) -> None:
    """UTF-8 and GB18030 in one file."""
    half = changed("编造的小计划", "编造的")
    write(folder, half.encode() + "untracked:\n- {clause: 六, quote: 督查}\n".encode("gb18030"))


@case(CHECK)
def utf_16_cut_in_two(folder: Path, many: int) -> None:
    """UTF-16 that ends within a character."""
    write(folder, changed("编造", "编造").encode("utf-16")[:-1])


@case(CHECK)
def tags_that_would_run(folder: Path, many: int) -> None:
    """YAML tags that make an unsafe reader run a program."""
    write(
        folder, 'version: 1\nplan: !!python/object/apply:os.system ["touch owned"]\nowners: !!python/name:os.system\n'
    )


@case("check .. --lang en")
def link_that_goes_round(folder: Path, many: int) -> None:
    """A folder that holds a link to itself, and links that lead to nothing and round in a ring."""
    (folder / "round").symlink_to(folder)
    (folder / "nothing.yaml").symlink_to("nowhere.yaml")
    (folder / "ring.yaml").symlink_to("ring.yaml")


@case("check x.yaml/ ./../here/plan.yaml plan.yaml /dev/null/x.yaml --lang en")
def paths_that_lead_nowhere(folder: Path, many: int) -> None:
    """A file taken for a folder, `..`, one file by two names, and a device taken for a folder."""
    write(folder, "version: 1\n")


@case("check --lang en -- 'a\x1b[31m\u202e\n::error::.yaml' --strict")
def name_with_controls(folder: Path, many: int) -> None:
    """A file name with escapes, a right-to-left override and a second line, as no file has it here."""


@case("check - --lang en", given=b"\xff\xfe\0\0" * 1000)
def noise_on_standard_input(folder: Path, many: int) -> None:
    """Bytes that are no text, on standard input."""


@case("due --plan plan.yaml --month 2017-08 --workdays days.yaml --lang en")
def working_days_by_the_thousand(folder: Path, many: int) -> None:
    """Working days: ranges that overlap, years that come again, days of other years, and aliases."""
    days = ", ".join(["2017-01-01..2017-01-31"] * 2000)
    year = f"  - &y {{year: 2017, covers: year, document_number: x, holidays: [{{name: a, days: [{days}]}}]}}\n"
    write(folder, "version: 1\nyears:\n" + year + "  - *y\n" * 20, "days.yaml")


@case("due --plan plan.yaml --month 2017-08 --workdays days.yaml --lang en")
def working_days_backwards(folder: Path, many: int) -> None:
    """Working days: a range that ends before it begins, and one of centuries."""
    named = "{name: a, days: [2017-12-31..2017-01-01, 1990-01-01..2200-12-31, 2017-02-30]}"
    write(
        folder,
        f"version: 1\nyears: [{{year: 2017, covers: year, document_number: x, holidays: [{named}]}}]\n",
        "days.yaml",
    )
