"""The bulletin as a Word document."""

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.deadlines import day_of
from gongkai_cli.formats.bulletin_sections import document
from gongkai_cli.formats.official_docx import set_blocks
from gongkai_cli.messages import Words


def render(bulletin: Bulletin, words: Words) -> bytes:
    """Return the bulletin as a DOCX file: the same bytes for the same bulletin."""
    return set_blocks(document(bulletin, words), words.language, day_of(bulletin.as_of))
