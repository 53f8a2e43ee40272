"""HTML, SVG and JSON of every state: they say the same, and no text becomes markup."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from public_side import (
    HOSTILE_ACCOUNTS,
    HOSTILE_TEXTS,
    NOW,
    RECORD,
    banner,
    instant,
    view,
    withdrawn,
)

from public.addresses import address
from public.badge import banner_badge, banner_shields, index_shields
from public.banner import STATES
from public.changes import Change
from public.feed import banner_feed, index_feed
from public.fit import cut, width, wrap
from public.html_page import banner_page, index_page, missing_page
from public.json_data import banner_data, index_data
from public.languages import LOCALES
from public.marks import MARKS
from public.oembed import banner_oembed
from public.plain_text import plain
from public.script import script, stylesheet
from public.snapshot import Snapshot, from_json, to_json
from public.svg_image import ROOM, banner_image, index_image
from public.telling import ENGLISH, tell
from public.templating import style, together
from public.view import frame_sites

ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = json.loads(
    (Path(__file__).parent.parent / "docs" / "public.schema.json").read_text(encoding="utf-8")
)
SVG = "{http://www.w3.org/2000/svg}"


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
    page = Page(banner_page(view(shown))).words
    drawn = " ".join(text_of(banner_image(view(shown))))
    data = json.loads(banner_data(view(shown)))
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


def test_json_carries_the_fields_of_the_snapshot_and_all_in_words():
    shown = banner(state="closed", channel="E-mail", **RECORD)
    told = tell(shown, NOW)
    assert json.loads(banner_data(view(shown))) == {
        "schema": 2,
        "renewed_at": "2026-11-21T20:00:40Z",
        "language": "en-GB",
        "account": "NorthlightHelp",
        "channel": "E-mail",
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
        "withdrawn": False,
        "kept_share_7d": None,
        "kept_n_7d": None,
        "kept_share_30d": 0.912,
        "kept_n_30d": 1234,
        "kept_share_90d": None,
        "kept_n_90d": None,
        "shown_title": "Northlight on X · E-mail",
        "look": "closed",
        "mark": MARKS["closed"],
        "state_word": "Closed",
        "headline": "By 09:20 tomorrow",
        "sentences": list(told.sentences),
        "record": "Kept for 1,125 of 1,234 people in the last 30 days.",
        "source": told.source,
        "sample_word": "",
        "text": told.text,
    }


def test_the_page_is_a_status_renews_itself_and_runs_no_script():
    source = banner_page(view(banner()))
    assert '<div role="status">' in source
    assert '<meta http-equiv="refresh" content="60">' in source
    assert '<html lang="en-GB" dir="ltr">' in source
    assert "<script" not in source
    assert Page(source).title == "Northlight on X: 35 min"


def test_the_image_has_a_role_a_label_and_a_title_with_all_of_its_words():
    root = parsed(banner_image(view(banner(state="notice"))))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == tell(banner(state="notice"), NOW).text
    assert root.find(f"{SVG}title").text == root.attrib["aria-label"]


def test_each_state_has_a_word_a_mark_and_a_colour_of_its_own():
    words = {tell(banner(state=state), NOW).state_word for state in STATES}
    assert len(words) == len({MARKS[state] for state in STATES}) == len(STATES)
    for state in STATES:
        assert f'class="state {state}"' in banner_page(view(banner(state=state)))
        assert f'class="strong {state}"' in banner_image(view(banner(state=state)))


@pytest.mark.parametrize("state", ["live", "quiet", "notice"])
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_becomes_part_of_the_page(text, state):
    notice = text if state == "notice" else None
    shown = as_read(banner(title=text, state=state, notice=notice, sample=True))
    harmless = Page(banner_page(view(banner(state=state, sample=True))))
    page = Page(banner_page(view(shown)))
    assert page.elements == harmless.elements
    assert " ".join(plain(text).split()) in page.words


@pytest.mark.parametrize("state", ["live", "quiet", "notice"])
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_becomes_part_of_the_image(text, state):
    notice = text if state == "notice" else None
    shown = as_read(banner(title=text, state=state, notice=notice, sample=True))
    image = banner_image(view(shown))
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
    source = banner_data(view(shown))
    assert not set("<>&") & set(source)
    assert json.loads(source)["title"] == json.loads(source)["notice"] == plain(text)


def test_hostile_accounts_in_the_list_are_links_and_text_only():
    harmless = Page(
        index_page(view(*(banner(str(i)) for i in range(len(HOSTILE_ACCOUNTS))), single=False))
    )
    listed = Page(
        index_page(view(*(banner(a, title=plain(a)) for a in HOSTILE_ACCOUNTS), single=False))
    )
    assert listed.elements == harmless.elements


def test_the_list_and_the_missing_page_say_what_to_do_when_nothing_is_there():
    assert "No banner can be shown right now." in Page(index_page(view(single=False))).words
    assert "There is no banner at this address." in Page(missing_page("/public/", ENGLISH)).words


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


def test_a_number_is_not_broken_over_two_lines():
    text = "Délai respecté pour 1\u202f125 sur 1\u202f234 personnes"
    for room in range(60, 400, 5):
        assert "1" not in " ".join(wrap(text, 11, room, most=9)).replace("\u202f", "").split()


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_lines_hold_all_words_in_order_or_end_in_an_ellipsis(text):
    lines = wrap(plain(text), 11, ROOM, most=2)
    assert 1 <= len(lines) <= 2
    assert all(width(line, 11) <= ROOM for line in lines)
    assert " ".join(lines) == plain(text) or lines[-1].endswith("…")


def test_a_small_image_keeps_the_promise_and_the_record_when_not_every_sentence_fits():
    far = banner(
        state="closed",
        time_zone="America/Argentina/Buenos_Aires",
        opens_at=instant("2026-12-24T08:00:00+00:00"),
        answered_by=instant("2026-12-24T09:19:20+00:00"),
        **RECORD,
    )
    drawn = " ".join(text_of(banner_image(view(far, code="de"))))
    assert "9 von 10 bekommen bis 24. Dezember, 06:20 Uhr eine Antwort." in drawn
    assert "Wartezeit eingehalten bei 1.125 von 1.234 Personen" in drawn
    assert "Zurzeit geschlossen." not in drawn


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


GROUNDS = {"light": ("#fff",), "dark": ("#15181c",), "auto": ("#fff", "#15181c")}


@pytest.mark.parametrize("theme", GROUNDS)
def test_every_colour_of_the_page_reads_on_its_ground(theme):
    css = style("page.css", theme).text
    blocks = re.findall(r":root\{(?:color-scheme:[^;]+;)?(--ink[^}]+)\}", css)
    assert len(blocks) == len(GROUNDS[theme])
    for block, ground in zip(blocks, GROUNDS[theme], strict=True):
        colours = dict(re.findall(r"--(\w+):(#\w+)", block))
        assert colours["ground"] == ground
        for name in (*STATES, "ink", "soft", "link"):
            assert contrast(colours[name], ground) >= 4.5, name


@pytest.mark.parametrize("theme", GROUNDS)
def test_every_colour_of_the_image_and_the_badge_reads_on_its_ground(theme):
    parts = style("image.css", theme).text.split("@media")
    assert len(parts) == len(GROUNDS[theme])
    for css, ground in zip(parts, GROUNDS[theme], strict=True):
        assert re.search(r"\.card\{fill:(#\w+)", css)[1] == ground
        assert re.search(r"\.on\{fill:(#\w+)", css)[1] == ground
        for state in STATES:
            assert contrast(re.search(rf"\.{state}\{{fill:(#\w+)", css)[1], ground) >= 4.5
        for colour in re.findall(r"(?:text|soft|sample)\{fill:(#\w+)", css):
            assert contrast(colour, ground) >= 4.5


def test_every_colour_of_the_script_reads_on_its_ground():
    blocks = re.findall(r"\.(?:box|dark)\{([^}]+)\}", stylesheet())
    assert len(blocks) == 2
    for block, ground in zip(blocks, GROUNDS["auto"], strict=True):
        colours = dict(re.findall(r"--(\w+):(#\w+)", block))
        assert colours["ground"] == ground
        assert all(contrast(colours[name], ground) >= 4.5 for name in (*STATES, "ink", "soft"))


def test_nothing_moves():
    every = stylesheet() + style("page.css", "auto").text + style("image.css", "auto").text
    assert not re.search(r"animation|transition|@keyframes|scroll-behavior", every)


def test_a_theme_that_is_asked_for_is_the_only_one_there():
    for draw in (banner_page, banner_image, banner_badge):
        auto, light, dark = (draw(view(banner(), theme=t)) for t in ("auto", "light", "dark"))
        assert "prefers-color-scheme" in auto
        assert "prefers-color-scheme" not in light + dark
        assert "#15181c" in dark
        assert "#15181c" not in light


# ------------------------------------------------------------------------------- badge, Shields


@pytest.mark.parametrize(
    ("shown", "message"),
    [
        (banner(), "35 min"),
        (banner(state="busy"), "Busy · 2 h 10 min"),
        (banner(state="closed"), "Closed · By 09:20 tomorrow"),
        (banner(state="quiet"), "Quiet"),
        (banner(state="stale"), "No fresh data"),
        (banner(state="notice"), "Notice"),
        (withdrawn(), "No figure"),
        (withdrawn(state="busy"), "Busy"),
        (banner(sample=True, **RECORD), "35 min · 91% kept · Sample data"),
    ],
)
def test_a_badge_tells_state_figure_record_and_what_is_sample(shown, message):
    assert text_of(banner_badge(view(shown))) == ["Reply time", message]
    shields = json.loads(banner_shields(view(shown)))
    assert (shields["schemaVersion"], shields["label"]) == (1, "Reply time")
    assert shields["message"] == message
    assert re.fullmatch(r"#[0-9a-f]{6}", shields["color"])


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_becomes_part_of_a_badge(text):
    badge = banner_badge(view(as_read(banner(title=text))))
    assert parsed(badge).find(f"{SVG}title").text.startswith(plain(text))


def test_the_badge_of_all_counts_who_is_live():
    two = view(banner("a"), banner("b", "quiet", sample=True), single=False)
    assert json.loads(index_shields(two))["message"] == "1 of 2 live · Sample data"


# ---------------------------------------------------------------------------------- all together


def test_the_image_of_all_has_a_row_for_each_and_says_how_many_more():
    some = [banner(str(i), title=f"Desk {i}") for i in range(15)]
    drawn = text_of(index_image(view(*some, single=False)))
    assert drawn.count("35 min") == 12
    assert drawn[-1] == "and 3 more"
    assert "Desk 14" in parsed(index_image(view(*some, single=False))).attrib["aria-label"]
    assert "No banner can be shown right now." in text_of(index_image(view(single=False)))[-1]


def test_the_data_of_all_is_the_data_of_each():
    both = [banner("a"), banner("b", "closed")]
    found = json.loads(index_data(view(*both, single=False)))
    for one, shown in zip(found["banners"], both, strict=True):
        assert json.loads(banner_data(view(shown))).items() >= one.items()


# -------------------------------------------------------------------------------------- the feed


def change(shown, at, was="live"):
    return Change(instant(at), was, shown)


def test_a_feed_has_an_entry_for_each_change_latest_first():
    known = (
        change(banner(), "2026-11-21T19:00:00+00:00", "busy"),
        change(banner(state="busy"), "2026-11-21T18:00:00+00:00"),
    )
    feed = parsed(banner_feed(view(banner(), changes=known, site="https://care.example.org")))
    entries = feed.findall(f"{ATOM}entry")
    assert [e.find(f"{ATOM}title").text for e in entries] == [
        "Northlight on X: Live",
        "Northlight on X: Busy",
    ]
    assert [e.find(f"{ATOM}updated").text for e in entries] == [
        "2026-11-21T19:00:00Z",
        "2026-11-21T18:00:00Z",
    ]
    assert feed.find(f"{ATOM}updated").text == "2026-11-21T19:00:00Z"
    assert "2 h 10 min" in entries[1].find(f"{ATOM}content").text
    ids = [feed.find(f"{ATOM}id").text, *(e.find(f"{ATOM}id").text for e in entries)]
    assert len(set(ids)) == 3
    assert all(each.startswith("urn:uuid:") for each in ids)
    links = {each.attrib["rel"]: each.attrib["href"] for each in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://care.example.org/public/NorthlightHelp.atom",
        "alternate": "https://care.example.org/public/NorthlightHelp.html",
    }


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_no_text_becomes_part_of_a_feed(text):
    shown = as_read(banner(title=text, state="notice", notice=text))
    known = (change(shown, "2026-11-21T19:00:00+00:00"),)
    feed = parsed(index_feed(view(shown, single=False, changes=known)))
    assert feed.find(f"{ATOM}entry/{ATOM}title").text == f"{plain(text)}: Notice"


def test_a_feed_without_changes_is_a_feed():
    feed = parsed(banner_feed(view(banner())))
    assert feed.find(f"{ATOM}updated").text == "2026-11-21T20:00:40Z"
    assert not feed.findall(f"{ATOM}entry")


# -------------------------------------------------------------------------------- oEmbed, script


@pytest.mark.parametrize("account", ["NorthlightHelp", 'O\'Brien & "Sons"', "r/apple", "<b>"])
def test_oembed_gives_a_frame_that_leads_to_the_page(account):
    shown = banner(account, title=plain(account))
    found = json.loads(banner_oembed(view(shown, site="https://care.example.org")))
    frame = Page(found["html"])
    assert [tag for tag, _ in frame.elements] == ["iframe"]
    page = address(account, "html").replace('"', "&quot;")
    assert f'src="https://care.example.org{page}.html"' in found["html"]
    assert (found["version"], found["type"]) == ("1.0", "rich")
    assert found["title"] == plain(account)


def test_the_script_is_small_and_says_nothing_of_anybody():
    assert len(script().encode()) < 3000
    assert "@" not in script()
    assert "//" not in script()
    assert "innerHTML" not in script()


def test_only_the_sites_that_all_allow_may_frame_all():
    one, two = ("https://a.example",), ("https://b.example", "https://a.example")
    assert frame_sites((banner("a"), banner("b"))) is None
    assert frame_sites((banner("a", frame_ancestors=two), banner("b"))) == two
    both = (banner("a", frame_ancestors=one), banner("b", frame_ancestors=two))
    assert frame_sites(both) == one
    assert frame_sites((*both, banner("c", frame_ancestors=()))) == ()


# ------------------------------------------------------------------------------------ the schema


@pytest.mark.parametrize("code", LOCALES)
@pytest.mark.parametrize("state", [*STATES, "withdrawn"])
def test_the_data_is_as_its_schema_says(state, code):
    shown = withdrawn(**RECORD) if state == "withdrawn" else banner(state=state)
    validator = Draft202012Validator(SCHEMA)
    validator.validate(json.loads(banner_data(view(shown, code=code))))
    validator.validate(json.loads(index_data(view(shown, shown, single=False, code=code))))


def test_the_schema_names_every_field_and_refuses_what_is_wrong():
    Draft202012Validator.check_schema(SCHEMA)
    given = json.loads(banner_data(view(banner())))
    named = set(SCHEMA["$defs"]["banner"]["properties"]) | set(
        SCHEMA["$defs"]["about"]["properties"]
    )
    assert named == set(given)
    validator = Draft202012Validator(SCHEMA)
    for wrong in ({"schema": 1}, {"state": "open"}, {"promise_seconds": "35"}, {"text": None}):
        assert not validator.is_valid(given | wrong)
    assert validator.is_valid(given | {"a_field_of_tomorrow": 1})
