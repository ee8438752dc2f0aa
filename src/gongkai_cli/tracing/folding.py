"""Text as it is compared: without blanks and line breaks, full-width and half-width forms as one."""

import unicodedata
from array import array
from dataclasses import dataclass, field

# Dashes, dots, quotation marks and brackets that typists use for one another; NFKC keeps them apart.
_ALIKE = {
    **dict.fromkeys("‐‑‒–—―−─－﹣", "-"),
    **dict.fromkeys("•・‧∙･", "·"),
    **dict.fromkeys("“”„‟〝〞＂", '"'),
    **dict.fromkeys("‘’‚‛＇", "'"),
    **dict.fromkeys("〔﹝［", "["),
    **dict.fromkeys("〕﹞］", "]"),
    **dict.fromkeys("〜∼", "~"),
    **dict.fromkeys("﹑､", "、"),
}
_QUOTES = ('"', "'")
_NO_QUOTES = str.maketrans("", "", "\"'")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


class _Forms(dict[str, str]):
    """What each character folds to, worked out once."""

    def __missing__(self, character: str) -> str:
        if character.isspace() or character in _INVISIBLE:
            folded = ""
        elif "①" <= character <= "⑳":
            folded = character  # NFKC would make a plain digit of it
        else:
            folded = _ALIKE.get(character) or "".join(
                _ALIKE.get(part, part) for part in unicodedata.normalize("NFKC", character) if not part.isspace()
            )
        self[character] = folded
        return folded


_forms = _Forms()


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text, and for each of its characters where in the original it comes from."""

    text: str
    origin: "array[int]" = field(repr=False)


def fold(value: str, *, bare: bool = False) -> str:
    """Return a text as it is compared; `bare` of quotation marks, which PDF files may give at other places."""
    folded = "".join([_forms[character] for character in value])
    return folded.translate(_NO_QUOTES) if bare else folded


def fold_with_origin(value: str, *, bare: bool = False) -> Folded:
    """Return a text as it is compared, with the way back."""
    parts: list[str] = []
    origin = array("L")
    for index, character in enumerate(value):
        folded = _forms[character]
        if folded and not (bare and folded in _QUOTES):
            parts.append(folded)
            origin.append(index)
            for _ in folded[1:]:
                origin.append(index)
    return Folded("".join(parts), origin)
