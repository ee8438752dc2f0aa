"""Problems are all counted, and listed up to a number that memory holds."""

from gongkai_cli.messages import Words, text
from gongkai_cli.problems import MOST_LISTED, Location, Problem, Problems, count


def problem(line: int, code: str = "GK606", file: str = "log.csv") -> Problem:
    return Problem(Location(file, line), code, text("the file is empty"))


def test_of_one_file_and_code_the_first_are_listed_and_all_are_counted() -> None:
    found = Problems()
    assert not found
    found.extend(problem(line) for line in range(1, MOST_LISTED + 6))
    found.append(problem(7, "GK608"))
    found.append(problem(7, file="other.csv"))
    assert not found.only_counted("other.csv", "GK606")
    assert found.only_counted("log.csv", "GK606")
    listed = sorted(found)
    assert count(listed) == MOST_LISTED + 6 + 2
    assert [each for each in listed if each.code == "GK608" or each.location.file == "other.csv"] == [
        problem(7, "GK608"),
        problem(7, file="other.csv"),
    ]
    last = listed[-2]
    assert (last.location.line, last.more, len(listed)) == (MOST_LISTED + 1, 5, MOST_LISTED + 3)
    assert last.hint is not None
    assert Words("en")(last.hint) == "5 more with this code in this file are not listed"


def test_what_stands_for_others_is_counted_with_them() -> None:
    found = Problems()
    found.extend(problem(line) for line in range(MOST_LISTED))
    inner = Problems()
    inner.extend(problem(line) for line in range(MOST_LISTED + 3))
    found.extend(inner)
    assert count(found) == 2 * MOST_LISTED + 3
