"""What the parser refuses, told as every other problem is: with its place, its code and what to do about it."""

import re

from gongkai_cli.cli.terminal import usage
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import BadInput

_SEE_HELP = text("the command's --help shows all its options")


def refused(error: Exception) -> BadInput | None:
    """Return an error of the parser as a problem, or None for one that is not known here.

    The parser's classes are no part of typer's interface, and are told by their names.
    """
    kind, message = type(error).__name__, getattr(error, "message", "")
    option = getattr(error, "option_name", None) or _name(getattr(error, "param", None))
    if kind == "UsageError":
        return _misplaced(message)
    if not option:
        return None
    if kind == "NoSuchOption":
        return usage(option, text("there is no such option"), _nearest(option, getattr(error, "possibilities", None)))
    if kind == "MissingParameter":
        return usage(option, text("this is needed, and is missing"), _SEE_HELP)
    if kind == "BadOptionUsage":
        lacking = "requires" in message
        return usage(option, text("the value is missing") if lacking else text("this takes no value"), _SEE_HELP)
    if kind == "BadParameter":
        return _bad_value(option, message.removeprefix("Value error, "))
    return None


def _misplaced(message: str) -> BadInput:
    """What has no option to be about: a word too many, or no command at all."""
    extra = re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", message, re.DOTALL)
    if extra is not None:
        return usage(extra[1].split(" ")[0], text("this is not expected here"), _SEE_HELP)
    hint = text("gongkai --help shows all commands")
    return usage("gongkai", text("a command is missing") if "Missing command" in message else _reason(message), hint)


def _reason(message: str) -> Text:
    return text("this cannot be understood: {reason}", reason=message)


def _name(parameter: object) -> str | None:
    """An option as it is typed, an argument as the usage line writes it."""
    names = getattr(parameter, "opts", None)
    if not names:
        return None
    return str(names[0]) if str(names[0]).startswith("-") else str(names[0]).upper()


def _nearest(option: str, close: list[str] | None) -> Text:
    from gongkai_cli.frequencies import nearest

    name = nearest(option, close or ())
    return text("did you mean `{name}`?", name=name) if name else _SEE_HELP


def _bad_value(option: str, message: str) -> BadInput:
    choice = re.fullmatch(r"'(.*)' is not one of (.*)\.", message, re.DOTALL)
    if choice is None:
        return usage(option, text("this value cannot be used: {reason}", reason=message), _SEE_HELP)
    known = choice[2].replace("'", "")
    said = text("`{value}` is not possible here", value=choice[1])
    from gongkai_cli.frequencies import nearest

    close = nearest(choice[1], known.split(", "))
    if close is not None:
        return usage(option, said, text("did you mean `{name}`? known are: {known}", name=close, known=known))
    return usage(option, said, text("known are: {known}", known=known))
