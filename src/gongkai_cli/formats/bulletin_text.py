"""The bulletin as plain text, for a printer or a chat."""

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.formats.page import Page


def render(bulletin: Bulletin, page: Page) -> str:
    """Return the bulletin as lines that fit the page's width."""
    return page.set([str(bulletin.totals)])
