"""Shapes of YAML files: field types that parse, and pydantic's errors as placed problems."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError
from pydantic_core import PydanticCustomError

from gongkai_cli.deadlines import parse_day
from gongkai_cli.frequencies import NotAForm, nearest
from gongkai_cli.messages import Text, text
from gongkai_cli.positions import Document, slip_hint
from gongkai_cli.problems import Problem

# Ids stand in log cells that may hold several, separated by `、` or `;`, so they must not hold these.
ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
MAX_TEXT = 2000

# Where in a file, to the model that describes the mapping there.
ModelAt = Callable[[tuple[str | int, ...]], type[BaseModel]]


class Strict(BaseModel):
    """A mapping whose keys are all known and whose values are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _refusal(code: str, message: Text, hint: Text | None = None) -> PydanticCustomError:
    return PydanticCustomError("gongkai", "{code}", {"code": code, "message": message, "hint": hint})


def parsed_by(parse: Callable[[str], Any], code: str) -> PlainValidator:
    """A validator that runs one of the small parsers, so that its error keeps its code and hint."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise _refusal("GK203", text("this must be text, not {what}", what=what_is(value)))
        try:
            return parse(value)
        except NotAForm as error:
            raise _refusal(error.code or code, error.message, error.hint) from None

    return PlainValidator(validate)


def what_is(value: object) -> Text:
    """Return the words for a value's type, as someone who writes YAML calls it."""
    if value is None:
        return text("nothing")
    if isinstance(value, bool | int | float):
        return text("the number {value}", value=value)
    if isinstance(value, dict):
        return text("a mapping")
    return text("a list") if isinstance(value, list) else text("text")


def one_or_many(value: Any) -> Any:
    """Return a single text as a list of one."""
    return [value] if isinstance(value, str) else value


Words_ = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
Id = Annotated[str, Field(pattern=ID)]
Day = Annotated[date, parsed_by(parse_day, "GK205")]
Names = Annotated[tuple[Words_, ...], BeforeValidator(one_or_many), Field(strict=False)]


def shape_problems(document: Document, error: ValidationError, model_at: ModelAt) -> Iterator[Problem]:
    """Yield what is wrong with the shape of a file, placed; what the YAML reader has reported is left out."""
    for each in error.errors(include_url=False):
        problem = _shape_problem(document, each, model_at)
        if problem is not None:
            yield problem


def _shape_problem(document: Document, error: Any, model_at: ModelAt) -> Problem | None:
    """Turn one of pydantic's errors into a problem; None for what the YAML reader has already reported."""
    kind: str = error["type"]
    place: tuple[str | int, ...] = tuple(error["loc"])
    given = error.get("input")
    context = error.get("ctx", {})
    if kind == "gongkai":
        if given is None:
            return None
        return document.problem(context["code"], place, context["message"], context["hint"])
    if kind == "missing":
        return _missing(document, place)
    if kind == "extra_forbidden":
        return _unknown_key(document, place, model_at)
    if given is None:
        return None  # GK112 stands at its key
    if kind.endswith("_type"):
        message = text("this must be {expected}, not {what}", expected=_expected(kind), what=what_is(given))
        location = document.locate(place)
        return document.problem("GK203", place, message, slip_hint(document, location.line - 1) or _quotes(given))
    key = len(place) > 1 and place[-1] == "[key]"
    return document.problem("GK204", place[:-1] if key else place, *_value_words(kind, given, context), key=key)


def _expected(kind: str) -> Text:
    if kind.startswith(("model", "dict")):
        return text("a mapping of `key: value` lines")
    if kind.startswith(("tuple", "list")):
        return text("a list")
    return text("a whole number") if kind.startswith("int") else text("text")


def _quotes(given: object) -> Text | None:
    number = isinstance(given, int) and not isinstance(given, bool)
    return text('write it in quotes: "{value}"', value=given) if number else None


def _value_words(kind: str, given: object, context: Mapping[str, Any]) -> tuple[Text, Text | None]:
    shown = given if isinstance(given, str | int) else ""
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", "`").replace(" or ", ", ")
        close = nearest(str(shown), str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", "))
        hint = text("did you mean `{name}`?", name=close) if close else None
        return text("`{value}` is not allowed here; allowed: {expected}", value=shown, expected=expected), hint
    if kind == "string_pattern_mismatch":
        return (
            text("`{value}` cannot be an id here", value=shown),
            text("use up to 64 half-width letters, digits, `-`, `_` and `.`, for example `fiscal-monthly`"),
        )
    if kind in ("string_too_short", "too_short"):
        return text("this is empty"), text("write a value, or delete the key")
    if kind == "string_too_long":
        return text("this is longer than {limit} characters", limit=context["max_length"]), None
    if kind in ("greater_than_equal", "less_than_equal"):
        return text("`{value}` is out of range; at least 1, at most 10000", value=shown), None
    return text("`{value}` is not allowed here", value=shown), None


def _missing(document: Document, place: tuple[str | int, ...]) -> Problem | None:
    parent, key = place[:-1], place[-1]
    return document.problem(
        "GK202",
        parent,
        text("the key `{key}` is missing", key=key),
        text("add `{key}:` here; the docs describe it", key=key),
        key=not (parent and isinstance(parent[-1], int)),
    )


def _unknown_key(document: Document, place: tuple[str | int, ...], model_at: ModelAt) -> Problem:
    key = str(place[-1])
    fields = model_at(place[:-1]).model_fields
    known = [field.alias or name for name, field in fields.items()]
    close = nearest(key, known)
    location = document.locate(place, key=True)
    hint = (
        text("did you mean `{name}`?", name=close)
        if close
        else slip_hint(document, location.line - 1) or text("known here: {keys}", keys=", ".join(known))
    )
    return document.problem_at(location, "GK201", text("the key `{key}` is not known here", key=key), hint)
