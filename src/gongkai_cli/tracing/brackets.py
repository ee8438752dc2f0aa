"""Who is named at the end of a clause: （区财政局牵头，区发改局配合）, 责任单位：…, or the cell of a table."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Part = Literal["lead", "support", "share"]

_WORK = "(?:(?:组织|协调)?(?:负责|牵头|落实|承担|主办|承办)(?:组织|实施|推进|办理|公开|发布)?)"
_HELP = "(?:配合|协助|协同|参与|参加|协办|支持)"
_MANNER = (
    "(?:按照?(?:各自)?(?:职责|职能|责任)?(?:分工|职责)?|依?据?职责分工|分别|共同|分头|具体|联合|各自|统筹|做好|抓好)"
)
_TAIL = re.compile(
    rf"(?P<names>.*?)(?:等(?:相关|有关)?(?:部门|单位)?)?{_MANNER}*(?:(?P<work>{_WORK}+)|(?P<help>{_HELP}+{_WORK}*))"
)
_HEAD = re.compile("(?P<who>牵头|责任|配合|主办|协办|承办|参与|实施|落实)(?:单位|部门|主体):?")
_TIMES = re.compile(
    r".*(?:[0-9一二三四五六七八九十]+[月日年]|年底|月底|季度|长期|持续|全年|及时).*(?:前|内|底|完成|推进|坚持|)"
)
_NAME = re.compile(r"[\w·\-\"（）()]{2,30}")
# 应急 and 应对 stand in names, 应 alone does not; so do 不动产 and 自由贸易.
_NOT_A_NAME = re.compile("的|并|(?<!自)由|除|将|应(?![急对用])|不(?!动产)|了|是|在")
_FEW, _LONGEST = 48, 600  # names, characters


class Named(NamedTuple):
    """One name of a bracket: as lead (牵头, 负责), in support (配合), or as one of those who share the task."""

    name: str
    part: Part


def read_bracket(said: str, part: Part | None = None) -> tuple[Named, ...] | None:
    """Return who is named in the folded text of a bracket, or of a cell with a known part; None for other text."""
    if len(said) > _LONGEST:
        return None
    found: list[Named] = []
    waiting: list[str] = []
    here: Part | None = part
    for piece in re.split("[,;。]", said):
        if head := _HEAD.match(piece):
            here = _part(head["who"])
            piece = piece[head.end() :]
        tail = _TAIL.fullmatch(piece)
        if tail is not None:
            names = [*waiting, *_names(tail["names"])]
            found += [Named(name, "support" if tail["help"] else "lead") for name in names]
            waiting = []
        elif here is not None:
            found += [Named(name, here) for name in _names(re.sub("等(?:相关|有关)?(?:部门|单位)$", "", piece))]
        elif not _TIMES.fullmatch(piece):
            waiting += _names(piece)
    if waiting or not found or len(found) > _FEW or not all(_is_name(each.name) for each in found):
        return None if part is None else tuple(each for each in found if _is_name(each.name))
    return tuple(found)


def read_label(said: str) -> tuple[Named, ...] | None:
    """Return who is named by a paragraph such as 责任单位：区财政局，区发改局; None for other text."""
    return read_bracket(said.rstrip("。;")) if _HEAD.match(said) and ":" in said[:6] else None


def _part(who: str) -> Part:
    if who in ("牵头", "主办"):
        return "lead"
    return "support" if who in ("配合", "协办", "参与") else "share"


def _names(said: str) -> Iterator[str]:
    return (name for name in said.split("、") if name)


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and _NOT_A_NAME.search(name) is None
