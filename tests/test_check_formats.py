"""What gongkai check writes for machines and reviewers: one data set, exact output, and readers of each format."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from conftest import PLAN, ROOT, Gongkai
from goldens import assert_golden
from junitparser import Error, Failure, JUnitXml
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from gongkai_cli.formats import github, gitlab, junit, sarif
from gongkai_cli.formats.annotations import Annotation, Rule, fingerprints, of_problems
from gongkai_cli.messages import Words, text
from gongkai_cli.problems import Location, Problem

ENGLISH = Words("en")
FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")
# A name that every format has to escape, and text that would steer a terminal, a page or a build.
ODD = "100%, 坏的.yaml"
BROKEN = """\
version: 1
plan: {id: odd, title: "<b>&amp;</b> ::error::", issued: 2017-02-30, ends: 2017-12-31}
owners:
  - name: 区财政局
  - {name: 无人使用, aliases: ["]]>"]}
obligations:
  - {id: x, clause: 一, quote: 按月公开, title: 月报, owner: "区财<正>局::warning::, %0A", frequency: monthly}
"""
CLEAN = PLAN
WARNED = PLAN.replace("id: small", "id: warned").replace("events:\n", "events:\n  unused: 无人使用\n")


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a plan that is valid, one with a warning, and one with errors and an odd name."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "plans"
    (folder / "further").mkdir(parents=True)
    for name, content in (("clean.yaml", CLEAN), ("warned.yml", WARNED), (f"further/{ODD}", BROKEN)):
        (folder / name).write_text(content, encoding="utf-8")
    (folder / ".hidden.yaml").write_text("nonsense", encoding="utf-8")
    (folder / "notes.txt").write_text("no plan", encoding="utf-8")
    return folder


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_exact_output(gongkai: Gongkai, plans: Path, format_: str, lang: str) -> None:
    done = gongkai("check", "plans", "--format", format_, "--lang", lang)
    assert (done.code, done.err) == (2, "")
    assert_golden(f"check.{lang}.{format_}", done.out)


@pytest.mark.parametrize("format_", FORMATS)
def test_output_goes_to_a_file_whole(gongkai: Gongkai, plans: Path, format_: str) -> None:
    expected = gongkai("check", "plans", "--format", format_).out
    done = gongkai("check", "plans", "--format", format_, "--output", "report")
    assert (done.code, done.out, done.err) == (2, "", "")
    assert Path("report").read_text(encoding="utf-8") == expected


@pytest.mark.parametrize("format_", FORMATS)
def test_absolute_paths_below_the_folder_are_shown_relative_to_machines(
    gongkai: Gongkai, plans: Path, format_: str
) -> None:
    said = gongkai("check", plans.resolve(), "--format", format_).out
    assert (str(plans.parent) in said) == (format_ == "text")


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_wrong(gongkai: Gongkai, plans: Path, format_: str) -> None:
    done = gongkai("check", plans / "clean.yaml", "--format", format_, "--strict", "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert_golden(f"check.clean.{format_}", done.out.replace(str(plans.parent) + "/", ""))


@pytest.mark.parametrize("format_", FORMATS)
def test_exit_codes_are_the_same_in_every_format(gongkai: Gongkai, plans: Path, format_: str) -> None:
    codes = [
        gongkai("check", *arguments, "--format", format_).code
        for arguments in (("plans/clean.yaml",), ("plans/warned.yml",), ("plans/warned.yml", "--strict"), ("plans",))
    ]
    assert codes == [0, 0, 1, 2]


def test_json_keeps_to_its_schema(gongkai: Gongkai, plans: Path) -> None:
    schema = json.loads((ROOT / "src/gongkai_cli/formats/check_schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for named in ("plans", "plans/clean.yaml"):
        document = gongkai("check", named, "--format", "json").json()
        jsonschema.validate(document, schema)
    broken = {**document, "problems": [{"code": "E1"}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)


def test_json_is_english_unless_a_language_is_asked_for(gongkai: Gongkai, plans: Path) -> None:
    default, english = (gongkai("check", "plans", "--format", "json", *more) for more in ((), ("--lang", "en")))
    assert default.out == english.out
    assert default.out != gongkai("check", "plans", "--format", "json", "--lang", "zh").out


# What readers of each format make of it


def commands(said: str) -> list[dict[str, str]]:
    """Read workflow commands as GitHub's runner does (ActionCommand.cs)."""
    found = []
    for line in said.splitlines():
        match = re.fullmatch(r"::(?P<command>\w+) (?P<properties>[^:]*)::(?P<message>.*)", line)
        assert match is not None, line
        properties = dict(each.split("=", 1) for each in match["properties"].split(","))
        unescaped = {
            name: value.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",")
            for name, value in {**properties, "message": match["message"]}.items()
        }
        found.append(
            {"command": match["command"], **{name: value.replace("%25", "%") for name, value in unescaped.items()}}
        )
    return found


