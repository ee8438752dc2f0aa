"""The JSON Schema of the plan file, for editors: from the models, with every key explained.

Draft 7, which every editor reads. No `$ref`: in draft 7 nothing that stands beside one counts, and the plan does not
nest in itself. Beside the standard stand words of the YAML language server, which others pass over:
`markdownDescription`, `markdownEnumDescriptions`, `patternErrorMessage`, `defaultSnippets`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from gongkai_cli.deadlines import misfit, parse_deadline, suggestions
from gongkai_cli.formats.key_words import KEYS, VALUES
from gongkai_cli.formats.patterns import MANNERS, PATTERNS, Manner, whole
from gongkai_cli.formats.wording import deadline_words, frequency_words
from gongkai_cli.frequencies import parse_frequency
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.plan import Plan
from gongkai_cli.shapes import ID

_Schema = dict[str, Any]

# One of each form, which editors offer; the number in it can be typed over.
_FREQUENCIES = (
    *("once", "daily", "every working day", "weekly", "monthly", "quarterly", "semiannual", "annual"),
    *("every 5 days", "every 2 weeks", "every 2 months", "on EVENT", "continuous", "recurring"),
    "rrule FREQ=MONTHLY;BYDAY=1MO",
)
_DEADLINES = (
    *("2017-12-31", "2017-12-31 17:30", "06-30", "03-31 of next year"),
    *("start of period", "end of period", "day 15 of period", "day 5 of period", "end of next month"),
    *("day 15 of next month", "20 days after end of period", "10 working days after end of period"),
    *("20 days after event", "20 working days after event", "24 hours after event", "same day as event"),
    *("before event", "5 working days before event", "14 days after previous", "6 months after previous", "none"),
)
_EXAMPLES: Mapping[str, Sequence[str]] = {
    "day": ("2017-07-11",),
    "until": ("none", "2018-12-31"),
    "season": ("06-01..09-30", "2017-06-01..2017-09-30"),
    "length": ("5 working days", "1 day", "2 weeks", "1 month"),
    "zone": ("Asia/Shanghai",),
    "language": ("zh-CN", "en"),
}
_WRONG: Mapping[str, Text] = {
    "day": text("this is not a date; write YYYY-MM-DD, for example 2017-07-11"),
    "until": text("this is neither a date nor `none`; write for example 2017-12-31"),
    "deadline": text("this is not a deadline; write for example `end of next month` or `20 working days after event`"),
    "opening": text("this is no time; write for example `start of period` or `day 1 of next month`"),
    "frequency": text("this is not a frequency; write for example `monthly`, `every 5 days` or `on EVENT`"),
    "season": text("this is not a season; write for example `06-01..09-30` or `2017-06-01..2017-09-30`"),
    "length": text("this is not a length of time; write for example `5 working days`"),
    "zone": text("this is not a time zone; write for example Asia/Shanghai"),
    "language": text("this is not a language; write zh-CN or en"),
}
_FORMS = text("forms")
_EMPTY = text("this is empty; write a value, or delete the key")
_NO_ID = text("use up to 64 half-width letters, digits, `-`, `_` and `.`, for example `fiscal-monthly`")
_NO_OPENING = text("there is no `opens` with this frequency")
_ABOUT = text("one published work plan, encoded for gongkai")


class _Generator(GenerateJsonSchema):
    """pydantic's generator, without the titles and defaults that it makes of names and parsed values."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: Any) -> _Schema:
        return self.generate_inner(schema["schema"])


class _Speaker:
    """Says a sentence in each of some languages."""

    def __init__(self, languages: Sequence[Words]) -> None:
        self.languages = languages

    def __call__(self, sentence: Text, between: str = " / ") -> str:
        said = (words(sentence) for words in self.languages)
        return between.join(dict.fromkeys(each[:1].upper() + each[1:] for each in said))


def render(languages: Sequence[Words]) -> str:
    """Return the schema as a JSON document, its words in these languages."""
    return json.dumps(schema(languages), ensure_ascii=False, indent=2) + "\n"


def schema(languages: Sequence[Words]) -> _Schema:
    """Return the schema of the plan file, its words in these languages."""
    raw = Plan.model_json_schema(schema_generator=_Generator)
    speaker = _Speaker(languages)
    body = _Conversion(raw.pop("$defs"), speaker).model(Plan, raw)
    _make_fit(body["properties"]["obligations"]["items"], speaker)
    return {"$schema": "http://json-schema.org/draft-07/schema#", "description": speaker(_ABOUT), **body}


