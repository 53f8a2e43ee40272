"""The same question, put to the dashboard that has the database open: it answers over HTTP on this machine."""

import argparse
import json
import shutil
import ssl
import time
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPException, HTTPResponse
from typing import Any, BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from sla.errors import MeasureError, StoreBusyError
from sla.store import Owner, owner_of

NOTE = "Replyclock-Note"
# A dashboard that has just been started owns the database before it listens.
_PATIENCE_SECONDS = 60
# A question over millions of waits, sorted and searched.
_ANSWER_SECONDS = 600
# What is about this call and not about the question.
_OF_THE_CALL = {"command", "db", "settings", "run", "make", "route", "check"}


def ask_owner(call: argparse.Namespace, out: BinaryIO) -> str:
    """Write the dashboard's answer to `out` and return its note.

    Raises MeasureError with the dashboard's own words when it refuses, StoreBusyError when it cannot be reached.
    """
    owner = owner_of(call.db)
    if owner is None or not owner.url:
        raise StoreBusyError(
            f"{call.db}: the dashboard is running and owns it, but does not say where it listens: stop it "
            "(Ctrl+C) and run this again."
        )
    request = Request(  # noqa: S310 - the address stands in a file that only its owner can write
        owner.url + path_of(call), headers={"Authorization": f"Bearer {owner.token}"}
    )
    try:
        with _opened(request, owner, call) as answer:
            shutil.copyfileobj(answer, out)
            return unquote(answer.headers.get(NOTE, ""))
    except HTTPError as error:
        raise MeasureError(_reason(error)) from None
    except (OSError, HTTPException) as error:
        raise StoreBusyError(
            f"{call.db}: the dashboard owns it and does not answer at {owner.url} "
            f"({getattr(error, 'reason', error)}): stop it (Ctrl+C) and run this again."
        ) from None


def path_of(call: argparse.Namespace) -> str:
    """Return where `/api` answers a call, with everything that was asked for."""
    given = {name: value for name, value in vars(call).items() if name not in _OF_THE_CALL}
    route = call.route
    for name in list(given):
        if "{" + name + "}" in route:
            route = route.replace("{" + name + "}", quote(str(given.pop(name)), safe=""))
    return f"/api{route}?{urlencode(list(_written(given)))}"


def _written(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    called = {"since": "from", "until": "to"}
    for name, value in given.items():
        if value not in (None, False, ()):
            yield called.get(name, name), _text(value)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        numbers = all(each is None or isinstance(each, int) for each in value)
        return ("-" if numbers else ",").join("" if each is None else str(each) for each in value)
    return "true" if value is True else str(value)


def _opened(request: Request, owner: Owner, call: argparse.Namespace) -> HTTPResponse:
    opener = _opener()
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            answer: HTTPResponse = opener.open(request, timeout=_ANSWER_SECONDS)
            return answer
        except URLError as error:
            starting = isinstance(error.reason, ConnectionRefusedError) and owner == owner_of(
                call.db
            )
            if not starting or time.monotonic() > until:
                raise
            time.sleep(0.2)


def _opener() -> OpenerDirector:
    # It is this machine: no proxy stands between, and a certificate bears the name of the world outside.
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return build_opener(ProxyHandler({}), HTTPSHandler(context=trusting))


def _reason(error: HTTPError) -> str:
    try:
        told = json.loads(error.read())
        return str(told["error"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"The dashboard answered with {error.code} {error.reason}."