def test_github_commands_read_back(gongkai: Gongkai, plans: Path) -> None:
    found = commands(gongkai("check", "plans", "--format", "github", "--lang", "en").out)
    document = gongkai("check", "plans", "--format", "json").json()
    assert [
        (each["command"], each["file"], int(each["line"]), int(each["col"]), each["title"].split()[0]) for each in found
    ] == [(each["level"], each["file"], each["line"], each["column"], each["code"]) for each in document["problems"]]
    assert found[0]["message"].split("\n")[0] == document["problems"][0]["message"]


def test_columns_point_at_the_value_among_wide_characters(gongkai: Gongkai, plans: Path) -> None:
    problems = gongkai("check", "plans", "--format", "json").json()["problems"]
    lines = BROKEN.splitlines()
    at = {each["code"]: lines[each["line"] - 1][each["column"] - 1 :] for each in problems if ODD in each["file"]}
    assert at["GK205"].startswith("2017-02-30")
    assert at["GK302"].startswith('"区财<正>局')


def test_gitlab_has_what_code_quality_requires(gongkai: Gongkai, plans: Path) -> None:
    found = json.loads(gongkai("check", "plans", "--format", "gitlab").out)
    assert len(found) == 5
    for each in found:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not each["location"]["path"].startswith(("/", "./"))
        assert each["location"]["lines"]["begin"] >= 1
    assert len({each["fingerprint"] for each in found}) == len(found)


def test_fingerprints_stay_while_lines_move(gongkai: Gongkai, plans: Path) -> None:
    def found(content: str) -> list[str]:
        (plans / "moving.yaml").write_text(content, encoding="utf-8")
        report = json.loads(gongkai("check", "plans/moving.yaml", "--format", "gitlab").out)
        return [each["fingerprint"] for each in report]

    groups = "".join(f"  - {{name: 组{n}}}\n  - name: 各{n}\n    members: []\n" for n in range(3))
    content = PLAN.replace("owners:\n", f"owners:\n{groups}")
    before = found(content)
    assert found(f"# a comment\n\n{content}") == before
    # One that is mended is gone; the others keep theirs, alike as their lines are.
    mended = found(content.replace("  - name: 各0\n    members: []\n", ""))
    assert (len(before) - len(mended), set(mended) <= set(before)) == (2, True)


def test_sarif_keeps_to_the_official_schema(gongkai: Gongkai, plans: Path) -> None:
    for named in ("plans", "plans/clean.yaml"):
        said = gongkai("check", named, "--format", "sarif").out
        Sarif.model_validate_json(said)
    with pytest.raises(ValueError, match="columnKind"):
        Sarif.model_validate_json(said.replace("unicodeCodePoints", "bytes"))


def test_sarif_is_read_by_sarif_tools(gongkai: Gongkai, plans: Path) -> None:
    gongkai("check", "plans", "--format", "sarif", "--lang", "en", "--output", "report.sarif")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "sarif", "csv", "--output", "report.csv", "report.sarif"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    with Path("report.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    problems = gongkai("check", "plans", "--format", "json").json()["problems"]
    assert sorted((row["Severity"], row["Code"], unquote(row["Location"]), row["Line"]) for row in rows) == sorted(
        (each["level"], each["code"], each["file"], str(each["line"])) for each in problems
    )


def test_sarif_rules_lead_to_their_pages() -> None:
    problem = Problem(Location("plan.yaml", 1, 1), "GK302", text("x"))
    with_address = json.loads(sarif.render(of_problems([problem], ENGLISH), ENGLISH, "https://docs.invalid/gongkai/"))
    driver = with_address["runs"][0]["tool"]["driver"]
    page = "docs/problems/GK302.md"
    assert driver["rules"][0]["helpUri"] == f"https://docs.invalid/gongkai/{page}"
    assert page in driver["rules"][0]["help"]["text"]
    assert (ROOT / page).exists()
    Sarif.model_validate(with_address)


def test_sarif_addresses_are_uris() -> None:
    assert sarif.address("plans/坏的, 1%.yaml") == "plans/%E5%9D%8F%E7%9A%84%2C%201%25.yaml"
    assert sarif.address("a:b.yaml") == "a%3Ab.yaml"
    assert sarif.address("./plans/x.yaml") == "plans/x.yaml"
    assert sarif.address("/srv/计划.yaml") == "file:///srv/%E8%AE%A1%E5%88%92.yaml"


def test_junit_is_read_by_junitparser(gongkai: Gongkai, plans: Path) -> None:
    gongkai("check", "plans", "--format", "junit", "--output", "report.xml")
    report = JUnitXml.fromfile("report.xml")
    suites = list(report)
    assert [suite.name for suite in suites] == ["plans/clean.yaml", "plans/warned.yml", f"plans/further/{ODD}"]
    assert [(suite.tests, suite.failures, suite.errors) for suite in suites] == [(1, 0, 0), (1, 0, 0), (4, 2, 0)]
    results = [result for suite in suites for case in suite for result in case.result]
    assert [type(result) for result in results if isinstance(result, (Failure, Error))] == [Failure] * 2
    assert report.failures == 2


def test_junit_counts_what_strict_fails_on(gongkai: Gongkai, plans: Path) -> None:
    root = ElementTree.fromstring(gongkai("check", "plans", "--format", "junit", "--strict").out.encode())  # noqa: S314
    assert root.attrib["failures"] == "5"
    assert root.attrib["failures"] == str(len(root.findall(".//failure")))


NASTY = "\x1b[31m\x9b]]>&<\"'\u202e::x::\r\n\t\ud800\uffff\0%0A,"


def test_untrusted_text_stays_visible_and_harmless_in_every_format() -> None:
    problem = Problem(
        Location("a" + NASTY.replace("\ud800", "\udce4") + ".yaml", 3, 7),
        "GK302",
        text("{x}", x=NASTY),
        text("{x}", x=NASTY),
        NASTY,
    )
    found = of_problems([problem], ENGLISH)
    outputs = {
        "github": github.render(found, ENGLISH),
        "gitlab": gitlab.render(found, ENGLISH),
        "sarif": sarif.render(found, ENGLISH),
        "junit": junit.render([junit.Suite(f"a{NASTY}", "valid", found)], ENGLISH),
    }
    for name, said in outputs.items():
        said.encode("utf-8")
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff\uffff]", said), name
        assert "\\x1b[31m" in said.replace("\\\\", "\\"), name
    assert outputs["github"].count("\n") == 1
    assert commands(outputs["github"])[0]["message"].startswith("\\x1b[31m\\x9b]]>&<\"'\\u202e::x::")
    ElementTree.fromstring(outputs["junit"].encode())  # noqa: S314
    Sarif.model_validate_json(outputs["sarif"])


