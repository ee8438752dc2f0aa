"""The documentation as a site: built strictly, pages reachable, links whole, nothing fetched from elsewhere."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
from conftest import ROOT


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_site", ROOT / "docs" / "site" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILDER = _builder()


class Page(HTMLParser):
    """The anchors of a page of the site, where it leads, and what a browser would load for it."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.unnamed: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors.update(value for name, value in attrs if name in ("id", "name") and value)
        if tag == "a" and (target := given.get("href")):
            self.links.append(target)
        if tag in ("script", "img", "iframe", "source", "video", "audio") and (target := given.get("src")):
            self.loaded.append(target)
        # Also hints to connect, or to load ahead.
        if tag == "link" and given.get("rel") not in ("canonical", "next", "prev") and (target := given.get("href")):
            self.loaded.append(target)
        if tag == "img" and not given.get("alt"):
            self.unnamed.append(given.get("src") or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "made"
    command = [sys.executable, str(ROOT / "docs" / "site" / "build.py"), "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    return folder / "html"


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}


def local_targets(path: Path, page: Page, site: Path) -> Iterator[tuple[str, Path, str]]:
    """Every link within the site: as written, the file, the anchor."""
    for target in page.links:
        if not re.match(r"[a-z]+:", target):
            name, _, anchor = unquote(target).partition("#")
            file = (path.parent / name).resolve() if name else path
            yield target, file / "index.html" if file.is_dir() and (file / "index.html").exists() else file, anchor


def test_every_link_of_the_site_leads_somewhere(parsed: dict[Path, Page], site: Path) -> None:
    assert len(parsed) > 100
    # The page for addresses that do not exist may be shown at any address; its links begin at the server's root.
    broken = [
        f"{path.relative_to(site)}: {target}"
        for path, page in parsed.items()
        if path.name != "404.html"
        for target, file, anchor in local_targets(path, page, site)
        if not file.exists() or (anchor and file.suffix == ".html" and anchor not in parsed[file].anchors)
    ]
    assert broken == []


def test_the_site_loads_nothing_from_elsewhere(parsed: dict[Path, Page], site: Path) -> None:
    def outside(address: str) -> bool:
        return re.match(r"([a-z]+:)?//", address) is not None

    assert {each for page in parsed.values() for each in page.loaded if outside(each)} == set()
    imported = re.compile(r"@import|url\((?!['\"]?data:)['\"]?(?:https?:)?//")
    assert [style.name for style in site.rglob("*.css") if imported.search(style.read_text(encoding="utf-8"))] == []


def test_every_picture_says_in_words_what_it_shows(parsed: dict[Path, Page]) -> None:
    assert [image for page in parsed.values() for image in page.unnamed] == []


def test_every_page_can_be_reached_from_the_first(parsed: dict[Path, Page], site: Path) -> None:
    reached: set[Path] = set()
    waiting = [site / "index.html"]
    while waiting:
        path = waiting.pop()
        if path in parsed and path not in reached:
            reached.add(path)
            waiting += [file for _, file, _ in local_targets(path, parsed[path], site)]
    # Notes beside test data are for who reads the tests.
    pages = {path for path in parsed if path.name != "404.html" and "tests" not in path.relative_to(site).parts}
    assert pages - reached == set()


def test_no_block_of_code_is_taken_for_prose(site: Path) -> None:
    assert [path.name for path in site.rglob("*.html") if "<p>```" in path.read_text(encoding="utf-8")] == []


def test_every_page_stands_in_one_list_of_the_index() -> None:
    """The lists of docs/README.md are the navigation of the site."""
    listed = [page for _, pages in BUILDER.sections() for page in pages]
    twice = sorted(page.name for page in set(listed) if listed.count(page) > 1)
    assert twice == [], "these pages stand in two lists of docs/README.md"
    pages = {path for path in (ROOT / "docs").rglob("*.md") if not path.is_relative_to(ROOT / "docs" / "problems")}
    missing = sorted(str(path.relative_to(ROOT)) for path in pages - set(listed) - {ROOT / "docs" / "README.md"})
    assert missing == [], "give each a row `| [page.md](page.md) | … |` under its heading in docs/README.md"


def test_a_page_without_its_place_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that leads nowhere stops the build, and the message names the page."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("# gongkai\n\n[gone](docs/gone.md)\n", encoding="utf-8")
    (tmp_path / "docs" / "README.md").write_text("# Documentation\n", encoding="utf-8")
    monkeypatch.setattr(BUILDER, "ROOT", tmp_path)
    config = BUILDER.stage(tmp_path / "made")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert "README.md:3" in re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
