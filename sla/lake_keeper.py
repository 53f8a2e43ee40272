"""The process that shows a lake: it follows what is written there, and leaves everything else to where that is done."""

import logging
import time
from pathlib import Path

from sla import settings as settings_module
from sla.keeper import POLL_SECONDS, RENEW_SECONDS, Keeper, Places, Publish
from sla.lake_manifest import MANIFEST, LakeBusyError, LakeError
from sla.lake_store import LakeStore, needs_database
from sla.settings import Settings

log = logging.getLogger("replyclock")


class LakeKeeper(Keeper):
    """Keeps the pages at the latest state of a lake. It owns no database, takes no files and renews no banner."""

    store: LakeStore

    def _opened(self, settings: Settings) -> LakeStore:
        assert settings.lake is not None
        self._seen = _stamp(settings.lake)
        return LakeStore.of(settings)

    def start(self) -> None:
        """Begin to look for what is written to the lake."""
        self._begin(self._watch)

    def stop(self) -> None:
        """End the work."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)
        self.store.close()

    def _watch(self) -> None:
        """Look at the lake every second, at the settings every minute: one after the other, as both change the store."""
        settings_at = time.monotonic() + RENEW_SECONDS
        while not self._stop.wait(POLL_SECONDS):
            self._try(self.follow, POLL_SECONDS)
            if time.monotonic() >= settings_at:
                settings_at = time.monotonic() + RENEW_SECONDS
                self._try(self._follow_settings, RENEW_SECONDS)

    def follow(self) -> None:
        """Go on with the lake as it is now. While it is being written, or where it cannot be read, what was there before stays."""
        seen = _stamp(self.store.path)
        if seen == self._seen:
            return
        try:
            self.store = LakeStore.of(self.store.settings, self.store, patience=0)
        except LakeBusyError:
            return
        except LakeError as error:
            self.lake_error = f"{error} The figures are those from before."
            log.warning("%s", self.lake_error)
        else:
            self.lake_error = None
        self._seen = seen

    def notice(self, account: str, words: str | None) -> None:
        """Refuse, as there is no banner here."""
        needs_database(self.store.settings, "No notice can be put up here")

    def renew(self) -> None:
        """Refuse, as there is no banner here."""
        needs_database(self.store.settings, "No banner is renewed here")


def keeper_of(places: Places, publish: Publish, url: str = "") -> Keeper:
    """Return who keeps what the settings name: the database, or a lake. Raises what opening it does."""
    settings = settings_module.read(places.settings)
    return (LakeKeeper if settings.store == "lake" else Keeper)(places, publish, url)


def _stamp(lake: Path) -> tuple[int, ...]:
    """Return what tells one manifest from another; nothing where there is none."""
    try:
        found = (lake / MANIFEST).stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
