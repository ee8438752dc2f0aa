"""The bulletin, and letters, as Word documents."""

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.deadlines import day_of
from gongkai_cli.formats import letter_words
from gongkai_cli.formats.bulletin_sections import document
from gongkai_cli.formats.official_docx import set_blocks
from gongkai_cli.letters import Letter
from gongkai_cli.messages import Words


def render(bulletin: Bulletin, words: Words) -> bytes:
    """Return the bulletin as a DOCX file: the same bytes for the same bulletin."""
    return set_blocks(document(bulletin, words), words.language, day_of(bulletin.as_of))


def letter(made: Letter, words: Words) -> bytes:
    """Return a reminder letter as a DOCX file: the same bytes for the same letter."""
    return set_blocks(letter_words.document(made, words), words.language, day_of(made.bulletin.as_of))
