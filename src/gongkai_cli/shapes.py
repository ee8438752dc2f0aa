"""Shapes of YAML files: field types that parse, and pydantic's errors as placed problems."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, WithJsonSchema
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from gongkai_cli.deadlines import parse_day
from gongkai_cli.frequencies import Guesses, NotAForm, nearest
from gongkai_cli.messages import Text, text
from gongkai_cli.positions import Document
from gongkai_cli.problems import Problem, standing_for
from gongkai_cli.yaml_slips import slip_hint

# Ids stand in log cells that may hold several, separated by `、` or `;`, so they must not hold these.
ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
MAX_TEXT = 2000
_MOST_ERRORS = 10_000  # of one validation; each takes two kilobytes
# Whatever cannot be seen says nothing.
_VISIBLE = r"[^\s\u200b]"

# Marks, in the JSON Schema of a model, a list for which a single text may stand.
ONE_OR_MANY: JsonDict = {"form": "one or many"}

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
        try:
            parsed = parse(value if isinstance(value, str) else str(value))
        except NotAForm as error:
            if isinstance(value, str):
                raise _refusal(error.code or code, error.message, error.hint) from None
            hint = error.hint if isinstance(value, int) else None
            raise _refusal("GK203", text("this must be text, not {what}", what=what_is(value)), hint) from None
        if not isinstance(value, str):
            raise _refusal("GK203", text("this must be text, not {what}", what=what_is(value)), _quotes(value))
        return parsed

    return PlainValidator(validate)


def written_as(form: str) -> WithJsonSchema:
    """What the JSON Schema of a model says of text that a parser reads: which small language it is written in."""
    return WithJsonSchema({"type": "string", "form": form})


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


Words_ = Annotated[str, Field(pattern=_VISIBLE, max_length=MAX_TEXT)]
Id = Annotated[str, Field(pattern=ID)]
Day = Annotated[date, parsed_by(parse_day, "GK205"), written_as("day")]
Names = Annotated[tuple[Words_, ...], BeforeValidator(one_or_many), Field(strict=False, json_schema_extra=ONE_OR_MANY)]


def shape_problems(document: Document, error: ValidationError, model_at: ModelAt) -> Iterator[Problem]:
    """Yield what is wrong with the shape of a file, placed; what the YAML reader has reported is left out."""
    errors, unlisted = first_errors(error, model_at(()), document.data)
    guesses = Guesses()
    meant = {
        (*place[:-1], guesses.nearest(str(place[-1]), _keys(model_at(place[:-1]))))
        for place in (tuple(each["loc"]) for each in errors if each["type"] == "extra_forbidden")
    }
    found: Problem | None = None
    for each in errors:
        # A key that another is a slip of is not missing too.
        if each["type"] != "missing" or tuple(each["loc"]) not in meant:
            problem = _shape_problem(document, each, model_at)
            if problem is not None:
                if found is not None:
                    yield found
                found = problem
    if found is not None:
        yield standing_for(found, unlisted)


def first_errors(error: ValidationError, model: type[BaseModel], data: Any) -> tuple[Sequence[Any], int]:
    """Return the errors of a validation, and how many more there are than could be held."""
    if error.error_count() <= _MOST_ERRORS:
        return error.errors(include_url=False), 0
    # What the YAML reader has reported, as everywhere, is not counted again.
    count = error.error_count() - _nothings(data)
    beginning = data
    for most in (1000, 100, 10):
        beginning = _beginning(data, most)
        try:
            model.model_validate(beginning)
        except ValidationError as fewer:
            error = fewer
        if error.error_count() <= _MOST_ERRORS:
            break
    return error.errors(include_url=False), max(0, count - error.error_count() + _nothings(beginning))


def _nothings(data: Any) -> int:
    """How many values in some data are nothing."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return int(data is None) + sum(map(_nothings, inner))


def _beginning(data: Any, most: int) -> Any:
    """Return data with the first items of every list and mapping only."""
    if isinstance(data, list):
        return [_beginning(each, most) for each in data[:most]]
    if isinstance(data, dict):
        return {key: _beginning(value, most) for key, value in islice(data.items(), most)}
    return data


