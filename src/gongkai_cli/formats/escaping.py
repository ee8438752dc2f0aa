"""Make untrusted text harmless, and visible, for where it is going."""

import re

# C0 and C1 controls, line and paragraph separators, what is no character, and the marks that reorder text (Unicode
# UAX 9, Trojan Source).
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]"
)


# Characters of a sentence about an input. Titles and URLs of a log are seldom longer than a tenth.
_LONGEST, _BEGINNING, _END = 2000, 300, 200


def visible(value: str) -> str:
    """Return text fit for one line of a terminal: what would steer it is spelt out, as in `\\x1b`."""
    return _UNSAFE.sub(lambda match: _spelt(match.group()), value) if _UNSAFE.search(value) else value


def _spelt(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shortened(value: str) -> str:
    """Return a sentence without the middle of what fills it, where that is so long that nobody would see the rest."""
    return value if len(value) <= _LONGEST else f"{value[:_BEGINNING]}…{value[-_END:]}"


def no_formula(value: str) -> str:
    """Return text that a spreadsheet will not run: what begins like a formula gets an apostrophe before it."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


# Of what is unsafe, all that JSON would leave as it is.
_LEFT_BY_JSON = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb]")


def plain_json(document: str) -> str:
    """Return a JSON document that means the same and does nothing to a terminal: such signs are written `\\u202e`."""
    return _LEFT_BY_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", document)
