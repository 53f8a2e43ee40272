"""The public side over HTTP: addresses, headers, what is not there, and what never gets out."""

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from public_side import HOSTILE_ACCOUNTS, NOW, RECORD, banner, serving, withdrawn

from public import side
from public.addresses import ENDINGS
from public.banner import STATES
from public.changes import Change
from public.languages import LOCALES, language
from public.routes import address, routes
from public.shapes import SHAPES as REGISTRY
from public.snapshot import Snapshot, to_json, write

SHAPES = tuple(ENDINGS)
IN_WORDS = tuple(shape for shape in SHAPES if shape != "script")
MEDIA = {
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "badge": "image/svg+xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "shields": "application/json; charset=utf-8",
    "oembed": "application/json; charset=utf-8",
    "script": "text/javascript; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("public")) as running:
        yield running


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_served_in_every_shape(server, state, shape):
    server.show(banner(state=state))
    answer = server.fetch(address("NorthlightHelp", shape))
    assert answer.status == 200
    assert answer.headers["content-type"] == MEDIA[shape]
    assert ("Northlight on X" in answer.body) == (shape not in {"script", "shields"})


def test_every_account_is_found_at_its_own_addresses(server):
    server.show(
        *(banner(account, title=f"Title {i}") for i, account in enumerate(HOSTILE_ACCOUNTS))
    )
    listed = server.fetch("/public/").body
    for i, account in enumerate(HOSTILE_ACCOUNTS):
        data = json.loads(server.fetch(address(account, "json")).body)
        assert (data["account"], data["title"]) == (account, f"Title {i}")
        for shape in ("html", "svg", "badge", "oembed", "atom"):
            answer = server.fetch(address(account, shape))
            assert answer.headers["content-type"] == MEDIA[shape]
            assert re.search(rf"Title {i}\b", answer.body)
        for shape in ("html", "svg", "badge", "json", "atom"):
            link = address(account, shape).replace("/public/", "./", 1)
            assert f'"{escape(link)}{".html" if shape == "html" else ""}"' in listed


def test_every_channel_is_found_at_its_own_addresses(server):
    server.show(
        *(banner("a", channel=c, title=f"Title {i}") for i, c in enumerate(HOSTILE_ACCOUNTS)),
        banner("a", title="The account"),
    )
    for i, channel in enumerate(HOSTILE_ACCOUNTS):
        data = json.loads(server.fetch(address("a", "json", channel)).body)
        assert (data["account"], data["channel"], data["title"]) == ("a", channel, f"Title {i}")
        assert f"Title {i}" in server.fetch(address("a", "html", channel)).body
    assert json.loads(server.fetch(address("a", "json")).body)["title"] == "The account"


@pytest.mark.parametrize("shape", SHAPES)
def test_all_together_are_there_in_every_shape(server, shape):
    server.show(banner("a", title="One desk"), banner("b", title="Another desk"))
    answer = server.fetch(address(None, shape))
    assert (answer.status, answer.headers["content-type"]) == (200, MEDIA[shape])
    if shape in {"html", "svg", "badge", "json"}:
        assert "One desk" in answer.body
        assert "Another desk" in answer.body


@pytest.mark.parametrize("path", ["/public/NorthlightHelp.html", "/public/index.html"])
def test_a_page_is_also_where_a_server_of_files_has_it(server, path):
    server.show(banner())
    plain = path.removesuffix(".html").replace("index", "")
    assert server.fetch(path).body == server.fetch(plain).body


@pytest.mark.parametrize("path", ["/public/r/apple.json", "/public/r%2Fapple.json"])
def test_an_address_with_a_slash_typed_by_hand_is_understood(server, path):
    server.show(banner("r/apple"))
    assert json.loads(server.fetch(path).body)["account"] == "r/apple"


def test_a_name_that_ends_like_a_shape_is_no_other_account_s_data(server):
    server.show(banner("a"), banner("a.json"))
    assert json.loads(server.fetch("/public/a.json").body)["account"] == "a"
    assert json.loads(server.fetch("/public/a.json.json").body)["account"] == "a.json"
    server.show(banner("a.json", title="The only one"))
    assert "The only one" in server.fetch("/public/a.json").body
    assert "The only one" in server.fetch("/public/a.json.svg").body


@pytest.mark.parametrize(
    ("path", "media", "says"),
    [
        ("/public/nobody", MEDIA["html"], "There is no banner at this address."),
        ("/public/%3Cscript%3Ealert(1)%3C/script%3E", MEDIA["html"], "There is no banner"),
        ("/public/nobody.json", MEDIA["json"], '{"error": "There is no banner at this address."}'),
        ("/public/nobody.svg", "text/plain; charset=utf-8", "There is no banner at this address."),
        ("/public/%FF%FE.json", MEDIA["json"], "There is no banner"),
        ("/public/" + "a" * 20_000, MEDIA["html"], "There is no banner"),
    ],
)
def test_an_unknown_account_is_404_and_says_so(server, path, media, says):
    server.show(banner())
    answer = server.fetch(path)
    assert answer.status == 404
    assert answer.headers["content-type"] == media
    assert says in answer.body
    assert "<script" not in answer.body


@pytest.mark.parametrize("path", ["/public/NorthlightHelp.json", "/public/", "/public/nobody"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
def test_nothing_but_reading_is_answered(server, path, method):
    server.show(banner())
    answer = server.fetch(path, method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("shape", SHAPES)
def test_head_answers_like_get_without_a_body(server, shape):
    server.show(banner())
    path = address("NorthlightHelp", shape)
    whole, head = server.fetch(path), server.fetch(path, "HEAD")
    assert (head.status, head.body) == (200, "")
    dated = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in dated} == {
        k: v for k, v in whole.headers.items() if k not in dated
    }


@pytest.mark.parametrize(
    "path",
    ["/public/", "/public/nobody", "/public/nobody.json", "/public/nobody.svg", "/public/a?theme=x"]
    + ["/public", "/public/oembed"]
    + [address("NorthlightHelp", shape) for shape in SHAPES],
)
def test_every_answer_is_locked_down_and_sets_no_cookie(server, path):
    server.show(banner())
    headers = server.fetch(path).headers
    policy = headers["content-security-policy"].split("; ")
    assert policy[:3] == ["default-src 'none'", "base-uri 'none'", "form-action 'none'"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    kept = re.fullmatch(
        r"public, max-age=(\d+), stale-while-revalidate=(\d+)", headers["cache-control"]
    )
    assert int(kept[1]) in {30, 300, 3600}
    assert int(kept[2]) == 2 * int(kept[1])
    assert "set-cookie" not in headers
    assert "x-frame-options" not in headers


@pytest.mark.parametrize(
    "path", ["/public/", "/public/NorthlightHelp", "/public/NorthlightHelp.svg"]
)
def test_the_policy_allows_the_style_that_is_there_and_every_framing_site(server, path):
    server.show(banner())
    answer = server.fetch(path)
    style = re.search(r"<style>(.*?)</style>", answer.body, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"].split("; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "frame-ancestors * file:" in policy
    assert "style=" not in answer.body


@pytest.mark.parametrize("shape", SHAPES)
def test_all_but_the_page_is_readable_from_every_site(server, shape):
    server.show(banner())
    headers = server.fetch(address("NorthlightHelp", shape)).headers
    assert headers.get("access-control-allow-origin") == (None if shape == "html" else "*")


@pytest.mark.parametrize("path", ["/public/", *(address("NorthlightHelp", s) for s in SHAPES)])
def test_what_the_reader_holds_already_is_not_sent_again(server, path):
    server.show(banner())
    first = server.fetch(path)
    tag = first.headers["etag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = server.fetch(path, headers={"If-None-Match": held})
        assert (again.status, again.body) == (304, "")
        for name in ("etag", "cache-control", "content-security-policy"):
            assert again.headers[name] == first.headers[name]
    assert server.fetch(path, headers={"If-None-Match": '"other"'}).status == 200
    if path.endswith((".js", ".oembed.json")):
        return  # they say the same whatever the wait is
    changed = (Change(NOW, "live", banner(state="quiet")),)
    server.show(banner(promise_seconds=2400), changes=changed)
    renewed = server.fetch(path, headers={"If-None-Match": tag})
    assert renewed.status == 200
    assert re.search("40 min|2400|Quiet", renewed.body)


def test_two_servers_with_the_same_snapshot_say_the_same(server, tmp_path):
    server.show(banner())
    with serving(tmp_path) as other:
        other.show(banner())
        for shape in SHAPES:
            if shape == "oembed":
                continue  # it names the server
            path = address("NorthlightHelp", shape)
            assert server.fetch(path).headers["etag"] == other.fetch(path).headers["etag"]


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff" * 100, b"[" * 100_000])
def test_without_a_usable_snapshot_nothing_fails(server, content):
    server.show(banner())
    server.path.unlink()
    if content is not None:
        server.path.write_bytes(content)
    listed = server.fetch("/public/")
    assert listed.status == 200
    assert "No banner can be shown right now." in listed.body
    assert [server.fetch(address("NorthlightHelp", s)).status for s in SHAPES] == [404] * len(
        SHAPES
    )


@pytest.mark.parametrize("state", ["quiet", "stale", "notice"])
def test_no_shape_shows_a_figure_where_the_state_carries_none(server, state):
    carried = json.loads(to_json(Snapshot(NOW, (banner(state="closed"),))))
    carried["banners"][0] |= {"state": state, "notice": "Down.", "typical_seconds": 777}
    server.path.write_text(json.dumps(carried), encoding="utf-8")
    for path in ("/public/", *(address("NorthlightHelp", shape) for shape in SHAPES)):
        body = server.fetch(path).body
        assert not re.search(r"48000|777|13 h 20 min|13 min|09:20|09:19", body)
    data = json.loads(server.fetch(address("NorthlightHelp", "json")).body)
    assert data["typical_seconds"] is data["promise_seconds"] is data["answered_by"] is None


def test_a_figure_is_withdrawn_when_the_snapshot_is_no_longer_renewed(server):
    server.show(banner())
    assert "35 min" in server.fetch("/public/NorthlightHelp").body
    server.now = NOW + timedelta(minutes=11)
    for path in ("/public/", *(address("NorthlightHelp", shape) for shape in IN_WORDS)):
        body = server.fetch(path).body
        assert "35 min" not in body
        assert re.search("the data is from 19:59|No fresh data|oembed|rich", body)


def test_the_root_without_its_slash_leads_to_the_list(server):
    server.show(banner())
    answer = server.fetch("/public")
    assert (answer.status, answer.headers["location"]) == (307, "/public/")


def test_nothing_but_the_public_root_is_there(server):
    server.show(banner())
    for path in ("/", "/publicNorthlightHelp", "/data", "/Public/"):
        assert server.fetch(path).status == 404


def test_all_routes_stand_under_the_public_root(tmp_path):
    assert all(re.match(r"/public(/|$)", route.path) for route in routes(tmp_path / "none.json"))


def test_the_public_side_loads_nothing_of_the_managers_side():
    code = (
        "import sys, public.routes\n"
        "roots = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(roots & {'streamlit', 'duckdb', 'pandas', 'plotly', 'loaders', 'ui'}),\n"
        "      sorted(name for name in sys.modules if name.startswith('sla.')))\n"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] ['sla.durations']"


# ------------------------------------------------------------------------------------- languages


@pytest.mark.parametrize("shape", IN_WORDS)
@pytest.mark.parametrize("code", LOCALES)
def test_every_shape_speaks_every_language(server, shape, code):
    server.show(banner(state="busy", sample=True, **RECORD))
    at = address("NorthlightHelp", shape)
    in_query = server.fetch(f"{at}?lang={code}")
    in_header = server.fetch(at, headers={"Accept-Language": f"sv, {code};q=0.8"})
    in_name = server.fetch(address("NorthlightHelp", shape, language=code))
    assert in_query.body == in_header.body == in_name.body
    assert in_query.headers["content-language"] == language(code).tag
    assert "Accept-Language" in in_header.headers["vary"]
    for fixed in (in_query, in_name):
        assert "Accept-Language" not in fixed.headers.get("vary", "")
    if shape == "html":
        assert f'<html lang="{language(code).tag}" dir="ltr">' in in_query.body
    if shape in {"svg", "badge"}:
        assert f' lang="{language(code).tag}"' in in_query.body


def test_what_is_not_there_is_said_in_the_reader_s_language(server):
    server.show(banner())
    answer = server.fetch("/public/nobody", headers={"Accept-Language": "nl"})
    assert (answer.status, answer.headers["content-language"]) == (404, "nl")
    assert "Op dit adres staat geen banner." in answer.body


def test_two_readers_with_different_languages_get_different_answers(server):
    server.show(banner())
    both = [server.fetch("/public/", headers={"Accept-Language": c}) for c in ("da", "es")]
    assert both[0].headers["etag"] != both[1].headers["etag"]
    assert "Så lang tid tager et svar" in both[0].body
    assert "Cuánto tarda una respuesta" in both[1].body


# ------------------------------------------------------------------------- themes and parameters


@pytest.mark.parametrize("shape", [s for s in SHAPES if REGISTRY[s].themed])
def test_a_theme_is_taken_from_the_query_or_the_name(server, shape):
    server.show(banner())
    dark = server.fetch(address("NorthlightHelp", shape) + "?theme=dark")
    assert dark.body == server.fetch(address("NorthlightHelp", shape, theme="dark")).body
    assert "prefers-color-scheme" not in dark.body
    assert server.fetch(address("NorthlightHelp", shape) + "?theme=auto").body == (
        server.fetch(address("NorthlightHelp", shape)).body
    )
    style = re.search(r"<style>(.*?)</style>", dark.body, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in dark.headers["content-security-policy"]


@pytest.mark.parametrize("value", ["blue", "Dark", "dark%00", "<script>"])
def test_a_theme_that_is_none_is_refused_with_the_ones_there_are(server, value):
    server.show(banner())
    answer = server.fetch(f"/public/NorthlightHelp.svg?theme={quote(value, safe='%')}")
    assert (answer.status, answer.body) == (400, "theme must be one of auto, light, dark.")


@pytest.mark.parametrize(
    "query", ["?", "?x=1", "?4f3a", "?lang=", "?lang=xx", "?theme=", "?&&=%FF"]
)
def test_other_parameters_and_unknown_languages_change_nothing(server, query):
    server.show(banner())
    plain = server.fetch("/public/NorthlightHelp.json")
    answer = server.fetch(f"/public/NorthlightHelp.json{query}")
    assert (answer.status, answer.body) == (200, plain.body)


# ------------------------------------------------------------------------------------------ gzip


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_worth_it_is_packed_for_who_takes_it(server, shape):
    server.show(banner(**RECORD))
    path = address("NorthlightHelp", shape)
    plain = server.fetch(path)
    packed = server.fetch(path, headers={"Accept-Encoding": "br, gzip"})
    assert packed.body == plain.body
    assert int(packed.headers["content-length"]) == len(packed.raw)
    if len(plain.raw) < 400:
        assert "content-encoding" not in packed.headers
        return
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.raw) < len(plain.raw)
    assert gzip.decompress(packed.raw) == plain.raw
    assert "Accept-Encoding" in plain.headers["vary"]
    assert plain.headers["etag"] != packed.headers["etag"]
    for tag in (plain.headers["etag"], packed.headers["etag"]):
        assert server.fetch(path, headers={"If-None-Match": tag}).status == 304


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("*", True),
        ("GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("br", False),
        ("gzip;q=0.0, *", False),
        ("identity", False),
        ("", False),
    ],
)
def test_nobody_gets_packed_what_they_do_not_take(server, accepted, packed):
    server.show(banner())
    answer = server.fetch("/public/", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") is packed


# ------------------------------------------------------------------------------- frame-ancestors


@pytest.mark.parametrize(
    ("sites", "said"),
    [
        (None, "frame-ancestors * file:"),
        ((), "frame-ancestors 'none'"),
        (("https://a.example", "*.b.example"), "frame-ancestors https://a.example *.b.example"),
    ],
)
@pytest.mark.parametrize("shape", ["html", "svg", "badge"])
def test_only_the_sites_that_an_account_allows_may_frame_it(server, shape, sites, said):
    server.show(banner(frame_ancestors=sites))
    for path in (address("NorthlightHelp", shape), address(None, shape)):
        policy = server.fetch(path).headers["content-security-policy"]
        assert policy.split("; ")[-1] == said


# ---------------------------------------------------------------------------------------- oEmbed


def test_an_editor_finds_the_frame_of_an_address(server):
    server.show(banner("r/apple"))
    asked = quote("https://care.example.org/public/r~2Fapple.da.svg", safe="")
    for endpoint in ("oembed", "oembed.json"):
        found = json.loads(
            server.fetch(f"/public/{endpoint}?url={asked}&maxwidth=300&maxheight=90").body
        )
        assert (found["width"], found["height"]) == (300, 90)
        page = f"http://127.0.0.1:{server.port}/public/r~2Fapple.html"
        assert f'<iframe src="{page}"' in found["html"]
    page = server.fetch("/public/r~2Fapple").body
    discovered = re.search(r'json\+oembed" href="\./([^"]+)"', page)[1]
    assert json.loads(server.fetch(f"/public/{discovered}").body)["width"] == 600


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?url=https://care.example.org/", 400),
        ("?url=https://care.example.org/public/nobody", 404),
        ("?url=https://care.example.org/public/NorthlightHelp&format=xml", 400),
        ("?url=https://care.example.org/public/NorthlightHelp&maxwidth=wide", 400),
        ("?url=https://care.example.org/public/NorthlightHelp&maxwidth=-1", 400),
        ("?url=%FF%00", 400),
        ("?url=http://[", 400),
    ],
)
def test_an_editor_that_asks_wrongly_is_told_so(server, query, status):
    server.show(banner())
    assert server.fetch(f"/public/oembed{query}").status == status


def test_a_host_that_is_none_gets_into_no_answer(server):
    server.show(banner())
    for host in ('"><script>', "a b", "evil.example/x"):
        answer = server.fetch("/public/NorthlightHelp.oembed.json", headers={"Host": host})
        assert host not in answer.body


# ---------------------------------------------------------------------------------------- the rest


def test_each_answer_is_drawn_once_for_a_snapshot(server, monkeypatch):
    drawn = []
    shape = REGISTRY["svg"]
    monkeypatch.setitem(
        REGISTRY, "svg", replace(shape, one=lambda view: drawn.append(1) or shape.one(view))
    )
    server.show(banner())
    for _ in range(3):
        server.fetch("/public/NorthlightHelp.svg")
        server.fetch("/public/NorthlightHelp.svg?lang=en")
    assert len(drawn) == 2
    server.fetch("/public/NorthlightHelp.svg?cache=buster")
    assert len(drawn) == 2
    server.show(banner(promise_seconds=2400))
    assert "40 min" in server.fetch("/public/NorthlightHelp.svg").body
    assert len(drawn) == 3


def test_words_follow_the_clock_when_a_day_begins(server):
    server.show(banner(state="closed"), renewed_at=NOW + timedelta(hours=3, minutes=55))
    server.now = NOW + timedelta(hours=3, minutes=55)
    assert "By 09:20 tomorrow" in server.fetch("/public/NorthlightHelp").body
    server.now = NOW + timedelta(hours=4)
    assert "By 09:20</p>" in server.fetch("/public/NorthlightHelp").body


def test_a_withdrawn_figure_is_in_no_shape(server):
    carried = json.loads(to_json(Snapshot(NOW, (withdrawn(),))))
    carried["banners"][0] |= {"promise_seconds": 48000, "typical_seconds": 777}
    server.path.write_text(json.dumps(carried), encoding="utf-8")
    for path in ("/public/", *(address("NorthlightHelp", shape) for shape in SHAPES)):
        assert not re.search(r"48000|777|13 h 20 min|13 min", server.fetch(path).body)


def test_a_crawler_that_varies_its_addresses_fills_no_memory(server, monkeypatch):
    monkeypatch.setattr(side, "_MOST_KNOWN", 8)
    known = side.app(server.path, lambda: NOW)
    server.show(banner())

    def ask(query):
        scope = {"type": "http", "path": "/public/NorthlightHelp.json", "query_string": query}
        return known._answer(scope, {})

    first = ask(b"x=0")
    for i in range(100):
        assert ask(b"x=%d" % i) is first
        assert len(known._known) <= 8


def test_an_app_may_put_compression_around_it(tmp_path):
    """Streamlit's app does: it adds to the headers of every answer."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.testclient import TestClient

    write(Snapshot(NOW, (banner("live"),)), tmp_path / "snapshot.json")
    app = Starlette(
        routes=routes(tmp_path / "snapshot.json", lambda: NOW),
        middleware=[Middleware(GZipMiddleware, minimum_size=1)],
    )
    with TestClient(app) as client:
        for _ in range(2):  # the second time from what is kept
            assert client.get("/public/").status_code == 200
            plain = client.get("/public/", headers={"Accept-Encoding": "identity"})
            assert plain.status_code == 200