def without_bent(problems: list[Problem]) -> list[Problem]:
    """Return the problems without those about values that other YAML readers change, where they are wrong anyway."""
    wrong = {problem.location for problem in problems if problem.code.startswith("GK2")}
    return [problem for problem in problems if problem.code != "GK107" or problem.location not in wrong]


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _shape_problem(document: Document, error: Any, model_at: ModelAt) -> Problem | None:
    """Turn one of pydantic's errors into a problem; None for what has been reported already."""
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
    # GK112 stands at the key of nothing; a list is too short only because its items are refused.
    if given is None or (kind == "too_short" and given):
        return None
    if kind == "literal_error" and isinstance(given, str) and given.isdigit() and str(context["expected"]).isdigit():
        kind = "int_type"
    if kind.endswith("_type"):
        return _wrong_type(document, place, kind, given, model_at)
    if kind in ("greater_than_equal", "less_than_equal"):
        return document.problem("GK204", place, _range_words(given, _constraints(place, model_at)))
    key = len(place) > 1 and place[-1] == "[key]"
    return document.problem("GK204", place[:-1] if key else place, *_value_words(kind, given, context), key=key)


def _wrong_type(
    document: Document, place: tuple[str | int, ...], kind: str, given: object, model_at: ModelAt
) -> Problem:
    expected = _expected(kind)
    if kind.startswith(("tuple", "list")) and _one_or_many_at(place, model_at):
        expected = text("text or a list")
    message = text("this must be {expected}, not {what}", expected=expected, what=what_is(given))
    hint = slip_hint(document, document.locate(place).line - 1)
    return document.problem("GK203", place, message, hint or _type_hint(kind, given))


def _constraints(place: tuple[str | int, ...], model_at: ModelAt) -> Sequence[Any]:
    """What the model asks of the value at a place, beyond its type."""
    fields = model_at(place[:-1]).model_fields.items()
    return next((field.metadata for name, field in fields if (field.alias or name) == place[-1]), ())


def _one_or_many_at(place: tuple[str | int, ...], model_at: ModelAt) -> bool:
    """Whether a single text may stand at a place, as well as a list."""
    return any(isinstance(each, BeforeValidator) and each.func is one_or_many for each in _constraints(place, model_at))


def _expected(kind: str) -> Text:
    if kind.startswith(("model", "dict")):
        return text("a mapping of `key: value` lines")
    if kind.startswith(("tuple", "list")):
        return text("a list")
    return text("a whole number") if kind.startswith("int") else text("text")


def _type_hint(kind: str, given: object) -> Text | None:
    if kind.startswith("int") and isinstance(given, str) and re.fullmatch(r"\s*[0-9]{1,18}\s*", given):
        return text("write it without quotes: {value}", value=int(given))
    if kind.startswith(("tuple", "list")) and isinstance(given, dict):
        return text("begin each item of the list with `- `")
    return _quotes(given)


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
    if kind in ("string_too_short", "too_short") or context.get("pattern") == _VISIBLE:
        return text("this is empty"), text("write a value, or delete the key")
    if kind == "string_pattern_mismatch":
        return (
            text("`{value}` cannot be an id here", value=shown),
            text("use up to 64 half-width letters, digits, `-`, `_` and `.`, for example `fiscal-monthly`"),
        )
    if kind == "string_too_long":
        return text("this is longer than {limit} characters", limit=context["max_length"]), None
    return text("`{value}` is not allowed here", value=shown), None


def _range_words(given: object, constraints: Sequence[Any]) -> Text:
    least = next(each.ge for each in constraints if hasattr(each, "ge"))
    most = next(each.le for each in constraints if hasattr(each, "le"))
    return text("`{value}` is out of range; at least {least}, at most {most}", value=given, least=least, most=most)


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
    known = _keys(model_at(place[:-1]))
    close = nearest(key, known)
    location = document.locate(place, key=True)
    hint = (
        text("did you mean `{name}`?", name=close)
        if close
        else slip_hint(document, location.line - 1) or text("known here: {keys}", keys=", ".join(known))
    )
    return document.problem_at(location, "GK201", text("the key `{key}` is not known here", key=key), hint)
