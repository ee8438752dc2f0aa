"""How wide text is in cells, where a line of it may end, and how much room each column of a table gets."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len

__all__ = ["GAP", "cell_len", "column_widths", "wrapped"]

GAP = 2
_NARROW = (8, 6, 4, 2)
# What may not begin a line (避头), and what may not end one (避尾).
_NOT_FIRST = "，。、；：？！）】》〉”’』」〕％…—,.;:?!)]}%"
_NOT_LAST = "（【《〈“‘『「〔([{"
# What stays with the number before it; dates are not torn apart.
_AFTER_DIGITS, _BEFORE_DIGITS = "年月日项个次行条号", "月）"
# Marks, and what is said in brackets, stay with what they are about.
_WITH_WHAT_IS_BEFORE = "[(*（"


def column_widths(rows: Sequence[Sequence[str]], shares: Sequence[int], available: int) -> list[int]:
    """Return the width of each column in cells, gaps left out: that of its widest cell, or less where room is short.

    Then the columns give way by their shares, but not, while it can be helped, below their longest word.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(1, *(cell_len(cell) for cell in column)) for column in columns]
    words = [max(1, *(cell_len(piece.rstrip()) for cell in column for piece in _pieces(cell))) for column in columns]
    room = available - GAP * (len(widths) - 1)
    # Chinese breaks anywhere: without a least width its columns would give way to the last. Titles give way first.
    below = [max((cell_len(cell) for cell in column[1:]), default=1) for column in columns]
    whole = [[max(word, min(width, narrow)) for word, width in zip(words, below, strict=True)] for narrow in _NARROW]
    for least in (*whole[:2], *([narrow] * len(widths) for narrow in _NARROW)):
        while sum(widths) > room:
            loose = [index for index, width in enumerate(widths) if width > least[index]]
            if not loose:
                break
            widths[max(loose, key=lambda index: widths[index] / shares[index])] -= 1
    return widths


def wrapped(words: str, width: int) -> Iterator[str]:
    """Yield lines of at most `width` cells: Chinese breaks anywhere but at its punctuation, Latin between words."""
    if cell_len(words) <= width:
        yield from (words.rstrip(),) if words.strip() else ()
        return
    line = ""
    for piece in _pieces(words):
        if line and cell_len(line) + cell_len(piece.rstrip()) > width:
            yield line.rstrip()
            line = piece.lstrip(" ")
        else:
            line += piece
        while cell_len(line.rstrip()) > width:  # a word, or an address, that is longer than a line
            head = _fitting(line, width)
            yield head
            line = line[len(head) :]
    if line.strip():
        yield line.rstrip()


@lru_cache(maxsize=4096)
def _pieces(words: str) -> tuple[str, ...]:
    """Return the parts of a text between which a line may end."""
    return tuple(_broken(words))


def _broken(words: str) -> Iterator[str]:
    piece = ""
    for index, sign in enumerate(words):
        piece += sign
        if _may_end(sign, words[index + 1 : index + 2]):
            yield piece
            piece = ""
    if piece:
        yield piece


def _may_end(sign: str, following: str) -> bool:
    """Return whether a line may end between two signs; the last line ends anyway."""
    if sign == " " or not following:
        return following not in ("", " ")
    if following == " " or following in _NOT_FIRST or following in _WITH_WHAT_IS_BEFORE or sign in _NOT_LAST:
        return False
    if (sign.isdigit() and following in _AFTER_DIGITS) or (sign in _BEFORE_DIGITS and following.isdigit()):
        return False
    return cell_len(sign) == 2 or cell_len(following) == 2


def _fitting(line: str, width: int) -> str:
    taken = ""
    for sign in line:
        if cell_len(taken + sign) > width:
            break
        taken += sign
    return taken or line[:1]
