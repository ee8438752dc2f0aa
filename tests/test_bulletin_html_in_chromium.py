"""The HTML bulletin in real Chromium: filters, print, no request, no complaint, nothing that shuts anybody out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bulletins import made
from chromium import HOW_TO_GET_IT, Browser, missing, started
from selenium.webdriver.common.keys import Keys

from gongkai_cli.formats import bulletin_html
from gongkai_cli.messages import LANGUAGES, Language, Words

WIDTHS = {"desk": 1280, "phone": 375}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from started(tmp_path_factory.mktemp("chromium"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    """The page of the made-up bulletin in each language, as files."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parent / "bulletin")
        found = made()
    for language in LANGUAGES:
        said = bulletin_html.render(found, Words(language))
        (folder / f"{language}.html").write_text(said, encoding="utf-8", newline="")
    return {language: folder / f"{language}.html" for language in LANGUAGES}


def shown(browser: Browser) -> list[str]:
    """The titles and periods of the occurrences that can be seen."""
    return list(
        browser.run(
            "return [...document.querySelectorAll('.item')].filter(each => each.checkVisibility())"
            ".map(each => each.querySelector('.body').id)"
        )
    )


def choose(browser: Browser, **values: str) -> list[str]:
    """Fill in the filter as a hand would, and return what is left."""
    for name, value in values.items():
        browser.run(
            "const [name, value] = arguments, field = document.querySelector(`#filter [name=${name}]`);"
            "field.value = value; field.dispatchEvent(new Event('input', {bubbles: true}));",
            name,
            value,
        )
    browser.run("document.getElementById('filter').requestSubmit()")
    return shown(browser)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_request_leaves_and_the_console_is_silent(
    browser: Browser, pages: dict[Language, Path], language: Language
) -> None:
    browser.open(pages[language])
    choose(browser, status="overdue")
    browser.run("document.querySelector('.item:not([hidden])').open = true")
    assert browser.complaints == []
    assert browser.requests == [pages[language].as_uri()]


def test_a_request_would_be_noticed_and_refused(browser: Browser, pages: dict[Language, Path], tmp_path: Path) -> None:
    """The test above can fail: an image from elsewhere is seen by it, and refused by the page's own policy."""
    page = tmp_path / "page.html"
    image = '<img src="http://elsewhere.invalid/x.png">'
    page.write_text(pages["en"].read_text(encoding="utf-8").replace("<main>", f"<main>{image}"), encoding="utf-8")
    browser.open(page)
    (complaint,) = browser.complaints
    assert "Content Security Policy" in complaint
    page.write_text(f"<!DOCTYPE html>{image}", encoding="utf-8")
    browser.open(page)
    assert "http://elsewhere.invalid/x.png" in browser.requests


def test_filters_by_owner_status_month_and_words(browser: Browser, pages: dict[Language, Path]) -> None:
    browser.open(pages["zh"])
    everything = shown(browser)
    assert len(everything) == 17
    assert choose(browser, status="overdue") == ["x6", "x10", "x12"]
    assert browser.run("return document.querySelector('#filter output').textContent") == "显示 3 / 17 项次"
    assert browser.run(
        "return [...document.querySelectorAll('.listing')].filter(each => each.checkVisibility()).map(each => "
        "each.querySelector('h2').id)"
    ) == ["overdue"]
    assert choose(browser, owner="o2") == ["x10"]
    assert choose(browser, status="") == ["x10", "x2", "x15", "x11"]
    assert choose(browser, month="2017-08") == ["x2"]
    browser.run("document.querySelector('#filter [type=reset]').click()")
    browser.driver.implicitly_wait(0)
    assert choose(browser) == everything
    assert choose(browser, words="价格 W38") == ["x7"]
    assert choose(browser, words="nowhere to be found") == []
    assert choose(browser, words="", status="uncertain") == ["x6"]


def test_a_cell_of_the_map_chooses_its_owner_and_month(browser: Browser, pages: dict[Language, Path]) -> None:
    browser.open(pages["zh"])
    browser.run("document.querySelector('a.cell[data-owner=o1][data-month=\"2017-09\"]').click()")
    assert shown(browser) == ["x12", "x9"]
    assert browser.run("return document.activeElement.name") == "owner"


def test_a_link_opens_the_occurrence_that_it_leads_to(browser: Browser, pages: dict[Language, Path]) -> None:
    browser.open(pages["zh"], scripts=False)
    browser.command("Page.navigate", url=f"{pages['zh'].as_uri()}#x10")
    browser.command("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.run("return [...document.querySelectorAll('.item[open] .body')].map(each => each.id)") == ["x10"]


def test_without_scripts_everything_is_there_but_the_filters(browser: Browser, pages: dict[Language, Path]) -> None:
    browser.open(pages["zh"], scripts=False)
    assert len(shown(browser)) == 17
    assert browser.run("return document.getElementById('filter').checkVisibility()") is False


def test_the_page_can_be_used_by_keyboard(browser: Browser, pages: dict[Language, Path]) -> None:
    browser.open(pages["zh"])

    browser.press("body", Keys.TAB)
    assert browser.run("return document.activeElement.className") == "skip"
    browser.press("details:has(#x6) > summary", Keys.ENTER)
    assert browser.run("return document.querySelector('#x6').checkVisibility()") is True
    assert browser.run("return document.activeElement.matches('summary:focus-visible')") is True


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Browser, pages: dict[Language, Path], language: Language, width: str, dark: bool
) -> None:
    browser.open(pages[language], width=WIDTHS[width], dark=dark)
    browser.run("for (const each of document.querySelectorAll('details')) each.open = true")
    assert browser.inaccessible(("moderate", "serious", "critical")) == []


def test_axe_would_find_something(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!DOCTYPE html><title>x</title><p style="color: #aaa">pale</p>', encoding="utf-8")
    browser.open(page)
    assert {each.split(":")[0] for each in browser.inaccessible()} == {"color-contrast", "html-has-lang"}


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_nothing_has_to_be_pushed_sideways(browser: Browser, pages: dict[Language, Path], width: int) -> None:
    browser.open(pages["en"], width=width)
    browser.run("for (const each of document.querySelectorAll('details')) each.open = true")
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_on_paper_the_breaches_are_told_and_the_filters_are_gone(browser: Browser, pages: dict[Language, Path]) -> None:
    browser.open(pages["zh"])
    browser.command("Emulation.setEmulatedMedia", media="print")
    assert shown(browser) == [f"x{n}" for n in (6, 10, 12, 2, 3, 9, 13, 14, 15, 16, 17, 1, 4, 5, 7, 8, 11)]
    seen = "return document.querySelector(arguments[0]).checkVisibility()"
    assert browser.run(seen, "#filter") is False
    assert browser.run(seen, "nav") is False
    assert browser.run(seen, "#x6 > p") is True  # why it is overdue
    assert browser.run(seen, "#x6 .how") is False  # the annex has it
    assert browser.run(seen, "#x1 > p") is False  # on time: its one line is enough
    assert browser.printed().startswith(b"%PDF-")


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_without_chromium_there_is_a_sentence_on_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=HOW_TO_GET_IT):
        missing()
