"""A call over HTTP as the command line takes it: one grammar, so both ask alike and refuse alike."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from sla.cli import asking, listing, loads
from sla.errors import MeasureError

# The owner of the database knows where it is and which settings hold.
_NOT_OVER_HTTP = {"db", "settings", "help"}
_YES, _NO = ("true", "1", "yes", ""), ("false", "0", "no")


@dataclass(frozen=True)
class Argument:
    """One argument of a command; `part` says that it stands in the path."""

    name: str
    told: str
    choices: tuple[str, ...]
    part: bool
    flag: bool
    whole_number: bool


@dataclass(frozen=True)
class Command:
    """One command that asks, and where it answers."""

    name: str
    told: str
    route: str
    arguments: tuple[Argument, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of an answer."""
        return next(a.choices for a in self.arguments if a.name == "format")


class _Parser(argparse.ArgumentParser):
    """A parser that raises what is wrong instead of ending the program."""

    def error(self, message: str) -> NoReturn:
        raise MeasureError(message.replace("argument --", "").rstrip(".") + ".")


@cache
def _parser() -> tuple[_Parser, dict[str, _Parser], dict[str, str]]:
    parser = _Parser(add_help=False, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", parser_class=_Parser)
    for module in (asking, listing, loads):
        module.add(commands)
    helps = {choice.dest: choice.help or "" for choice in commands._choices_actions}
    return parser, commands.choices, helps


@cache
def commands() -> tuple[Command, ...]:
    """Return every command that asks the database."""
    _, parsers, helps = _parser()
    return tuple(
        Command(name, helps[name], route, tuple(_arguments(parser)))
        for name, parser in parsers.items()
        if (route := parser.get_default("route")) is not None
    )


def _arguments(parser: argparse.ArgumentParser) -> list[Argument]:
    found = []
    for action in parser._actions:
        if action.dest in _NOT_OVER_HTTP:
            continue
        part = not action.option_strings
        found.append(
            Argument(
                name=action.dest if part else action.option_strings[0].removeprefix("--"),
                told=action.help or "",
                choices=tuple(map(str, action.choices or ())),
                part=part,
                flag=action.nargs == 0,
                whole_number=getattr(action.type, "__name__", "") == "target",
            )
        )
    return found


def call_of(
    command: Command, parts: Sequence[str], query: Sequence[tuple[str, str]]
) -> argparse.Namespace:
    """Return the call that a path and a query make. Raises MeasureError that says what is wrong with it."""
    known = {a.name: a for a in command.arguments if not a.part}
    words = [command.name]
    asked: dict[str, str] = {"format": "json"}
    for name, value in query:
        if name not in known:
            raise MeasureError(
                f'there is no argument "{name}" here; there are: {", ".join(known)}.'
            )
        if name in asked and name != "format":
            raise MeasureError(f"{name} is given twice.")
        asked[name] = value
    for name, value in asked.items():
        words += _word(known[name], value)
    # What stands in the path may begin with a dash.
    call = _parser()[0].parse_args([*words, *(["--", *parts] if parts else [])])
    call.check(call)
    return call


def _word(argument: Argument, value: str) -> list[str]:
    if not argument.flag:
        return [f"--{argument.name}={value}"]
    if value.lower() not in (*_YES, *_NO):
        raise MeasureError(f'{argument.name} is "{value[:40]}"; write true or false.')
    return [f"--{argument.name}"] if value.lower() in _YES else []


def described(command: Command) -> list[dict[str, Any]]:
    """Return the arguments as OpenAPI writes parameters down."""
    return [
        {
            "name": argument.name,
            "in": "path" if argument.part else "query",
            "required": argument.part,
            "description": argument.told,
            "schema": _schema(argument),
        }
        for argument in command.arguments
    ]


def _schema(argument: Argument) -> dict[str, Any]:
    if argument.flag:
        return {"type": "boolean", "default": False}
    kind: dict[str, Any] = (
        {"type": "integer", "minimum": 1} if argument.whole_number else {"type": "string"}
    )
    if argument.choices:
        kind["enum"] = list(argument.choices)
    if argument.name == "format":
        kind["default"] = "json"
    return kind
