"""The live feed behind `POST /ingest`: small staging folders that wait in a lane of the inbox, taken in together.

inbox/feed/TIME-ID/   what one call brought: messages.parquet, problems.ndjson
"""

import json
import os
import shutil
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loaders.run import run
from sla.load import FileResult, take_in
from sla.parse import options
from sla.settings import Settings
from sla.store import Store

FORMAT = "live feed"
_AT_ONCE = 500


def parsed(
    path: Path, out: Path, settings: Settings
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Parse what one call brought, in this process: it is small. Returns the loader's result and the problems."""
    told = options(settings, None) | {"memory_mb": None, "cpu_seconds": None}
    result = run(path, out, told)
    if "error" in result:
        return result | {"error": result["error"].replace("feed.ndjson", "The body")}, []
    problems = (out / "problems.ndjson").read_text(encoding="utf-8").splitlines()
    return result, [
        {key: each[key] for key in ("line", "reason", "remedy")}
        for each in map(json.loads, problems)
    ]


def put(inbox: Path, staging: Path, result: Mapping[str, Any]) -> None:
    """Put staging files into the lane; once this returns they outlive a power cut."""
    lane = inbox / "feed"
    lane.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
    hidden = lane / f".{name}"
    hidden.mkdir()
    for file in ("messages.parquet", "problems.ndjson"):
        shutil.copyfile(staging / file, hidden / file)
        _sync(hidden / file)
    (hidden / "result.json").write_text(json.dumps(dict(result)), encoding="utf-8")
    _sync(hidden / "result.json")
    hidden.rename(lane / name)
    _sync(lane)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def take(store: Store, inbox: Path) -> int:
    """Take what waits into the store, in the order in which it came; return how many calls that were.

    All that comes on one day (UTC) is one load.
    """
    lane = inbox / "feed"
    if not lane.is_dir():
        return 0
    waiting = sorted(p for p in lane.iterdir() if p.is_dir() and not p.name.startswith("."))[
        :_AT_ONCE
    ]
    if not waiting:
        return 0
    results = [json.loads((p / "result.json").read_text(encoding="utf-8")) for p in waiting]
    result = FileResult(
        f"live feed {datetime.now(UTC):%Y-%m-%d}",
        format=FORMAT,
        problems=sum(int(r["problems"]) for r in results),
    )
    take_in(store, waiting, result, sha256="", sample=False, grows=True)
    for folder in waiting:
        shutil.rmtree(folder)
    return len(waiting)
