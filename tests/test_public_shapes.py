"""HTML, SVG and JSON of every state: they say the same, and no text becomes markup."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from public_side import HOSTILE_ACCOUNTS, HOSTILE_TEXTS, NOW, banner

from public.banner import STATES
from public.fit import cut, width, wrap
from public.html_page import banner_page, index_page, missing_page
from public.json_data import banner_data
from public.marks import MARKS
from public.plain_text import plain
from public.snapshot import Snapshot, from_json, to_json
from public.svg_image import ROOM, banner_image
from public.telling import tell
from public.templating import together

SVG = "{http://www.w3.org/2000/svg}"
TEMPLATES = Path(__file__).parent.parent / "public" / "templates"


class Page(HTMLParser):
    """Collects what a page consists of: elements with their attributes, and the text."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.text, self.title, self._inside = [], "", "", ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(sorted(name for name, _ in attrs))))
        self._inside = tag

    def handle_data(self, data):
        if self._inside == "title":
            self.title += data
        elif self._inside != "style":
            self.text += data

    def handle_endtag(self, tag):
        self._inside = ""

    @property
    def words(self):
        return " ".join(self.text.split())


def as_read(shown):
    """Return `shown` as the public side gets it: written to the file and read again."""
    return from_json(to_json(Snapshot(NOW, (shown,)))).banners[0]


def parsed(image):
    return ElementTree.fromstring(image.encode("utf-8"))  # noqa: S314 - drawn by us


def text_of(image):
    return [element.text for element in parsed(image).iter(f"{SVG}text")]


