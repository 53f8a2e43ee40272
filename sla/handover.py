"""Calls from the command line to the process that owns the database, through a folder beside it.

inbox/handed/ID/        one call: call.json, and the files it is about in files/; taken away once it is done
inbox/receipts/ID.json  what came of it; whoever called takes it away, and after a day the next call
"""

import json
import logging
import os
import re
import shutil
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sla import lake
from sla.durations import DAY
from sla.errors import LoadError, ReplyclockError
from sla.lake import Written
from sla.lake_manifest import LakeError
from sla.load import FileResult, load_unit, totals
from sla.parse import Answers, Unit
from sla.store import Store, announced, inbox_of
from sla.unload import unload

# How calls are named, and no file of anybody.
_ID = re.compile("[0-9a-f]{32}")
_CALL, _BEGUN = "call.json", "begun"
log = logging.getLogger("replyclock")


def hand_over_load(
    db: Path, unit: Unit, answers: Answers | None = None
) -> tuple[FileResult, dict[str, int]]:
    """Give files to the process that owns `db`; wait for what comes of them, and the store's new totals.

    Raises LoadError when a file cannot be read or the owner goes away before it answers.
    """
    if unit.refusal:
        raise LoadError(unit.refusal)
    call = {"load": unit.name, "root": unit.root is not None, "answers": dict(answers or {})}
    told = _called(db, call, unit)
    result = FileResult.read(told["result"])
    return result, told["totals"]


def hand_over_unload(db: Path, load_id: int) -> tuple[int, int]:
    """Have the process that owns `db` take a load back; return what `unload` does, raise what it raises."""
    told = _called(db, {"unload": load_id}, None)
    if "error" in told:
        raise LoadError(told["error"])
    return told["gone"], told["again"]


def hand_over_export(db: Path, folder: Path, *, if_changed: bool) -> Written | None:
    """Have the process that owns `db` write the lake; None where `if_changed` and nothing did. Raises LakeError."""
    told = _called(db, {"export": str(folder.resolve()), "if_changed": if_changed}, None)
    if "error" in told:
        raise LakeError(told["error"])
    written = told["written"]
    return Written(**written | {"left_out": tuple(written["left_out"])}) if written else None


def answer_calls(store: Store, inbox: Path) -> int:
    """Do what was handed over, the oldest first; return how many calls there were."""
    lane = inbox / "handed"
    calls = [p for p in lane.iterdir() if p.is_dir() and not p.name.startswith(".")]
    for folder in sorted(calls, key=lambda p: p.stat().st_mtime_ns):
        (folder / _BEGUN).touch()
        told = _answered(store, folder)
        receipt = inbox / "receipts" / f"{folder.name}.json"
        hidden = receipt.with_name(f".{receipt.name}")
        hidden.write_text(json.dumps(told), encoding="utf-8")
        hidden.replace(receipt)
        shutil.rmtree(folder, ignore_errors=True)
    if calls:
        _clear(inbox / "receipts")
    return len(calls)


def _clear(receipts: Path) -> None:
    """Take away what nobody took who called: a call that was interrupted once it had begun."""
    for receipt in receipts.glob("*.json"):
        with suppress(OSError):  # taken just now
            if _ID.fullmatch(receipt.stem) and time.time() - receipt.stat().st_mtime > DAY:
                receipt.unlink()


def _answered(store: Store, folder: Path) -> dict[str, Any]:
    try:
        call = json.loads((folder / _CALL).read_text(encoding="utf-8"))
        if "unload" in call:
            gone, again = unload(store, int(call["unload"]))
            return {"gone": gone, "again": again}
        if "export" in call:
            written = lake.export(store, Path(call["export"]), if_changed=call["if_changed"])
            return {"written": written and asdict(written)}
        files = folder / "files"
        paths = tuple(sorted(p for p in files.rglob("*") if p.is_file()))
        if not paths:
            raise LoadError(f"{call['load']}: none of its files arrived. Load it again.")
        unit = Unit(call["load"], paths, files if call["root"] else None)
        result = load_unit(store, unit, answers=call["answers"] or None)
        if result.error:
            result = replace(result, error=result.error.replace(str(files.resolve()), ""))
        return {"result": result.told(), "totals": totals(store)}
    except Exception as error:
        # Whatever it is: who called is told, and the next call has its turn.
        if not isinstance(error, ReplyclockError | OSError | ValueError | KeyError):
            log.exception("a call through the inbox failed")
        return {
            "error": str(error),
            "result": FileResult("", error=str(error)).told(),
            "totals": {},
        }


def _called(db: Path, call: Mapping[str, Any], unit: Unit | None) -> dict[str, Any]:
    """Write a call down, wait for its receipt, and return what that says."""
    inbox = inbox_of(db)
    name = uuid.uuid4().hex
    hidden = inbox / "handed" / f".{name}"
    named = unit.name if unit else str(call.get("export") or f"load {call['unload']}")
    try:
        hidden.mkdir(parents=True)
        for path in unit.paths if unit else ():
            inside = path.relative_to(unit.root) if unit and unit.root else Path(path.name)
            target = hidden / "files" / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(path, target)
        (hidden / _CALL).write_text(json.dumps(call), encoding="utf-8")
    except OSError as error:
        shutil.rmtree(hidden, ignore_errors=True)
        raise LoadError(f"{named}: cannot be read ({error.strerror}).") from None
    handed = hidden.rename(inbox / "handed" / name)
    receipt = inbox / "receipts" / f"{name}.json"
    try:
        while not receipt.exists():
            if announced(db) is None:
                shutil.rmtree(handed, ignore_errors=True)
                raise LoadError(
                    f"{named}: the dashboard was stopped before it had done this. Call it again."
                )
            time.sleep(0.1)
    except KeyboardInterrupt:
        _take_back(handed, named)
        raise
    told: dict[str, Any] = json.loads(receipt.read_text(encoding="utf-8"))
    receipt.unlink()
    return told


def _take_back(handed: Path, named: str) -> None:
    """Take a call back that has not begun; raise LoadError where it has, as it will be done."""
    hidden = handed.with_name(f".{handed.name}")
    if (handed / _BEGUN).exists() or not handed.exists():
        raise LoadError(f"{named}: the dashboard is at it already and will finish it.")
    handed.rename(hidden)
    shutil.rmtree(hidden, ignore_errors=True)


def link_or_copy(source: Path, target: Path) -> None:
    """Have a file stand at `target` as well, without copying it where both lie on one disk."""
    try:
        # What it names, where it is a link: a link of a link would lead elsewhere from there.
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)
