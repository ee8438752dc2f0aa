"""Rows that are set at once look as if a table had set them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.text import Text as Styled

from gongkai_cli.formats import page
from gongkai_cli.formats.page import Page, grouped
from gongkai_cli.messages import Words

# Narrow, wide, zero-width and blank; words that must be broken where the page is narrow.
CELLS = st.lists(
    st.sampled_from(["a", "bc", "财政", "局 ", " ", "x" * 9, "长" * 12, "?", "ｗ", "\u0301"]), max_size=4
).map("".join)
ROWS = st.tuples(CELLS, CELLS.map(Styled), CELLS).map(list)
GROUPS = st.lists(st.tuples(st.sampled_from(["", "标题"]), st.lists(ROWS, max_size=4)), max_size=3)


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GROUPS, st.sampled_from([20, 40, 80, page.UNLIMITED]))
def test_setting_at_once_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, groups: list[tuple[str, list[list[str | Styled]]]], width: int
) -> None:
    shown = Page(Words("zh"), width)
    at_once = shown.set(grouped(["单位", "count", "期次"], groups, shown))
    with monkeypatch.context() as patched:
        patched.setattr(page, "_line", lambda _row, _widths, _gap: None)
        assert at_once == shown.set(grouped(["单位", "count", "期次"], groups, shown))


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from(["a", " ", "财政", "\t", "\n", "\x0b", "x" * 9, "\u0301"]), max_size=5)),
    st.sampled_from([8, 20, page.UNLIMITED]),
)
def test_writing_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch, words: list[list[str]], width: int) -> None:
    shown = Page(Words("zh"), width)
    parts = [Styled("".join(each), style="bold") for each in words]
    at_once = shown.set(parts)
    with monkeypatch.context() as patched:
        patched.setattr(Page, "_stays", lambda _page, _words: False)
        assert at_once == shown.set(parts)