def test_machines_get_every_problem_of_many(gongkai: Gongkai, plans: Path) -> None:
    (plans / "many.yaml").write_text(PLAN + "".join(f"key{n}: x\n" for n in range(3000)), encoding="utf-8")
    assert len(gongkai("check", "plans/many.yaml", "--format", "github").out.splitlines()) == 3000
    assert gongkai("check", "plans/many.yaml", "--format", "text").out.count("GK201") == 100


def test_a_very_long_line_is_not_repeated() -> None:
    problem = Problem(Location("plan.yaml", 1, 1), "GK302", text("x"), None, "x" * 10_000)
    assert len(sarif.render(of_problems([problem], ENGLISH), ENGLISH)) < 2000


def test_remarks_without_a_line_have_a_place_everywhere() -> None:
    rule = Rule("r", "note", "a rule", "docs/page.md")
    found = [Annotation(rule, Location("plan.yaml"), "said")]
    assert github.render(found, ENGLISH) == "::notice file=plan.yaml,title=r a rule::said\n"
    assert json.loads(gitlab.render(found, ENGLISH))[0]["location"]["lines"] == {"begin": 1}
    location = json.loads(sarif.render(found, ENGLISH))["runs"][0]["results"][0]["locations"][0]
    assert location == {"physicalLocation": {"artifactLocation": {"uri": "plan.yaml"}}}
    assert fingerprints([*found, *found])[0] != fingerprints([*found, *found])[1]


# Which plans are checked


def files(gongkai: Gongkai, *named: str | Path) -> list[str]:
    return [each["file"] for each in gongkai("check", *named, "--format", "json").json()["plans"]]


def test_folders_patterns_and_files_each_once(gongkai: Gongkai, plans: Path) -> None:
    everything = ["plans/clean.yaml", "plans/warned.yml", f"plans/further/{ODD}"]
    assert files(gongkai, "plans") == everything
    assert files(gongkai, "plans/*.y*ml", "plans", "plans/clean.yaml") == everything
    assert files(gongkai, "plans/**/*.yaml") == [f"plans/further/{ODD}", "plans/clean.yaml"] or files(
        gongkai, "plans/**/*.yaml"
    ) == ["plans/clean.yaml", f"plans/further/{ODD}"]


def test_working_day_files_in_a_folder_are_no_plans(gongkai: Gongkai, plans: Path) -> None:
    override = plans / "days.yaml"
    override.write_bytes((ROOT / "examples" / "workdays-override.yaml").read_bytes())
    assert "plans/days.yaml" in files(gongkai, "plans")
    assert "plans/days.yaml" not in files(gongkai, "plans", "--workdays", override)


@pytest.mark.parametrize(("named", "said"), [("empty", "this folder has no plan"), ("no*.yaml", "no file has a name")])
def test_folders_and_patterns_without_plans(gongkai: Gongkai, plans: Path, named: str, said: str) -> None:
    Path("empty").mkdir()
    done = gongkai("check", named, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"{named}: error GK802 {said}")


def test_standard_input(plans: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from gongkai_cli.cli import main; main()",
        "check",
        "-",
        "plans/clean.yaml",
        "--lang",
        "en",
    ]
    done = subprocess.run(command, input=WARNED.encode(), capture_output=True, check=False)
    assert done.stdout.decode().startswith("<stdin>:13:3: warning GK403 ")
    assert done.stdout.decode().endswith(
        "plans/clean.yaml: valid. Obligations: 6, passages without one: 0, warnings: 0.\n"
        "Plans: 2, of these valid: 2. Errors: 0, warnings: 1.\n"
    )
    assert done.returncode == 0
