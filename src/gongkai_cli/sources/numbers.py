"""Numbers as word processors print them before paragraphs."""

from gongkai_cli.dates import in_chinese

_CHINESE_FORMS = (
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
    "taiwaneseCounting",
)


def numeral(number: int, form: str) -> str:
    """Return a number in one of ECMA-376's formats (17.18.59): Chinese, circled, letters, Roman; else decimal."""
    if form in _CHINESE_FORMS and 0 < number < 1000:
        return in_chinese(number)
    if form.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        return chr(ord("a" if form == "lowerLetter" else "A") + number - 1)
    return str(number)
