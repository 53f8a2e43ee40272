"""The process that owns the database: it watches the inbox, renews what the public sees, runs the sample."""

import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sla import feed, proposals
from sla import settings as settings_module
from sla.errors import ReplyclockError, SettingsError
from sla.expected import Expected, entry, expected_of_all
from sla.handover import answer_calls
from sla.inbox import Inbox
from sla.ledger import enter
from sla.load import FileResult, load_unit
from sla.notices import put_notice
from sla.parse import Answers, Unit
from sla.settings import ROOT, Settings
from sla.sources import remember
from sla.store import Store, announce, inbox_of, withdraw
from sla.unload import drop_sample, unload

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
    def held(self) -> Path:
        """The folder for uploads that wait for an answer."""
        return self.db.parent / "held"

    @property
    def sample(self) -> Path:
        """The folder in which the sample's story is kept."""
        return self.db.parent / "sample"


class Keeper:
    """Owns one store for as long as it runs. `publish` is called every minute and after every load.

    `url` is where this process answers the command line's questions.
    """

    def __init__(self, places: Places, publish: Publish, url: str = "") -> None:
        self.places = places
        self._url = url
        # For the command line of who may read the announcement; it holds for as long as this process runs.
        self.token = secrets.token_urlsafe(32)
        self._publish = publish
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._feeder: subprocess.Popen[bytes] | None = None
        self._settings_stamp: tuple[int | None, ...] = ()
        self._renewing = threading.Lock()
        # Set once something came or went that the banners do not tell of yet.
        self._news = threading.Event()
        self._noticing = threading.Lock()
        self.settings_error: str | None = None
        # Why what was written to a lake since is not shown.
        self.lake_error: str | None = None
        # Whether the sample is being made for the first time, so that nothing of it is whole yet.
        self.preparing = False
        # What every banner says since the last renewal; empty before the first.
        self.told: list[Expected] = []
        self.store = self._opened(settings_module.read(places.settings))
        self._stamp()

    def _opened(self, settings: Settings) -> Store:
        store = Store.open(self.places.db, settings)
        self.inbox = Inbox(self.places.inbox)
        return store

    @property
    def works(self) -> bool:
        """Whether it renews the banners by itself: not in a test of the pages."""
        return bool(self._threads)

    def start(self) -> None:
        """Announce the ownership and begin the background work: the sample, if it is on, the inbox, the banners."""
        announce(self.places.db, self._url, self.token)
        # Uploads that waited for an answer when the last dashboard was stopped.
        shutil.rmtree(self.places.held, ignore_errors=True)
        if self.store.settings.sample:
            self.preparing = not self._has_sample()
        else:
            dropped = drop_sample(self.store)
            if dropped:
                log.info("The sample is off: %s messages of it were taken out.", f"{dropped:,}")
        self._begin(self._watch_inbox, self._watch_clock, self._watch_news)

    def _begin(self, *watches: Callable[[], None]) -> None:
        for work in watches:
            thread = threading.Thread(target=work, daemon=True, name=work.__name__)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End the background work and let go of the database; a load under way is finished first."""
        self._stop.set()
        self._news.set()
        if self._feeder is not None:
            self._feeder.terminate()
            self._feeder.wait(timeout=10)
        for thread in self._threads:
            thread.join(timeout=60)
        withdraw(self.places.db)
        self.store.close()

    def load(
        self,
        units: Sequence[Unit],
        progress: Callable[[dict[str, object]], None] | None = None,
        answers: Answers | None = None,
    ) -> list[FileResult]:
        """Load now, as the Data page does with an upload, and have renewed what the public sees."""
        results = [
            load_unit(self.store, unit, progress=progress, answers=answers) for unit in units
        ]
        if any(result.error is None for result in results):
            self._renew_soon()
        return results

    def remember(self, entry: Mapping[str, Any]) -> None:
        """Write what a person said of an export into the settings, and go on with them.

        Raises SettingsError where the file cannot be written.
        """
        path = self.places.settings or settings_module.DEFAULT_SETTINGS
        known = {source.format for source in self.store.settings.sources}
        told = dict(entry)
        if "mapping" not in told and told.get("format") not in known:
            told.pop("files", None)
        try:
            if isinstance(told.get("mapping"), Mapping):
                told["mapping"] = proposals.keep(path.parent, str(told["files"]), told["mapping"])
            remember(path, told)
        except OSError as error:
            raise SettingsError(f"{path}: cannot be written ({error.strerror}).") from None
        self._follow_settings()

    def notice(self, account: str, words: str | None) -> None:
        """Put a manager's words in place of the public figure of an account, or take them down (None), at once.

        Raises SettingsError where the words or the settings file do not allow it.
        """
        path = self.places.settings or settings_module.DEFAULT_SETTINGS
        with self._noticing:
            put_notice(path, account, words)
        self._follow_settings()
        self.renew()

    def unload(self, load_id: int) -> tuple[int, int]:
        """Take a load back and have renewed what the public sees; returns and raises what `unload` does."""
        found = unload(self.store, load_id)
        self._renew_soon()
        return found

    def _renew_soon(self) -> None:
        """Have the banners renewed without waiting for it: those of thousands of accounts take minutes."""
        if self.works:
            self._news.set()
        else:
            self.renew()

    def renew(self) -> None:
        """Work out every banner anew, enter it in the ledger, and publish it."""
        with self._renewing:
            now = datetime.now(UTC)
            told = expected_of_all(self.store, now)
            enter(self.store, [entry(each) for each in told], now)
            self.told = told
            self._publish(told)

    def _watch_inbox(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            self._try(self._take_files, POLL_SECONDS)

    def _watch_news(self) -> None:
        while self._news.wait() and not self._stop.is_set():
            self._news.clear()
            self._try(self.renew, RENEW_SECONDS)

    def _watch_clock(self) -> None:
        """Begin with what takes long: pages and banners of before are there meanwhile, and say how old they are."""
        if self.store.settings.sample:
            self._try(self._begin_sample, None)
            self.preparing = False
        self._try(self.renew, RENEW_SECONDS)
        while not self._stop.wait(RENEW_SECONDS):
            self._try(self._minute, RENEW_SECONDS)

    def _try(self, work: Callable[[], None], again: float | None) -> None:
        try:
            work()
        except Exception:
            # One bad file or a full disk must not end the watch.
            then = "at the next start" if again is None else f"in {again} s"
            log.exception("%s failed; it is tried again %s", work.__name__, then)

    def _take_files(self) -> None:
        loaded = answer_calls(self.store, self.places.inbox) > 0
        loaded = feed.take(self.store, self.places.inbox) > 0 or loaded
        for ready in self.inbox.ready(self.store.settings):
            if self._stop.is_set():
                return
            try:
                results = self.inbox.take(self.store, ready)
            except Exception:
                # What cannot even be refused must not hold up what comes after it.
                log.exception("%s failed; it stays in the inbox", ready.units[0].name)
                continue
            loaded = loaded or any(result.error is None for result in results)
            for result in () if ready.sample else results:
                log.info("%s", result.error or f"{result.path}: {result.new:,} new messages")
        if loaded:
            self._renew_soon()

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
        except Exception as error:
            self.settings_error = f"{error} The settings from before stay in force."
            log.warning("%s", self.settings_error, exc_info=not isinstance(error, ReplyclockError))

    def take_settings(self, settings: Settings) -> None:
        """Go on with other settings; `sample`, `store` and `lake` take effect at the next start."""
        begun = self.store.settings
        kept = {"sample": begun.sample, "store": begun.store, "lake": begun.lake}
        change = self.store.use(settings.model_copy(update=kept))
        if change is not None:
            log.info("%s", change)

    def _begin_sample(self) -> None:
        self._prepare_sample()
        if not self._stop.is_set():
            self._start_feeder()

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
        for path in self._unloaded():
            if self._stop.is_set():
                return
            result = load_unit(self.store, Unit.of(path, path.name), sample=True)
            if result.error:
                raise ReplyclockError(result.error)
            path.unlink()
        log.info("The sample is loaded (%.1f s).", time.monotonic() - started)

    def _unloaded(self) -> list[Path]:
        """Return what was made of the sample and not loaded yet; what was stopped halfway is made anew."""
        folder = self.places.sample
        made = folder.iterdir() if folder.is_dir() else ()
        return sorted(path for path in made if path.suffix in {".csv", ".ndjson"})

    def _has_sample(self) -> bool:
        row = self.store.cursor().execute("SELECT count(*) FROM loads WHERE sample").fetchone()
        return bool(row and row[0]) and self._story() is not None and not self._unloaded()

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
