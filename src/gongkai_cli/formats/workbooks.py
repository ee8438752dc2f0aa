"""What every Excel workbook begins with: text that stays text, the font of its language, styles that are made once."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from gongkai_cli.messages import Words


def begin(stream: BytesIO, words: Words, title: str, made: date, valign: str) -> Any:
    """Return an empty workbook; `made` is what it says of the day of its making, which would else be the present."""
    from xlsxwriter import Workbook

    font = "宋体" if words.language == "zh" else "Calibri"
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_format_properties": {"font_name": font, "font_size": 11, "valign": valign},
    }  # fmt: skip
    workbook = Workbook(stream, options)
    workbook.set_properties({"title": title, "created": datetime.combine(made, time())})
    return workbook


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of a workbook: called with the same properties, it returns the same style."""

    workbook: Any
    _made: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def __call__(self, **properties: object) -> Any:
        """Return the style that has these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.workbook.add_format(properties)
        return self._made[key]
