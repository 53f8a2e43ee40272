"""The banner on somebody's site, in Chromium: what a person reads there, and that nothing runs over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from public_side import (
    HOSTILE_TEXTS,
    NOW,
    RECORD,
    banner,
    listening,
    serving,
    view,
    withdrawn,
)
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from public import html_page
from public.badge import banner_badge
from public.banner import STATES
from public.languages import LOCALES, language
from public.routes import address
from public.snapshot import Snapshot, from_json, to_json
from public.svg_image import banner_image
from public.telling import tell
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


# What a page of somebody's may do to everything that stands in it.
HOSTILE_STYLES = (
    "*{color:red!important;font-size:40px!important;letter-spacing:9px!important}"
    "p,b,div,section,span{display:none!important}"
    "replyclock-banner{display:none!important;opacity:.1!important;--ink:red!important}"
)


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
    states = [banner(state, state, sample=True, **RECORD) for state in STATES]
    states.append(withdrawn("withdrawn", sample=True, **RECORD))
    written = to_json(
        Snapshot(NOW, tuple(replace(b, account=str(i)) for i, b in enumerate(hostile)))
    )
    shown = (*from_json(written).banners, *states)
    images = [
        draw(view(one, code=code, theme="light"))
        for draw in (banner_image, banner_badge)
        for one in shown
        for code in LOCALES
    ]
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


@pytest.mark.parametrize("width", [280, 1200])
@pytest.mark.parametrize("code", LOCALES)
def test_every_language_fits_a_narrow_and_a_wide_frame(chromium, server, code, width):
    server.show(*(banner(state, state, sample=True, **RECORD) for state in STATES))
    page = chromium.new_page(viewport={"width": width, "height": 400})
    for state in STATES:
        page.goto(f"http://127.0.0.1:{server.port}{address(state, 'html', language=code)}")
        size = page.evaluate("[document.body.scrollWidth, document.body.offsetHeight]")
        assert size[0] == width
        assert size[1] <= 440
        assert page.locator("html").get_attribute("lang") == language(code).tag
    page.close()


def test_an_iframe_renews_itself_without_javascript(chromium, server, site, monkeypatch):
    monkeypatch.setattr(html_page, "RENEWED_AFTER_SECONDS", 1)
    server.show(banner())
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site(frame_of(server)))
    figure = page.frame_locator("iframe").locator(".figure")
    figure.wait_for()
    assert figure.inner_text() == "35 min"
    server.show(banner(state="busy"))
    page.frame_locator("iframe").get_by_text("Busier than usual.").wait_for(timeout=10_000)
    assert figure.inner_text() == "2 h 10 min"
    context.close()


@pytest.mark.parametrize(
    ("sites", "shown"), [(None, True), (("https://brand.example",), False), ((), False)]
)
@pytest.mark.parametrize("shape", ["html", "svg"])
def test_a_site_that_may_not_frame_it_shows_nothing(chromium, server, site, shape, sites, shown):
    server.show(banner(frame_ancestors=sites))
    page = chromium.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    source = f"http://127.0.0.1:{server.port}{address('NorthlightHelp', shape)}"
    page.goto(site(f'<iframe src="{source}"></iframe>'))
    page.wait_for_load_state("networkidle")
    inside = page.frames[1].locator("text=35 min").count() if shown else 0
    assert bool(inside) is shown
    assert any("frame-ancestors" in said for said in complaints) is not shown
    page.close()


def test_a_site_that_may_frame_it_does(chromium, server, site):
    page = chromium.new_page()
    at = site(frame_of(server))
    server.show(banner(frame_ancestors=(at.rstrip("/"),)))
    page.goto(at)
    page.frame_locator("iframe").locator(".figure").wait_for()
    page.close()


# ------------------------------------------------------------------------------------ the script


def script_of(server, account="NorthlightHelp", before='<a href="/help">Ask us</a>', **data):
    said = "".join(f' data-{name}="{value}"' for name, value in data.items())
    source = f"http://127.0.0.1:{server.port}{address(account, 'script')}"
    return f'{before}<script src="{source}"{said}></script>'


@pytest.fixture
def running(server):
    """Let the server's present be that of the browser, whose script looks at the clock."""
    server.show(banner())
    now = datetime.now(UTC)

    def show(*banners):
        server.show(*banners, renewed_at=now)
        server.now = now

    return show


def styles_of(page, selector):
    return page.locator(selector).evaluate(
        "e => { const s = getComputedStyle(e); return [s.color, s.fontSize, s.display, s.letterSpacing] }"
    )


def test_the_script_draws_the_banner_whatever_the_page_s_styles_are(
    chromium, server, site, running
):
    running(banner(state="busy", sample=True, **RECORD))
    page = chromium.new_page(color_scheme="light")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(site(f"<style>{HOSTILE_STYLES}</style>{script_of(server)}"))
    figure = page.locator("replyclock-banner .figure")
    figure.wait_for()
    box = page.locator("replyclock-banner [role=status]")
    assert box.inner_text().split("\n")[0].startswith("Busy Northlight on X")
    for part in ("Sample data", "2 h 10 min", "Kept for 1,125 of 1,234 people", "As of"):
        assert part in box.inner_text()
    assert styles_of(page, "replyclock-banner .figure") == [
        "rgb(27, 31, 36)", "28px", "block", "normal",
    ]  # fmt: skip
    assert page.locator("replyclock-banner").evaluate("e => getComputedStyle(e).opacity") == "1"
    assert page.locator("a").count() == 0
    assert errors == []
    # And the page's own text is as the page wants it.
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(255, 0, 0)"
    page.close()


