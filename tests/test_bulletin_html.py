"""The HTML bulletin as text: exact pages, nothing that escapes, nothing from elsewhere."""

import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bulletins import made
from goldens import assert_golden
from hypothesis import given
from hypothesis import strategies as st

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.formats import bulletin_html
from gongkai_cli.formats.bulletin_html.items import followable
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import LANGUAGES, Language, Words

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt; &#60;i&#62;",
    "‮gnp.exe",
    "\x1b[31mred",
    "line\nbreak",
    "<!-- --><![CDATA[",
)
ELEMENTS = {
    "a", "b", "bdi", "body", "button", "circle", "dd", "defs", "details", "div", "dl", "dt", "form", "h1", "h2", "h3",
    "head", "header", "html", "input", "label", "li", "main", "meta", "nav", "ol", "option", "output", "p", "pattern",
    "rect", "script", "section", "select", "span", "style", "summary", "sup", "svg", "table", "tbody", "td", "th",
    "thead", "title", "tr", "ul",
}  # fmt: skip


class Page(HTMLParser):
    """What a page is made of: its elements with their attributes, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.inline: dict[str, str] = {}
        self._open = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in ("style", "script"):
            self.inline[self._open] = self.inline.get(self._open, "") + data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def having(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def classed(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.elements if name in (attributes.get("class") or "").split()]


@pytest.fixture
def to_date(bulletin_folder: Path) -> Bulletin:
    return made()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_as_written_down(to_date: Bulletin, language: Language) -> None:
    said = bulletin_html.render(to_date, Words(language))
    # The design is read in its own files, and changes without changing what is said.
    said = re.sub(r"(<(style|script)>).*?(</\2>)", r"\1…\3", said, flags=re.DOTALL)
    said = re.sub(r"sha256-[^']+", "sha256-…", said)
    assert_golden(f"bulletin.{language}.html", said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_bulletin_gives_the_same_bytes(to_date: Bulletin, language: Language) -> None:
    assert bulletin_html.render(to_date, Words(language)) == bulletin_html.render(to_date, Words(language))


def test_every_occurrence_is_there_once_and_the_figures_are_the_bulletins(to_date: Bulletin) -> None:
    page = Page(bulletin_html.render(to_date, Words("en")))
    items = page.classed("item")
    assert len(items) == len(to_date.every_row) == 17
    statuses = Counter((item["data-status"] or "").split()[0] for item in items)
    assert statuses == Counter(row.status for row in to_date.every_row)
    tiles = re.findall(r'<span class="mark (\w+)">[^<]*</span></dt><dd class="value">(\d+)</dd>', page_source(to_date))
    assert {status: int(count) for status, count in tiles} == {
        "satisfied": 5, "late": 3, "overdue": 3, "waived": 1,
    }  # fmt: skip


def page_source(found: Bulletin) -> str:
    return bulletin_html.render(found, Words("en"))


def test_ids_are_unique_and_every_link_within_the_page_leads_somewhere(to_date: Bulletin) -> None:
    page = Page(page_source(to_date))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = {href.removeprefix("#") for each in page.having("a") if (href := each["href"] or "").startswith("#")}
    assert inner <= set(ids)
    assert {each["aria-labelledby"] for _, each in page.elements if "aria-labelledby" in each} <= set(ids)


def test_nothing_comes_from_elsewhere(to_date: Bulletin) -> None:
    page = Page(page_source(to_date))
    assert not [name for name, attributes in page.elements if "src" in attributes or name in ("link", "img", "iframe")]
    assert not re.search(r"url\((?!#)|@import|fetch|XMLHttpRequest|sendBeacon|https?:", "".join(page.inline.values()))
    assert all(each["rel"] == "noopener noreferrer" for each in page.having("a") if "://" in (each["href"] or ""))


def test_only_our_own_style_and_script_may_run(to_date: Bulletin) -> None:
    page = Page(page_source(to_date))
    (policy,) = [each["content"] for each in page.having("meta") if "http-equiv" in each]
    assert policy is not None
    for kind in ("style", "script"):
        digest = b64encode(sha256(page.inline[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not [attributes for _, attributes in page.elements if "style" in attributes]
    # An element's end inside would cut it short.
    assert "</" not in page.inline["style"] + page.inline["script"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_hostile_is_shown_and_does_nothing(to_date: Bulletin, hostile: str) -> None:
    page = Page(page_source(spoilt(to_date, hostile)))
    assert {name for name, _ in page.elements} <= ELEMENTS
    assert len(page.having("script")) == 1
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert page.text.count(visible(hostile)) >= 8  # title, clause, quote, owner, record, plan, issuer, note


def spoilt(found: Bulletin, hostile: str) -> Bulletin:
    """The bulletin with something hostile wherever a plan or a log can put text."""
    plan = found.plan.model_copy(
        update={
            "plan": found.plan.plan.model_copy(
                update={"title": hostile, "document_number": hostile, "issuer": hostile, "language": hostile}
            )
        }
    )
    row = found.late[0]
    obligation = row.occurrence.obligation.model_copy(
        update={"title": hostile, "clause": hostile, "quote": hostile, "note": hostile, "support": (hostile,)}
    )
    record = row.records[0]._replace(title=hostile, url=f"javascript:{hostile}", file=hostile)
    bad = replace(row, occurrence=row.occurrence._replace(obligation=obligation), records=(record,))
    rows = tuple(bad if each is row else each for each in found.rows)
    owners = (replace(found.owners[0], owner=hostile), *found.owners[1:])
    footnotes = tuple(
        note._replace(reading=note.reading.model_copy(update={"means": hostile, "authority": hostile, "word": hostile}))
        for note in found.footnotes
    )
    return replace(found, plan=plan, rows=rows, owners=owners, footnotes=footnotes)


@given(st.text())
def test_any_text_stays_text(value: str) -> None:
    template = bulletin_html.environment().from_string('<p title="{{ value }}">{{ value }}</p>')
    page = Page(template.render(value=value))
    assert page.elements == [("p", {"title": visible(value)})]
    assert page.text == visible(value)


@pytest.mark.parametrize(
    "url",
    ["http://czj.example.invalid/1", "https://例子.invalid/公开?a=1&b=%20#x", "HTTPS://EXAMPLE.INVALID/"],
)
def test_web_addresses_are_followed(url: str) -> None:
    assert followable(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.invalid/",
        "http:/example.invalid",
        "http://",
        "http://[::1",
        "http://a.invalid/ http://b.invalid/",
        "http://a.invalid/\u202egnp",
        "www.example.invalid",
    ],
)
def test_other_addresses_are_shown_and_not_followed(url: str) -> None:
    assert followable(url) == ""


def test_without_a_log_dates_are_shown_and_nothing_is_judged(bulletin_folder: Path) -> None:
    found = made(log=())
    page = Page(page_source(found))
    assert {item["data-status"] for item in page.classed("item")} == {"unknown"}
    assert page.classed("tiles") == page.classed("heat") == []
    assert "overdue" not in page.text


def test_pleasure_is_said_where_there_is_nothing_to_blame(to_date: Bulletin) -> None:
    blameless = replace(to_date, rows=tuple(row for row in to_date.rows if row.status not in ("overdue", "late")))
    page = Page(bulletin_html.render(blameless, Words("en")))
    assert "Nothing is overdue. Well done." in page.text
    assert len(page.classed("good")) == 2


def test_what_kind_of_record_it_is_stands_beside_it(to_date: Bulletin) -> None:
    row = to_date.late[0]
    plain = row.records[0]._replace(title="一篇", url="")
    records = (
        plain,
        plain._replace(kind="correction"),
        plain._replace(extra=True),
        plain._replace(kind="nil", title=""),
        plain._replace(url="ftp://archive.invalid/1"),
    )
    occurrence = row.occurrence._replace(slot=row.occurrence.slot._replace(provisional=True))
    bad = replace(row, records=records, occurrence=occurrence, due_soon=True, signals=("url-date-differs",))
    found = replace(to_date, rows=tuple(bad if each is row else each for each in to_date.rows))
    said = Page(page_source(found)).text
    assert (
        "2017-09-05 一篇 log.csv:5; the line names this period – a correction, which counts as no publication" in said
    )
    assert "log.csv:5; the line names this period – beyond what is needed" in said
    assert "2017-09-05 nothing to publish log.csv:5" in said
    assert "2017-09-05 一篇 ftp://archive.invalid/1 log.csv:5" in said
    assert "5 days late · due soon · provisional" in said
    assert "signal: the address carries another date" in said


def test_a_long_table_comes_folded(to_date: Bulletin) -> None:
    unmatched = tuple(to_date.unmatched[0]._replace(line=line) for line in range(40))
    page = Page(page_source(replace(to_date, unmatched=unmatched)))
    assert len(page.classed("more")) == 1
    assert "Show the table: 40 lines" in page.text
