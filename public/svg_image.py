"""A banner as an SVG image of fixed shape, for an <img>: it scales, and follows light and dark."""

from dataclasses import dataclass
from datetime import datetime

from public.banner import Banner
from public.fit import cut, width, wrap
from public.marks import MARKS
from public.telling import Told, tell
from public.templating import Style, fill

STYLE = Style("banner_svg.css")

WIDTH, HEIGHT = 400, 100
EDGE = 14
ROOM = WIDTH - 2 * EDGE
_GAP = 8


@dataclass(frozen=True)
class Line:
    """One line of text in a window of its own, which cuts what a strange font draws wider."""

    text: str
    look: str  # classes of the stylesheet
    size: float
    baseline_at: float
    x: float = EDGE
    room: float = ROOM
    at_end: bool = False  # set against the right edge of its room

    @property
    def baseline(self) -> float:
        """The baseline inside the window."""
        return self.size * 1.1

    @property
    def top(self) -> float:
        """The upper edge of the window."""
        return round(self.baseline_at - self.baseline, 2)

    @property
    def height(self) -> float:
        """The height of the window: room for accents above and descenders below."""
        return self.size * 1.5

    @property
    def anchor_x(self) -> float:
        """Where the text is anchored inside the window."""
        return self.room if self.at_end else 0


def banner_image(banner: Banner, now: datetime) -> str:
    """Return the image; whatever does not fit is in its title, which screen readers tell."""
    told = tell(banner, now)
    body = _with_figure(told) if told.headline else _without_figure(told)
    source = Line(cut(told.source, 10, ROOM), "soft", 10, 91)
    return fill(
        "banner.svg",
        STYLE,
        told=told,
        state=banner.state,
        mark=MARKS[banner.state],
        lines=[*_head(told, banner.state), *body, source],
        width=WIDTH,
        height=HEIGHT,
        edge=EDGE,
    )


def _head(told: Told, state: str) -> list[Line]:
    """Return the state's word, the title in what room is left, and "Sample data" at the right."""
    word_x = EDGE + 16
    word_room = width(told.state_word, 12, bold=True)
    lines = [Line(told.state_word, f"strong {state}", 12, 21, word_x, word_room)]
    title_x = word_x + word_room + _GAP
    title_room = WIDTH - EDGE - title_x
    if told.sample:
        room = width(told.sample, 11, bold=True)
        lines.append(Line(told.sample, "sample", 11, 21, WIDTH - EDGE - room, room, at_end=True))
        title_room -= room + _GAP
    title = cut(told.title, 12, title_room)
    return [*lines, Line(title, "title", 12, 21, title_x, title_room)]


def _with_figure(told: Told) -> list[Line]:
    """Return the headline, and under it as many whole sentences as two lines hold.

    What the state's word says already ("Closed now.") goes first; the promise never goes.
    """
    headline = Line(cut(told.headline, 22, ROOM, bold=True), "figure", 22, 46)
    sentences = list(told.sentences)
    while len(sentences) > 1 and len(wrap(" ".join(sentences), 11, ROOM, most=3)) > 2:
        sentences.remove(next(s for s in sentences if s != told.main))
    rows = wrap(" ".join(sentences), 11, ROOM, most=2)
    return [headline, *(Line(text, "words", 11, 63 + 13 * i) for i, text in enumerate(rows))]


def _without_figure(told: Told) -> list[Line]:
    """Return the main sentence, larger and in two lines, and the others in a third."""
    rows = wrap(told.main, 13, ROOM, most=2)
    lines = [Line(text, "words", 13, 43 + 17 * i) for i, text in enumerate(rows)]
    others = cut(" ".join(s for s in told.sentences if s != told.main), 11, ROOM)
    return [*lines, Line(others, "words", 11, 76)] if others else lines
