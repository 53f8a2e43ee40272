"""The banner on somebody's site, in Chromium: what a person reads there, and that nothing runs over."""

from dataclasses import replace

import pytest
from public_side import HOSTILE_TEXTS, NOW, banner, listening, serving
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from public.banner import STATES
from public.routes import address
from public.snapshot import Snapshot, from_json, to_json
from public.svg_image import banner_image
from tests.chromium import BROWSER, FLAGS, NEEDS_BROWSER

pytestmark = [
    pytest.mark.browser,
    NEEDS_BROWSER,
]


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("public")) as running:
        yield running


@pytest.fixture
def site():
    """Give a function that shows a page of another origin; its body is set per test."""
    body = {}

    async def page(_):
        return HTMLResponse(f"<!doctype html><style>p{{color:red}}</style>{body['html']}")

    async def icon(_):
        return Response(status_code=204)  # asked for by every browser

    with listening(Starlette(routes=[Route("/", page), Route("/favicon.ico", icon)])) as port:

        def show(html):
            body["html"] = html
            return f"http://127.0.0.1:{port}/"

        yield show


def frame_of(server, account="NorthlightHelp", width=300, height=220):
    source = f"http://127.0.0.1:{server.port}{address(account, 'html')}"
    return f'<iframe src="{source}" width="{width}" height="{height}"></iframe>'


def test_a_person_reads_the_promise_in_an_iframe_of_another_site(chromium, server, site):
    server.show(banner(sample=True))
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(site(frame_of(server)))
    inside = page.frame_locator("iframe")
    status = inside.get_by_role("status")
    status.wait_for()
    assert [line.strip() for line in status.inner_text().splitlines() if line.strip()] == [
        "Sample data",
        "Live",
        "Northlight on X",
        "35 min",
        "If you write now, 9 of 10 get an answer within 35 min. Half are answered within 12 min.",
        "As of 19:59, London time, from 412 recent waits",
    ]
    assert inside.locator(".figure").evaluate("e => getComputedStyle(e).fontSize") == "28px"
    assert complaints == []
    context.close()


@pytest.mark.parametrize("width", [280, 1200])
def test_every_state_fits_a_narrow_and_a_wide_frame(chromium, server, width):
    server.show(*(banner(state, state, sample=True) for state in STATES))
    page = chromium.new_page(viewport={"width": width, "height": 400})
    for state in STATES:
        page.goto(f"http://127.0.0.1:{server.port}{address(state, 'html')}")
        size = page.evaluate("[document.body.scrollWidth, document.body.offsetHeight]")
        assert size[0] == width
        assert size[1] <= 300
    page.close()


def test_hostile_texts_are_shown_as_text_and_break_no_layout(chromium, server):
    shown = [
        banner(f"account {i}", state="notice", title=text.replace("\ud800", ""), notice=text)
        for i, text in enumerate(HOSTILE_TEXTS)
    ]
    server.show(*shown)
    page = chromium.new_page(viewport={"width": 280, "height": 400})
    page.on("dialog", lambda _: pytest.fail("a text was run as a script"))
    page.goto(f"http://127.0.0.1:{server.port}/public/")
    assert page.locator("li").count() == len(shown)
    assert page.evaluate("document.body.scrollWidth") == 280
    assert "<script>alert(1)</script>" in page.inner_text("body")
    page.close()


def test_the_image_loads_in_a_page_and_follows_the_reader_s_dark_mode(chromium, server, site):
    server.show(banner())
    image = f"http://127.0.0.1:{server.port}{address('NorthlightHelp', 'svg')}"
    pixels = {}
    for scheme in ("light", "dark"):
        page = chromium.new_page(color_scheme=scheme)
        page.goto(site(f'<img src="{image}" width="400">'))
        loaded = page.locator("img").evaluate("async e => (await e.decode(), e.naturalWidth)")
        assert loaded == 400
        pixels[scheme] = page.locator("img").screenshot()
        page.close()
    assert pixels["light"] != pixels["dark"]


def test_no_text_of_the_image_runs_over_its_room(chromium):
    hostile = [banner("a", "notice", title=t, notice=t, sample=True) for t in HOSTILE_TEXTS]
    states = [banner(state, state, sample=True) for state in STATES]
    written = to_json(
        Snapshot(NOW, tuple(replace(b, account=str(i)) for i, b in enumerate(hostile)))
    )
    images = [banner_image(shown, NOW) for shown in (*from_json(written).banners, *states)]
    page = chromium.new_page()
    page.set_content("".join(images))
    assert page.locator("svg[role=img]").count() == len(images)
    over = page.evaluate(
        """[...document.querySelectorAll('text')].filter(
            t => t.getComputedTextLength() > t.parentNode.width.baseVal.value + 0.5
        ).map(t => t.textContent)"""
    )
    # What a font draws wider than anybody could foresee is cut by its window instead.
    assert [text for text in over if "﷽" not in text] == []
    window = page.evaluate("getComputedStyle(document.querySelector('svg svg')).overflow")
    assert window == "hidden"
    page.close()
