"""The sentences and snippets of the Banner page."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit
from zlib import crc32

from sla.expected import Expected
from ui import promise
from ui.reader import number, share
from ui.words import counted

WITH_FIGURE = frozenset({"live", "busy", "closed"})
NO_RECORD = (
    "No promise has been scored yet. Each is, from the first minute that the dashboard shows one: kept when the people who "
    "write while it stands are answered within it."
)
RECORD_ALT = "A table with a row for each account: the share of promises that were kept, and of how many people, over 7, 30 and 90 days."
HOW_SCORED = (
    "Of the people who wrote while a promise stood, the share answered within it; 9 of 10 is what is promised. Each published "
    "figure is in the ledger with what it was made from. By day or account: `python -m sla measure kept --by account,day`."
)


def headline(told: Sequence[Expected]) -> str:
    """Return what the public sees, of all accounts or of one."""
    if len(told) == 1:
        return _of_one(told[0])
    figures = sum(each.state in WITH_FIGURE and not each.withdrawn for each in told)
    if figures == len(told):
        return f"All {number(figures)} accounts show how long an answer takes"
    return f"{number(figures)} of {number(len(told))} accounts show how long an answer takes"


def _of_one(told: Expected) -> str:
    if told.state == "notice":
        return "The public reads your notice and no figure"
    if told.state not in WITH_FIGURE or told.withdrawn:
        return "The public reads no figure"
    return f"The public reads: {promise.banner(told)[0]}"


def why_no_figure(told: Sequence[Expected]) -> str:
    """Return how many accounts show no figure, by the reason; nothing where all do."""
    reasons = {
        "quiet": "too few messages to say",
        "stale": "data too old",
        "notice": "a notice stands instead",
    }
    counts = {s: sum(each.state == s for each in told) for s in reasons}
    counts["withdrawn"] = sum(each.withdrawn for each in told)
    reasons["withdrawn"] = "promises too often not kept"
    parts = [
        f"{counted(n, 'account', 'accounts')} ({reasons[state]})"
        for state, n in counts.items()
        if n
    ]
    return f"No figure for {', '.join(parts)}." if parts else ""


def site(url: str | None) -> str:
    """Return the address of this dashboard as the reader's browser knows it, without what follows the host."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "https://care.example.org"


def snippets(account: str, title: str, base: str) -> dict[str, tuple[str, str]]:
    """Return what to paste for each way to show the banner, with its language.

    They are a frame, a script, an image, a badge, and the data for words of one's own.
    """
    endings = ("", ".js", ".svg", ".badge.svg", ".json")
    page, script, image, badge, data = (base + promise.public_page(account, end) for end in endings)
    name = escape(f"{title}: how long an answer takes")
    return {
        "Frame": (
            f'<iframe src="{escape(page)}" title="{name}"\n'
            '        width="100%" height="260" style="border:0" loading="lazy"></iframe>',
            "html",
        ),
        "Script": (
            f'<a href="{escape(page)}">{name}</a>\n<script src="{escape(script)}" async></script>',
            "html",
        ),
        "Image": (
            f'<a href="{escape(page)}">\n  <img src="{escape(image)}" width="400" height="120"\n'
            f'       alt="{name}">\n</a>',
            "html",
        ),
        "Badge": (
            f'<a href="{escape(page)}"><img src="{escape(badge)}" height="24" alt="{name}"></a>',
            "html",
        ),
        "Your own words": (
            f'<p id="wait"></p>\n<script>\n  async function show() {{\n    const answer = await fetch("{data}");\n'
            '    if (answer.ok) document.getElementById("wait").textContent = (await answer.json()).text;\n'
            "  }\n  show();\n  setInterval(show, 60_000);\n</script>",
            "html",
        ),
    }


def fresh(told: Expected, ending: str = "") -> str:
    """Return the address of an account's banner that no browser has kept from before the last change."""
    return f"{promise.public_page(told.account, ending)}?{crc32(repr(told).encode()):x}"


def preview(told: Expected, scheme: str) -> str:
    """Return a page that shows the banner's image on a site that is light or dark."""
    ground = {"light": "#FFFFFF", "dark": "#13151C"}[scheme]
    image = escape(fresh(told, ".svg"))
    return (
        f'<!doctype html><html lang="en" style="color-scheme: {scheme}; background: {ground}"><title>{scheme}</title>'
        f'<body style="margin: 16px; background: {ground}">'
        f'<img src="{image}" alt="The image on a {scheme} site" width="400" height="120" '
        f'style="max-width: 100%; height: auto; color-scheme: {scheme}">'
        "</body></html>"
    )


def record(told: Expected) -> str:
    """Return how an account's promises were kept over the shortest time of which anything is known."""
    for kept in told.record:
        if kept.share is not None:
            return (
                f"Kept for {number(kept.kept)} of {number(kept.kept + kept.missed)} people "
                f"in the last {kept.days} days ({share(kept.share)})"
            )
    return NO_RECORD
