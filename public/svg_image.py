"""Banners as an SVG image of fixed width, for an <img>: it scales, and follows light and dark."""

from dataclasses import dataclass
from typing import Final

from public import words
from public.fit import cut, width, wrap
from public.marks import MARKS
from public.telling import Told
from public.templating import Style, fill, style
from public.view import View

WIDTH, HEIGHT = 400, 120
EDGE: Final = 14
ROOM: Final = WIDTH - 2 * EDGE
# A list shows so many banners; the page has all of them.
MOST_ROWS: Final = 12
_ROW, _HEAD = 24, 34
_GAP: Final = 8


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


@dataclass(frozen=True)
class Mark:
    """The mark of a state, with its upper edge."""

    look: str
    top: float

    @property
    def path(self) -> str:
        """Its shape."""
        return MARKS[self.look]


def image_style(theme: str) -> Style:
    """Return the stylesheet of the images."""
    return style("image.css", theme)


def banner_image(view: View) -> str:
    """Return the image of one banner; whatever does not fit is in its title, which screen readers tell."""
    told = view.told(view.banner)
    body = _with_figure(told) if told.headline else _without_figure(told)
    small = next((s for s in (10, 9.5) if width(told.source, s) <= ROOM), 9)
    source = Line(cut(told.source, small, ROOM), "soft", small, HEIGHT - 10)
    return _drawn(view, told.text, [Mark(told.look, 11)], [*_head(told), *body, source], HEIGHT)


def index_image(view: View) -> str:
    """Return the image of all banners: a row for each, with its figure or the word for its state."""
    every = [view.told(banner) for banner in view.banners]
    shown = every[:MOST_ROWS]
    lines = [Line(view.language.say(words.INDEX_TITLE), "figure", 13, 23)]
    marks = []
    for place, told in enumerate(shown):
        baseline = _HEAD + _ROW * place + 14
        marks.append(Mark(told.look, baseline - 10))
        lines += _row(told, baseline)
    height = _HEAD + _ROW * len(shown) + 10
    below = ""
    if not every:
        below = view.language.say(words.INDEX_EMPTY)
    elif len(every) > len(shown):
        below = view.language.say(words.INDEX_MORE, n=len(every) - len(shown))
    if below:
        lines.append(Line(cut(below, 11, ROOM), "soft", 11, height + 8))
        height += 20
    text = " ".join(told.text for told in every) or below
    return _drawn(view, text, marks, lines, height)


def _drawn(view: View, text: str, marks: list[Mark], lines: list[Line], height: float) -> str:
    return fill(
        "banner.svg",
        view.language,
        style=image_style(view.theme).text,
        text=text,
        marks=marks,
        lines=lines,
        width=WIDTH,
        height=height,
        edge=EDGE,
    )


def _row(told: Told, baseline: float) -> list[Line]:
    end = cut(told.headline or told.state_word, 12, ROOM * 0.6, bold=True)
    end_room = width(end, 12, bold=True)
    x = EDGE + 16
    room = WIDTH - EDGE - end_room - _GAP - x
    name = f"{told.title} · {told.sample}" if told.sample else told.title
    return [
        Line(cut(name, 12, room), "title", 12, baseline, x, room),
        Line(end, f"strong {told.look} end", 12, baseline, WIDTH - EDGE - end_room, end_room, True),
    ]


def _head(told: Told) -> list[Line]:
    """Return the state's word, the title in what room is left, and "Sample data" at the right."""
    word_x = EDGE + 16
    word_room = width(told.state_word, 12, bold=True)
    lines = [Line(told.state_word, f"strong {told.look}", 12, 21, word_x, word_room)]
    title_x = word_x + word_room + _GAP
    title_room = WIDTH - EDGE - title_x
    if told.sample:
        room = width(told.sample, 11, bold=True)
        lines.append(Line(told.sample, "sample end", 11, 21, WIDTH - EDGE - room, room, True))
        title_room -= room + _GAP
    title = cut(told.title, 12, title_room)
    return [*lines, Line(title, "title", 12, 21, title_x, title_room)]


def _with_figure(told: Told) -> list[Line]:
    """Return the headline, and under it as many whole sentences as three lines hold.

    What the state's word says already ("Closed now.") goes first; the promise and its record stay.
    """
    size = next((s for s in (22, 19, 16) if width(told.headline, s, bold=True) <= ROOM), 14)
    headline = Line(cut(told.headline, size, ROOM, bold=True), "figure", size, 46)
    sentences = list(told.sentences)
    kept = {told.main, told.record}
    while len(wrap(" ".join(sentences), 11, ROOM, most=4)) > 3 and set(sentences) - kept:
        sentences.remove(next(s for s in sentences if s not in kept))
    rows = wrap(" ".join(sentences), 11, ROOM, most=3)
    return [headline, *(Line(text, "words", 11, 65 + 14 * i) for i, text in enumerate(rows))]


def _without_figure(told: Told) -> list[Line]:
    """Return the main sentence, larger and in two lines, and the others below."""
    rows = wrap(told.main, 13, ROOM, most=2)
    lines = [Line(text, "words", 13, 44 + 17 * i) for i, text in enumerate(rows)]
    others = " ".join(s for s in told.sentences if s != told.main)
    if not others:
        return lines
    below = 44 + 17 * len(rows) + 2
    rest = wrap(others, 11, ROOM, most=4 - len(rows))
    return lines + [Line(text, "words", 11, below + 14 * i) for i, text in enumerate(rest)]
