"""Build the documentation as a site, strictly: `make docs`; `make docs-serve` also shows it.

The pages are read in the repository too, so they stay as they are. What the site needs is made here: a copy of every
page with its links as they stand, and the navigation, which is the lists in docs/README.md.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("zensical.toml")
SECTION = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
ENTRY = re.compile(r"^\| \[(?P<words>[^\]]+)\]\((?P<page>[^)#]+\.md)\) \|", re.MULTILINE)
LINK = re.compile(r"\]\((?P<target>[^)\s#]+)(?:#[^)\s]*)?\)")
FENCE = re.compile(r"^```(?P<language>\w+) (?P<rest>[^\n`]+)$", re.MULTILINE)

Nav = list[dict[str, "str | Nav"]]


def pages() -> Iterator[Path]:
    """Every page that there is to read."""
    yield from sorted(ROOT.glob("*.md"))
    for folder in ("docs", "examples", "tests"):
        yield from sorted((ROOT / folder).rglob("*.md"))


def title_of(page: Path) -> str:
    """The first heading of a page, without markup."""
    heading = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return heading[1].replace("`", "") if heading else page.stem


def sections() -> list[tuple[str, list[Path]]]:
    """The headings of docs/README.md that have lists of pages, and the pages: what the navigation shows."""
    content = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    found = []
    parts = SECTION.split(content)[1:]
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        listed = [(ROOT / "docs" / entry["page"]).resolve() for entry in ENTRY.finditer(body)]
        if listed:
            found.append((title, listed))
    return found


def navigation() -> Nav:
    def entry(page: Path) -> dict[str, "str | Nav"]:
        return {title_of(page): page.relative_to(ROOT).as_posix()}

    start: Nav = [{"gongkai": "README.md"}, {"中文说明": "README.zh.md"}, {"All pages": "docs/README.md"}]
    return start + [{title: [entry(page) for page in listed]} for title, listed in sections()]


def as_toml(nav: Nav) -> str:
    """A navigation as TOML; strings of JSON are strings of TOML too."""

    def value(inner: "str | Nav") -> str:
        return json.dumps(inner, ensure_ascii=False) if isinstance(inner, str) else as_toml(inner)

    tables = (
        f"{{{json.dumps(name, ensure_ascii=False)} = {value(inner)}}}" for each in nav for name, inner in each.items()
    )
    return f"[{', '.join(tables)}]"


def for_the_site(content: str) -> str:
    """A page as the site's Markdown takes it: blocks of code say their language alone, and the name of their file."""

    def fence(block: re.Match[str]) -> str:
        name = re.search(r"file=(\S+)", block["rest"])
        return f"```{block['language']}" + (f' title="{name[1]}"' if name else "")

    return FENCE.sub(fence, content)


def linked_files(page: Path, content: str) -> Iterator[Path]:
    """The files of the repository, other than pages, that a page links to or shows; of a folder, all that it holds."""
    for link in LINK.finditer(content):
        target = (page.parent / link["target"]).resolve()
        found = sorted(target.rglob("*")) if target.is_dir() else [target]
        yield from (file for file in found if file.is_file() and file.suffix != ".md" and file.is_relative_to(ROOT))


def stage(folder: Path) -> Path:
    """Lay out pages and configuration in a folder, and return the configuration."""
    shutil.rmtree(folder, ignore_errors=True)
    for page in pages():
        content = page.read_text(encoding="utf-8")
        copy = folder / "pages" / page.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(for_the_site(content), encoding="utf-8")
        for file in linked_files(page, content):
            beside = folder / "pages" / file.relative_to(ROOT)
            beside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, beside)
    shutil.copy(CONFIG.with_name("site.css"), folder / "pages")
    config = folder / "zensical.toml"
    settings = CONFIG.read_text(encoding="utf-8").replace("nav = []", f"nav = {as_toml(navigation())}")
    config.write_text(settings, encoding="utf-8")
    return config


def run(*arguments: str, config: Path) -> int:
    return subprocess.run(
        [sys.executable, "-m", "zensical", *arguments, "--config-file", str(config)], check=False
    ).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the documentation as a site.")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "site", help="where to build; emptied first")
    parser.add_argument("--serve", action="store_true", help="show it at http://localhost:8000")
    given = parser.parse_args()
    config = stage(given.folder)
    if given.serve:
        return run("serve", config=config)
    if failed := run("build", "--strict", "--clean", config=config):
        return failed
    print(f"The site: {given.folder / 'html' / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
