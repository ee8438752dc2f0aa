"""The words of both languages: sentences are written in English and said in the reader's language."""

import gettext
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
DOMAIN = "gongkai"
CATALOGS = Path(__file__).parent


class Text(NamedTuple):
    """A sentence that waits for its reader: an English template, and what fills it."""

    template: str
    values: tuple[tuple[str, object], ...] = ()


def text(template: str, /, **values: object) -> Text:
    """Return a sentence to be said later; the templates in these calls are what the catalogs translate."""
    return Text(template, tuple(values.items()))


class Words:
    """Say sentences in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._translate = _catalog(language).gettext

    def __call__(self, sentence: str | Text, /, **values: object) -> str:
        """Return `sentence` in this language, filled with `values`; sentences among the values are said too."""
        if isinstance(sentence, Text):
            values = {**dict(sentence.values), **values}
            sentence = sentence.template
        said = self._translate(sentence)
        return said.format_map(self._said(values)) if values else said

    def listed(self, names: Iterable[str]) -> str:
        """Return names as this language lists them."""
        return ("、" if self.language == "zh" else ", ").join(names)

    def _said(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self(value) if isinstance(value, Text) else value for name, value in values.items()}


@cache
def _catalog(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    with (CATALOGS / f"{language}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def language_of(tag: str) -> Language:
    """Return the language to speak for a BCP 47 tag: English for `en…`, else Chinese."""
    return "en" if tag.lower().startswith("en") else "zh"
