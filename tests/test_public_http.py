"""The public side over HTTP: addresses, headers, what is not there, and what never gets out."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from public_side import HOSTILE_ACCOUNTS, NOW, banner, serving

from public.banner import STATES
from public.routes import address, routes
from public.snapshot import Snapshot, to_json

SHAPES = ("html", "svg", "json")
MEDIA = {
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
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
    assert "Northlight on X" in answer.body


def test_every_account_is_found_at_its_own_addresses(server):
    server.show(
        *(banner(account, title=f"Title {i}") for i, account in enumerate(HOSTILE_ACCOUNTS))
    )
    listed = server.fetch("/public/").body
    for i, account in enumerate(HOSTILE_ACCOUNTS):
        data = json.loads(server.fetch(address(account, "json")).body)
        assert (data["account"], data["title"]) == (account, f"Title {i}")
        for shape in ("html", "svg"):
            answer = server.fetch(address(account, shape))
            assert answer.headers["content-type"] == MEDIA[shape]
            assert re.search(rf"Title {i}\b", answer.body)
        for shape in SHAPES:
            assert address(account, shape).replace("/public/", "./", 1) in listed


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
    ["/public/", "/public/nobody", "/public/nobody.json", "/public/nobody.svg"]
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
    assert headers["cache-control"] == "public, max-age=30, stale-while-revalidate=60"
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


@pytest.mark.parametrize(("shape", "shared"), [("json", "*"), ("svg", "*"), ("html", None)])
def test_data_and_image_are_readable_from_every_site(server, shape, shared):
    server.show(banner())
    headers = server.fetch(address("NorthlightHelp", shape)).headers
    assert headers.get("access-control-allow-origin") == shared


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
    server.show(banner(promise_seconds=2400))
    renewed = server.fetch(path, headers={"If-None-Match": tag})
    assert renewed.status == 200
    assert "40 min" in renewed.body or "2400" in renewed.body


def test_two_servers_with_the_same_snapshot_say_the_same(server, tmp_path):
    server.show(banner())
    with serving(tmp_path) as other:
        other.show(banner())
        for shape in SHAPES:
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
    assert [server.fetch(address("NorthlightHelp", s)).status for s in SHAPES] == [404] * 3


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
    for path in ("/public/", *(address("NorthlightHelp", shape) for shape in SHAPES)):
        body = server.fetch(path).body
        assert "35 min" not in body
        assert "the data is from 19:59" in body


def test_the_root_without_its_slash_leads_to_the_list(server):
    server.show(banner())
    answer = server.fetch("/public")
    assert (answer.status, answer.headers["location"]) == (307, "/public/")


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