class _Conversion:
    """From pydantic's schema to one that editors can make something of."""

    def __init__(self, definitions: Mapping[str, _Schema], speaker: _Speaker) -> None:
        self.definitions = definitions
        self.speaker = speaker
        self.models = {model.__name__: model for model in KEYS}

    def model(self, model: type[BaseModel], raw: _Schema) -> _Schema:
        """A mapping with known keys; in the order in which they are usually written."""
        properties = {}
        for name, field in model.model_fields.items():
            key = field.alias or name
            value = self.value(raw["properties"][key])
            properties[key] = {**self.described(KEYS[model][name], value), **value}
            if "enum" in properties[key]:
                meanings = [VALUES[name][each] for each in properties[key]["enum"]]
                properties[key]["markdownEnumDescriptions"] = [self.speaker(each) for each in meanings]
            if field.default not in (None, ()) and not field.is_required() and not isinstance(field.default, BaseModel):
                properties[key]["default"] = field.default if isinstance(field.default, int) else str(field.default)
        required = {"required": raw["required"]} if "required" in raw else {}
        return {"type": "object", "additionalProperties": False, **required, "properties": properties}

    def described(self, meaning: Text, value: _Schema) -> _Schema:
        """What a key means, as every editor shows it, and as some show it better."""
        said = [self.speaker(meaning, "\n")]
        if offered := value.get("defaultSnippets"):
            forms = " | ".join(f"`{each['label']}`" for each in offered)
            said.append(f"{self.speaker(_FORMS)}: {forms}")
        plain = "\n".join(said)
        return {"description": plain, "markdownDescription": plain.replace("\n", "\n\n")}

    def value(self, raw: _Schema) -> _Schema:
        """A value; nothing, which stands for a key that is left out, is no value in a file."""
        if "anyOf" in raw:
            (raw,) = (each for each in raw["anyOf"] if each.get("type") != "null")
        if "$ref" in raw:
            name = raw["$ref"].rpartition("/")[2]
            return self.model(self.models[name], self.definitions[name])
        if "patternProperties" in raw:
            values = {pattern: self.value(each) for pattern, each in raw["patternProperties"].items()}
            return {"type": "object", "additionalProperties": False, "patternProperties": values}
        if raw["type"] == "array":
            return self.list(raw)
        return self.text(raw) if raw["type"] == "string" else raw

    def list(self, raw: _Schema) -> _Schema:
        """A list; where one text may stand for it, what holds for an item holds for that text."""
        items = self.value(raw["items"])
        least = {"minItems": raw["minLength"]} if "minLength" in raw else {}
        if raw.get("form") != "one or many":
            return {"type": "array", **least, "items": items}
        return {**items, "type": ["string", "array"], **least, "items": items}

    def text(self, raw: _Schema) -> _Schema:
        """Text of a small language, of a closed set, or free."""
        form = raw.pop("form", None)
        if form == "text or number":
            return {**raw, "type": ["string", "integer"], "patternErrorMessage": self.speaker(_EMPTY)}
        if form is None:
            what = _NO_ID if raw.get("pattern") == ID else _EMPTY
            return {**raw, "patternErrorMessage": self.speaker(what)} if "pattern" in raw else raw
        offered: _Schema = {"examples": list(_EXAMPLES[form])} if form in _EXAMPLES else {}
        if form == "frequency":
            offered = {"defaultSnippets": [_frequency_snippet(each, self.speaker) for each in _FREQUENCIES]}
        if form in ("deadline", "opening"):
            forms = dict.fromkeys(
                each for manner in MANNERS for each in _fitting_forms(manner, opens=form == "opening")
            )
            offered = {
                "defaultSnippets": [_deadline_snippet(each, self.speaker) for each in _DEADLINES if each in forms]
            }
        wrong = self.speaker(_WRONG[form])
        return {"type": "string", "pattern": PATTERNS[form], "patternErrorMessage": wrong, **offered}


def _make_fit(obligation: _Schema, speaker: _Speaker) -> None:
    """Let only those deadlines and openings stand, and be offered, that go with the frequency beside them.

    Where there is none, or none that is understood, all forms can stand.
    """
    any_form = {}
    for key in ("deadline", "opens"):
        value = obligation["properties"][key]
        any_form[key] = {each: value.pop(each) for each in ("pattern", "patternErrorMessage", "defaultSnippets")}
    known = _beside(PATTERNS["frequency"])
    obligation["allOf"] = [
        {"if": known, "else": {"properties": any_form}},
        *(_fitting(manner, speaker) for manner in MANNERS),
    ]


def _beside(frequency: str) -> _Schema:
    return {"properties": {"frequency": {"pattern": frequency}}, "required": ["frequency"]}


def _fitting(manner: Manner, speaker: _Speaker) -> _Schema:
    """What can stand as a deadline, and as an opening, beside a kind of frequency."""
    deadline = _choice(manner, manner.deadline, speaker, opens=False)
    if manner.opens is None:
        opens = {"pattern": "(?!)", "patternErrorMessage": speaker(_NO_OPENING)}
    else:
        opens = _choice(manner, manner.opens, speaker, opens=True)
    return {"if": _beside(whole(manner.frequency)), "then": {"properties": {"deadline": deadline, "opens": opens}}}


def _choice(manner: Manner, pattern: str, speaker: _Speaker, *, opens: bool) -> _Schema:
    frequency = parse_frequency(manner.example)
    wrong = text("nothing that goes with this frequency; write {forms}", forms=suggestions(frequency, opens=opens))
    return {
        "pattern": whole(pattern),
        "patternErrorMessage": speaker(wrong),
        "defaultSnippets": [_deadline_snippet(form, speaker) for form in _fitting_forms(manner, opens=opens)],
    }


def _fitting_forms(manner: Manner, *, opens: bool) -> list[str]:
    frequency = parse_frequency(manner.example)
    return [form for form in _DEADLINES if misfit(parse_deadline(form), frequency, opens=opens) is None]


def _frequency_snippet(form: str, speaker: _Speaker) -> _Schema:
    return _snippet(form, frequency_words(parse_frequency(form), {}), speaker)


def _deadline_snippet(form: str, speaker: _Speaker) -> _Schema:
    return _snippet(form, deadline_words(parse_deadline(form)), speaker)


def _snippet(form: str, words: Text, speaker: _Speaker) -> _Schema:
    """A form that an editor offers, its number or name to be typed over."""
    body = re.sub(r"EVENT|\b[1-9][0-9]*\b(?=.* (?:of|after|before) )|(?<=every )[0-9]+", r"${1:\g<0>}", form, count=1)
    return {"label": form, "description": speaker(words), "body": body}
