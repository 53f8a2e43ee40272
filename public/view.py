"""What one answer is drawn from: which banners, for whom, and when."""

from dataclasses import dataclass
from datetime import datetime

from public.addresses import ROOT, Wanted, relative_address
from public.banner import Banner
from public.changes import Change
from public.languages import Language
from public.telling import Told, tell


@dataclass(frozen=True)
class View:
    """The one banner that is asked for, or all of them, and how its reader wants to see it."""

    banners: tuple[Banner, ...]
    single: bool  # one banner is asked for, and not the list of all
    changes: tuple[Change, ...]  # of these banners, latest first
    renewed_at: datetime | None
    now: datetime
    language: Language
    theme: str  # "auto", "light" or "dark"
    site: str | None  # "https://care.example.org", where that is known

    @property
    def banner(self) -> Banner:
        """The one banner that is asked for."""
        (only,) = self.banners
        return only

    def told(self, banner: Banner) -> Told:
        """Return what a banner says, in the reader's language."""
        return tell(banner, self.now, self.language)

    def link(self, shape: str, banner: Banner | None = None) -> str:
        """Return the whole address of what is shown, or of one of its banners, in another shape.

        Without a known site it is relative to what is shown.
        """
        of = banner or (self.banner if self.single else None)
        account, channel = (None, None) if of is None else of.key
        path = relative_address(Wanted(account, shape, channel))
        if path and shape == "html":
            path += ".html"  # a server of files needs it, and the app knows it too
        if self.site is not None:
            return f"{self.site}{ROOT}{path}"
        if not self.single:
            return f"./{path}"
        return "./" + path.rpartition("/")[2]


def frame_sites(banners: tuple[Banner, ...]) -> tuple[str, ...] | None:
    """Return the sites that may frame all of these banners; None: every site."""
    told = [banner.frame_ancestors for banner in banners if banner.frame_ancestors is not None]
    if not told:
        return None
    return tuple(site for site in told[0] if all(site in sites for sites in told))
