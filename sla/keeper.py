"""The process that owns the database: it watches the inbox, renews what the public sees, runs the sample."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sla import settings as settings_module
from sla.errors import ReplyclockError
from sla.expected import Expected, expected
from sla.inbox import Inbox
from sla.load import FileResult, drop_sample, load_file
from sla.settings import ROOT, Settings
from sla.store import Store, announce, inbox_of, withdraw

log = logging.getLogger("replyclock")

POLL_SECONDS = 1.0
RENEW_SECONDS = 60.0

Publish = Callable[[list[Expected]], None]


@dataclass(frozen=True)
class Places:
    """Where things are kept."""

    db: Path
    settings: Path | None = None

    @classmethod
    def from_environment(cls) -> Self:
        """Return the places that REPLYCLOCK_DB and REPLYCLOCK_SETTINGS name, else those in `data/`."""
        settings = os.environ.get("REPLYCLOCK_SETTINGS")
        return cls(
            Path(os.environ.get("REPLYCLOCK_DB") or settings_module.DEFAULT_DB),
            Path(settings) if settings else None,
        )

    @property
    def inbox(self) -> Path:
        """The folder whose files are loaded."""
        return inbox_of(self.db)

    @property
    def snapshot(self) -> Path:
        """The file from which the public side is served."""
        return self.db.parent / "public" / "snapshot.json"

    @property
    def sample(self) -> Path:
        """The folder in which the sample's story is kept."""
        return self.db.parent / "sample"


class Keeper:
    """Owns one store for as long as it runs. `publish` is called every minute and after every load."""

    def __init__(self, places: Places, publish: Publish) -> None:
        self.places = places
        self._publish = publish
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._feeder: subprocess.Popen[bytes] | None = None
        self._settings_stamp: tuple[int | None, ...] = ()
        self._renewing = threading.Lock()
        self.settings_error: str | None = None
        settings = settings_module.read(places.settings)
        self.store = Store.open(places.db, settings)
        self.inbox = Inbox(places.inbox)
        self._stamp()

    def start(self) -> None:
        """Announce the ownership, prepare the sample if it is on, and begin the background work."""
        announce(self.places.db)
        if self.store.settings.sample:
            self._prepare_sample()
        else:
            dropped = drop_sample(self.store)
            if dropped:
                log.info("The sample is off: %s messages of it were taken out.", f"{dropped:,}")
        self.renew()
        for work, every in ((self._take_files, POLL_SECONDS), (self._minute, RENEW_SECONDS)):
            thread = threading.Thread(
                target=self._loop, args=(work, every), daemon=True, name=work.__name__
            )
            thread.start()
            self._threads.append(thread)
        if self.store.settings.sample:
            self._start_feeder()

    def stop(self) -> None:
        """End the background work and let go of the database; a load under way is finished first."""
        self._stop.set()
        if self._feeder is not None:
            self._feeder.terminate()
            self._feeder.wait(timeout=10)
        for thread in self._threads:
            thread.join(timeout=60)
        withdraw(self.places.db)
        self.store.close()

    def load(
        self, path: Path, name: str, progress: Callable[[dict[str, object]], None] | None = None
    ) -> FileResult:
        """Load one file now, as the Data page does with an upload, and renew what the public sees."""
        result = load_file(self.store, path, name=name, progress=progress)
        if result.error is None:
            self.renew()
        return result

    def renew(self) -> None:
        """Work out every banner anew and publish it."""
        with self._renewing:
            self._publish(expected(self.store))

    def _loop(self, work: Callable[[], None], every: float) -> None:
        while not self._stop.wait(every):
            try:
                work()
            except Exception:
                # One bad file or a full disk must not end the watch; the next round tries again.
                log.exception("%s failed; it is tried again in %s s", work.__name__, every)

    def _take_files(self) -> None:
        loaded = False
        for file in self.inbox.ready():
            if self._stop.is_set():
                return
            result = self.inbox.take(self.store, file)
            loaded = loaded or result.error is None
            if file.lane == "":
                log.info("%s", result.error or f"{result.path}: {result.new:,} new messages")
        if loaded:
            self.renew()

    def _minute(self) -> None:
        self._follow_settings()
        self.store.keep_hours()
        self.renew()

    def _stamp(self) -> bool:
        """Note when the settings and what they name were last changed; return whether that is news."""
        path = self.places.settings or settings_module.DEFAULT_SETTINGS
        read = (path, *self.store.settings.read_too)
        stamp = tuple(p.stat().st_mtime_ns if p.exists() else None for p in read)
        news, self._settings_stamp = stamp != self._settings_stamp, stamp
        return news

    def _follow_settings(self) -> None:
        if not self._stamp():
            return
        try:
            self.take_settings(settings_module.read(self.places.settings))
            self.settings_error = None
        except ReplyclockError as error:
            self.settings_error = f"{error} The settings from before stay in force."
            log.warning("%s", self.settings_error)

    def take_settings(self, settings: Settings) -> None:
        """Go on with other settings; `sample` takes effect at the next start."""
        change = self.store.use(settings.model_copy(update={"sample": self.store.settings.sample}))
        if change is not None:
            log.info("%s", change)

    def _prepare_sample(self) -> None:
        started = time.monotonic()
        folder = self.places.sample
        make = [sys.executable, "-m", "data.northlight", "make", "--out", str(folder)]
        if self._has_sample():
            make.append("--continue")
        story = self._story()
        subprocess.run(make, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        if self._story() != story:
            drop_sample(self.store)
        for path in sorted(p for p in folder.iterdir() if p.suffix in {".csv", ".ndjson"}):
            result = load_file(self.store, path, name=path.name, sample=True)
            if result.error:
                raise ReplyclockError(result.error)
            path.unlink()
        log.info("The sample is loaded (%.1f s).", time.monotonic() - started)

    def _has_sample(self) -> bool:
        row = self.store.cursor().execute("SELECT count(*) FROM loads WHERE sample").fetchone()
        return bool(row and row[0]) and self._story() is not None

    def _story(self) -> object:
        """Return what tells one story from another, or None when there is none."""
        try:
            told = json.loads((self.places.sample / "story.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return told["seed"], told["start"]

    def _start_feeder(self) -> None:
        self._feeder = subprocess.Popen(
            [sys.executable, "-m", "data.northlight", "feed",
             "--story", str(self.places.sample / "story.json"), "--inbox", str(self.places.inbox / "sample")],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