@pytest.mark.parametrize("sample", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_every_shape_says_the_state_the_words_as_of_when_and_what_is_sample(state, sample):
    shown = banner(state=state, sample=sample)
    told = tell(shown, NOW)
    page = Page(banner_page(shown, NOW)).words
    drawn = " ".join(text_of(banner_image(shown, NOW)))
    data = json.loads(banner_data(shown, NOW, NOW))
    for seen in (page, drawn):
        for part in (told.state_word, told.title, told.headline, *told.sentences, told.source):
            assert part in seen
        assert ("Sample data" in seen) is sample
        assert "19:59" in seen
        assert "London time" in seen
    assert data["text"] == told.text
    assert data["state"] == state
    assert data["sample"] is sample
    assert (data["n"], data["as_of"]) == (412, "2026-11-21T19:59:10Z")


def test_json_carries_the_fields_of_the_snapshot_and_the_text():
    data = json.loads(banner_data(banner(state="closed"), NOW, NOW))
    assert data == {
        "schema": 1,
        "renewed_at": "2026-11-21T20:00:40Z",
        "account": "NorthlightHelp",
        "title": "Northlight on X",
        "channels": ["X mentions"],
        "time_zone": "Europe/London",
        "state": "closed",
        "typical_seconds": 46000,
        "promise_seconds": 48000,
        "promise_over_seconds": None,
        "answered_by": "2026-11-22T09:19:20Z",
        "opens_at": "2026-11-22T08:00:00Z",
        "as_of": "2026-11-21T19:59:10Z",
        "n": 412,
        "notice": None,
        "sample": False,
        "text": tell(banner(state="closed"), NOW).text,
    }


def test_the_page_is_a_status_renews_itself_and_runs_no_script():
    source = banner_page(banner(), NOW)
    assert '<div role="status">' in source
    assert '<meta http-equiv="refresh" content="60">' in source
    assert '<html lang="en-GB">' in source
    assert "<script" not in source
    assert Page(source).title == "Northlight on X: 35 min"


def test_the_image_has_a_role_a_label_and_a_title_with_all_of_its_words():
    root = parsed(banner_image(banner(state="notice"), NOW))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == tell(banner(state="notice"), NOW).text
    assert root.find(f"{SVG}title").text == root.attrib["aria-label"]


def test_each_state_has_a_word_a_mark_and_a_colour_of_its_own():
    words = {tell(banner(state=state), NOW).state_word for state in STATES}
    assert len(words) == len({MARKS[state] for state in STATES}) == len(STATES)
    for state in STATES:
        assert f'class="state {state}"' in banner_page(banner(state=state), NOW)
        assert f'class="strong {state}"' in banner_image(banner(state=state), NOW)


@pytest.mark.parametrize("state", ["live", "quiet", "notice"])
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_becomes_part_of_the_page(text, state):
    notice = text if state == "notice" else None
    shown = as_read(banner(title=text, state=state, notice=notice, sample=True))
    harmless = Page(banner_page(banner(state=state, sample=True), NOW))
    page = Page(banner_page(shown, NOW))
    assert page.elements == harmless.elements
    assert " ".join(plain(text).split()) in page.words


@pytest.mark.parametrize("state", ["live", "quiet", "notice"])
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_becomes_part_of_the_image(text, state):
    notice = text if state == "notice" else None
    shown = as_read(banner(title=text, state=state, notice=notice, sample=True))
    image = banner_image(shown, NOW)
    root = parsed(image)
    of_tag = {
        "svg": {"width", "height", "viewBox", "role", "aria-label", "lang", "x", "y"},
        "title": set(),
        "style": set(),
        "rect": {"class", "x", "y", "width", "height", "rx"},
        "path": {"class", "fill-rule", "d"},
        "text": {"class", "x", "y", "font-size"},
    }
    for element in root.iter():
        assert set(element.attrib) <= of_tag[element.tag.removeprefix(SVG)]
    assert root.find(f"{SVG}title").text == tell(shown, NOW).text
    assert plain(text)[:4].split()[0] in " ".join(text_of(image))


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_leaves_its_place_in_the_json(text):
    shown = as_read(banner(title=text, state="notice", notice=text, channels=(text,)))
    source = banner_data(shown, NOW, NOW)
    assert not set("<>&") & set(source)
    assert json.loads(source)["title"] == json.loads(source)["notice"] == plain(text)


def test_hostile_accounts_in_the_list_are_links_and_text_only():
    harmless = Page(index_page([banner(str(i)) for i in range(len(HOSTILE_ACCOUNTS))], NOW))
    listed = Page(index_page([banner(a, title=plain(a)) for a in HOSTILE_ACCOUNTS], NOW))
    assert listed.elements == harmless.elements


def test_the_list_and_the_missing_page_say_what_to_do_when_nothing_is_there():
    assert "No banner can be shown right now." in Page(index_page([], NOW)).words
    assert "There is no banner at this address." in Page(missing_page("/public/")).words


@pytest.mark.parametrize("lengths", [(), ("35 min",), ("2 h 10 min", "10 min")])
def test_lengths_are_kept_in_one_line_and_the_rest_stays_escaped(lengths):
    text = '<b>Within 35 min</b> & "2 h 10 min"'
    page = Page(str(together(text, lengths)))
    assert page.text == text
    assert {element for element, _ in page.elements} <= {"span"}
    assert len(page.elements) == len(set(lengths) & {"35 min", "2 h 10 min"})


def test_a_line_is_cut_where_it_would_run_over():
    assert cut("Northlight on X", 12, 300) == "Northlight on X"
    for text in HOSTILE_TEXTS:
        short = cut(plain(text), 12, 200)
        assert width(short, 12) <= 200
        assert short == plain(text) or short.endswith("…")


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_lines_hold_all_words_in_order_or_end_in_an_ellipsis(text):
    lines = wrap(plain(text), 11, ROOM, most=2)
    assert 1 <= len(lines) <= 2
    assert all(width(line, 11) <= ROOM for line in lines)
    assert " ".join(lines) == plain(text) or lines[-1].endswith("…")


def test_a_small_image_keeps_the_promise_when_not_every_sentence_fits():
    shown = banner(state="closed", time_zone="America/Argentina/Buenos_Aires")
    far = as_read(shown)
    far = banner(
        state="closed",
        time_zone="America/Argentina/Buenos_Aires",
        opens_at=far.opens_at.replace(month=12, day=24),
        answered_by=far.answered_by.replace(month=12, day=24),
    )
    drawn = " ".join(text_of(banner_image(far, NOW)))
    assert "If you write now, 9 of 10 get an answer by 06:20 on 24 December." in drawn
    assert "Closed now." not in drawn


def brightness(colour):
    """Relative luminance as WCAG 2 defines it."""
    if len(colour) == 4:
        colour = "#" + "".join(c * 2 for c in colour[1:])
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    light, dark = sorted((brightness(one), brightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_of_the_page_reads_on_its_ground_in_light_and_dark():
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    themes = re.findall(r":root\{(?:color-scheme:[^;]+;)?(--ink[^}]+)\}", css)
    assert len(themes) == 2
    for theme in themes:
        colours = dict(re.findall(r"--(\w+):(#\w+)", theme))
        assert set(STATES) < set(colours)
        for name in (*STATES, "ink", "soft", "link"):
            assert contrast(colours[name], colours["ground"]) >= 4.5, name


def test_every_colour_of_the_image_reads_on_its_card_in_light_and_dark():
    css = (TEMPLATES / "banner_svg.css").read_text(encoding="utf-8")
    for theme in css.split("@media"):
        card = re.search(r"\.card\{fill:(#\w+)", theme)[1]
        for state in STATES:
            assert contrast(re.search(rf"\.{state}\{{fill:(#\w+)", theme)[1], card) >= 4.5
        for colour in re.findall(r"(?:text|soft|sample)\{[^}]*fill:(#\w+)", theme):
            assert contrast(colour, card) >= 4.5
