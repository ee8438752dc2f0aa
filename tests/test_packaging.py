"""What is released: the same bytes wherever it is built, what belongs into it and nothing else, and that it runs."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import BytesParser
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import REAL_PLAN, ROOT
from test_docs import read

from gongkai_cli import __version__

NAME = f"gongkai_cli-{__version__}"
SITE = next(path for path in sys.path if (Path(path) / "pydantic").is_dir())


class Built(NamedTuple):
    wheel: Path
    sdist: Path


def build(source: Path, target: Path, **environment: str) -> Built:
    """Build a release as `make dist` does."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(target)],
        cwd=source,
        env={"PATH": os.environ["PATH"], **environment},
        check=True,
        capture_output=True,
    )
    return Built(target / f"{NAME}-py3-none-any.whl", target / f"{NAME}.tar.gz")


def digests(built: Built) -> list[str]:
    return [hashlib.sha256(each.read_bytes()).hexdigest() for each in built]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(ROOT, tmp_path_factory.mktemp("dist"), TZ="Asia/Shanghai", LC_ALL="C.UTF-8")


@pytest.fixture(scope="module")
def unpacked(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("elsewhere")
    with tarfile.open(built.sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / NAME


def test_the_bytes_are_the_same_wherever_it_is_built(built: Built, unpacked: Path, tmp_path: Path) -> None:
    """Another folder, owner's rights only, other times, another clock and locale: from the sources released."""
    for path in unpacked.rglob("*"):
        path.chmod(0o700 if path.is_dir() else path.stat().st_mode & 0o700)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    again = build(unpacked, tmp_path / "dist", TZ="America/New_York", LC_ALL="C", PYTHONHASHSEED="7")
    assert digests(again) == digests(built)


def test_the_time_is_that_of_the_commit_where_one_is_given(built: Built, tmp_path: Path) -> None:
    """See https://reproducible-builds.org/specs/source-date-epoch/; without it, both have a fixed time."""
    dated = build(ROOT, tmp_path, SOURCE_DATE_EPOCH="1511395200")
    with zipfile.ZipFile(dated.wheel) as wheel, tarfile.open(dated.sdist) as sdist:
        assert {each.date_time for each in wheel.infolist()} == {(2017, 11, 23, 0, 0, 0)}
        assert {each.mtime for each in sdist.getmembers()} == {1511395200}
    assert all(one != other for one, other in zip(digests(dated), digests(built), strict=True))


def test_the_wheel_holds_the_package_and_nothing_else(built: Built) -> None:
    package = ROOT / "src" / "gongkai_cli"
    files = {str(path.relative_to(ROOT / "src")) for path in package.rglob("*") if path.is_file()}
    own = {name for name in files if "__pycache__" not in name}
    about = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    with zipfile.ZipFile(built.wheel) as wheel:
        assert set(wheel.namelist()) == own | {f"{NAME}.dist-info/{each}" for each in about}
    assert {"gongkai_cli/py.typed", "gongkai_cli/messages/zh.mo", "gongkai_cli/starter/plan.yaml"} <= own


def test_the_source_distribution_holds_what_git_keeps_and_nothing_else(built: Built) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode("utf-8")
    kept = {name for name in listed.split("\0") if (ROOT / name).is_file()}
    with tarfile.open(built.sdist) as archive:
        members = archive.getmembers()
    assert {each.name.removeprefix(f"{NAME}/") for each in members} == kept | {"PKG-INFO"}
    assert {(each.uid, each.gid, each.uname, each.gname) for each in members} == {(0, 0, "", "")}
    assert {each.mode for each in members} <= {0o644, 0o755}


def test_what_it_says_of_itself(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        said = BytesParser().parsebytes(wheel.read(f"{NAME}.dist-info/METADATA"))
    assert said["Version"] == __version__
    assert (said["License-Expression"], said["License-File"]) == ("MIT", "LICENSE")
    assert said["Requires-Python"] == ">=3.11"
    assert said.get_all("Provides-Extra") == ["source"]
    assert len(str(said["Summary"])) <= 512
    # Every address is one that there is; there is none yet.
    assert said.get_all("Project-URL") is None


def test_it_runs_when_installed(built: Built, tmp_path: Path) -> None:
    """In a folder of its own, away from the sources; what it needs is taken from here."""
    target, office = tmp_path / "installed", tmp_path / "office"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps"]
    subprocess.run([*command, "--target", target, built.wheel], check=True, capture_output=True)
    office.mkdir()
    shutil.copy(REAL_PLAN, office / "real.yaml")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(target), SITE]),
        "HOME": str(tmp_path),
    }

    def gongkai(*arguments: str) -> str:
        command = [sys.executable, "-W", "error", "-m", "gongkai_cli", *arguments]
        done = subprocess.run(command, cwd=office, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    assert gongkai("--version") == f"gongkai {__version__}\n"
    gongkai("init", "--lang", "zh")
    assert "plans/plan.yaml：有效" in gongkai("check", "--lang", "zh")
    page = gongkai("report", "--plan", "real.yaml", "--as-of", "2017-09-30", "--format", "html")
    assert page.startswith("<!DOCTYPE html>")
    asked = "import gongkai_cli; print(gongkai_cli.__file__)"
    where = subprocess.run(
        [sys.executable, "-c", asked], cwd=office, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert Path(where).is_relative_to(target)


def test_the_environment_is_up_to_date() -> None:
    """An editable install remembers the version from when it was made."""
    assert distribution("gongkai-cli").version == __version__


# What stands beside the code


def test_one_version_everywhere() -> None:
    assert re.search(r"^version: (.+)$", read(ROOT / "CITATION.cff"), re.MULTILINE)[1] == __version__  # type: ignore[index]
    released = re.findall(r"^## \[([0-9.]+)\] - ([0-9-]{10})$", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert released == [] or released[0][0] == __version__
    dated = re.findall(r"^date-released: (.+)$", read(ROOT / "CITATION.cff"), re.MULTILINE)
    assert dated == [day for _, day in released[:1]]


def test_the_changelog_is_kept_as_the_convention_says() -> None:
    """Keep a Changelog 1.1.0: newest first, dated, and every line under what kind of change it is."""
    content = read(ROOT / "CHANGELOG.md")
    assert content.startswith("# Changelog\n")
    head, *versions = re.split(r"^## ", content, flags=re.MULTILINE)
    assert "keepachangelog.com/en/1.1.0" in head
    assert versions[0].startswith("[Unreleased]\n")
    titles = [each.partition("\n")[0] for each in versions[1:]]
    dates = [re.fullmatch(r"\[[0-9]+\.[0-9]+\.[0-9]+\] - ([0-9]{4}-[0-9]{2}-[0-9]{2})", each) for each in titles]
    assert all(dates), titles
    numbers = [tuple(int(each) for each in re.findall(r"[0-9]+", title)[:3]) for title in titles]
    assert sorted(numbers, reverse=True) == numbers
    for version in versions:
        kinds = re.findall(r"^### (.+)$", version, re.MULTILINE)
        assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
        assert len(kinds) == len(set(kinds))
        _, *changes = re.split(r"^### .+\n", version, flags=re.MULTILINE)
        lines = [line for each in changes for line in each.splitlines() if line]
        assert [line for line in lines if not re.match(r"- \S|  \S", line)] == []


PERMISSIVE = ("MIT", "BSD", "ISC", "Apache", "PSF", "Python Software Foundation")


def test_all_that_is_installed_with_it_is_under_permissive_licences() -> None:
    seen: set[str] = set()
    waiting = ["gongkai-cli"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        about = distribution(name)
        classifiers = [each for each in about.metadata.get_all("Classifier") or [] if each.startswith("License ::")]
        said = [*classifiers, *(about.metadata.get_all(each) or [] for each in ("License-Expression", "License"))]
        assert any(word in str(each) for each in said for word in PERMISSIVE), name
        for requirement in about.requires or []:
            needed, _, condition = requirement.partition(";")
            ours = name == "gongkai-cli" and "extra == 'source'" in condition.replace('"', "'")
            if not condition or ours:
                waiting.append(re.match(r"[\w.-]+", needed)[0])  # type: ignore[index]
    assert {"duckdb", "pydantic-core", "lxml"} <= seen