@pytest.mark.parametrize("code", LOCALES)
def test_the_script_speaks_every_language(chromium, server, site, running, code):
    shown = banner(state="notice", **RECORD)
    running(shown)
    page = chromium.new_page()
    page.goto(site(script_of(server, lang=code)))
    box = page.locator("replyclock-banner [role=status]")
    box.locator("section").wait_for()
    told = tell(shown, NOW, language(code))
    assert told.state_word in box.inner_text()
    assert told.record.replace("\u202f", " ") in box.inner_text().replace("\u202f", " ")
    assert box.get_attribute("lang") == language(code).tag
    page.close()


@pytest.mark.parametrize(
    ("theme", "scheme", "ground"),
    [
        (None, "light", "rgb(255, 255, 255)"),
        (None, "dark", "rgb(21, 24, 28)"),
        ("light", "dark", "rgb(255, 255, 255)"),
        ("dark", "light", "rgb(21, 24, 28)"),
    ],
)
def test_the_script_follows_the_reader_or_the_page(
    chromium, server, site, running, theme, scheme, ground
):
    running(banner())
    page = chromium.new_page(color_scheme=scheme)
    page.goto(site(script_of(server, **({"theme": theme} if theme else {}))))
    box = page.locator("replyclock-banner [role=status]")
    box.locator("section").wait_for()
    assert box.evaluate("e => getComputedStyle(e).backgroundColor") == ground
    page.close()


def test_the_script_runs_under_a_strict_policy_of_the_page(chromium, server, site, running):
    running(banner())
    origin = f"http://127.0.0.1:{server.port}"
    policy = f"default-src 'none'; script-src {origin}; connect-src {origin}; require-trusted-types-for 'script'"
    page = chromium.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(
        site(f'<meta http-equiv="content-security-policy" content="{policy}">{script_of(server)}')
    )
    page.locator("replyclock-banner .figure").wait_for()
    assert styles_of(page, "replyclock-banner .figure")[1] == "28px"
    assert complaints == []
    page.close()


def test_the_script_draws_all_accounts_and_channels_of_any_name(chromium, server, site, running):
    running(banner("r/apple", title="Fruit"), banner("a", channel="E-mail/é.json", title="Desk"))
    page = chromium.new_page()
    channel = f"http://127.0.0.1:{server.port}{address('a', 'script', 'E-mail/é.json')}"
    every = f"http://127.0.0.1:{server.port}{address(None, 'script')}"
    page.goto(
        site(f'<body><script src="{channel}?v=1"></script><hr><script src="{every}"></script>')
    )
    page.locator("replyclock-banner section").nth(2).wait_for()
    hosts = page.locator("replyclock-banner")
    assert "Desk · E-mail/é.json" in hosts.nth(0).locator("[role=status]").inner_text()
    assert hosts.nth(1).locator("section").count() == 2
    page.close()


def test_the_script_shows_texts_as_text(chromium, server, site, running):
    running(
        *(
            banner(str(i), "notice", title=t.replace("\ud800", ""), notice=t)
            for i, t in enumerate(HOSTILE_TEXTS)
        )
    )
    page = chromium.new_page(viewport={"width": 320, "height": 400})
    page.on("dialog", lambda _: pytest.fail("a text was run as a script"))
    every = f"http://127.0.0.1:{server.port}{address(None, 'script')}"
    page.goto(site(f'<body><script src="{every}"></script>'))
    page.locator("replyclock-banner section").nth(len(HOSTILE_TEXTS) - 1).wait_for()
    assert page.locator("replyclock-banner section img, replyclock-banner script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.close()


@pytest.mark.parametrize("before", ['<a href="/help">Ask us</a>', "", "<p>A paragraph</p>"])
def test_where_the_data_cannot_be_had_a_link_stays(chromium, server, site, running, before):
    running(banner())
    page = chromium.new_page()
    page.route("**/*.json", lambda route: route.abort())
    page.goto(site(f"<body>{script_of(server, before=before)}"))
    page.wait_for_load_state("networkidle")
    assert page.locator("replyclock-banner").count() == 0
    link = page.locator("a")
    assert link.is_visible()
    own = f"http://127.0.0.1:{server.port}/public/NorthlightHelp.html"
    assert link.get_attribute("href") == ("/help" if "href" in before else own)
    page.close()


def test_where_there_is_no_such_banner_the_page_s_own_link_stays(chromium, server, site, running):
    running(banner())
    page = chromium.new_page()
    page.goto(site(script_of(server, "nobody")))
    page.wait_for_load_state("networkidle")
    assert page.locator("a").is_visible()
    page.close()


def test_the_script_renews_the_banner_and_gives_it_up_when_nobody_renews_it(
    chromium, server, site, running
):
    running(banner())
    page = chromium.new_page()
    page.clock.install()
    page.goto(site(script_of(server)))
    figure = page.locator("replyclock-banner .figure")
    figure.wait_for()
    assert figure.inner_text() == "35 min"
    before = page.locator("replyclock-banner section").element_handle()
    page.clock.run_for(61_000)
    page.wait_for_timeout(300)
    assert before.evaluate("e => e.isConnected")  # what says the same is not read out again
    running(banner(promise_seconds=2400))
    page.clock.run_for(61_000)
    page.locator("replyclock-banner").get_by_text("40 min", exact=True).wait_for()
    # From here on the file stays as it is, as on a server of files to which nobody publishes.
    page.clock.run_for(16 * 60_000)
    page.locator("a").wait_for()
    assert page.locator("replyclock-banner").count() == 0
    page.close()
