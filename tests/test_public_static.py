"""The public side as files: the same bytes at the same addresses, and nothing of others is touched."""

import functools
import gzip
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from public_side import HOSTILE_ACCOUNTS, NOW, RECORD, banner, serving

from public.addresses import ENDINGS, address
from public.languages import LOCALES
from public.snapshot import Snapshot, renew
from public.static_files import FRAMES, MANIFEST, publish
from sla.__main__ import main as sla

ROOT = Path(__file__).resolve().parent.parent
SITE = "https://care.example.org"
SOME = Snapshot(NOW, (banner(**RECORD), banner("r/apple", "closed", channel="E-mail")))

OF_NAMES = Snapshot(
    NOW,
    (
        banner(**RECORD),
        banner("r/apple", "closed", channel="E-mail é.json"),
        banner("a b?c=d#e", frame_ancestors=("https://a.example",)),
        banner('O\'Brien & "Sons"'),
        banner("index"),
        banner("a.da"),
    ),
)


@pytest.fixture
def files(tmp_path):
    """Serve a folder as a plain server of files does, and give it with a function that fetches."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    handler.func.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def fetch(path):
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}{path}") as reply:
            return reply.read().decode("utf-8")

    yield tmp_path, fetch
    server.shutdown()
    server.server_close()


def names(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_server_of_files_says_what_the_app_says_at_the_same_addresses(files, tmp_path_factory):
    folder, fetch = files
    publish(SOME, folder, NOW)
    with serving(tmp_path_factory.mktemp("app")) as app:
        app.show(*SOME.banners)
        keys = [(None, None), *(b.key for b in SOME.banners)]
        for account, channel in keys:
            for shape in set(ENDINGS) - {"oembed"}:
                for code in (None, *LOCALES):
                    path = address(account, shape, channel, language=code)
                    if shape == "script" and code:
                        continue
                    at = path if re.search(r"\.\w+$|/$", path) else f"{path}.html"
                    assert fetch(at) == app.fetch(path).body, path
        assert (
            fetch("/public/NorthlightHelp.dark.svg")
            == app.fetch("/public/NorthlightHelp.svg?theme=dark").body
        )


def test_every_account_has_its_files(files):
    folder, fetch = files
    accounts = [account for account in HOSTILE_ACCOUNTS if len(account.encode()) < 60]
    done = publish(Snapshot(NOW, tuple(banner(a) for a in accounts)), folder, NOW, languages=())
    assert done.too_long == ()
    for account in accounts:
        assert json.loads(fetch(address(account, "json")))["account"] == account


def test_every_file_has_the_same_packed_beside_it(tmp_path):
    publish(SOME, tmp_path, NOW, SITE)
    plain = {name for name in names(tmp_path) if name.startswith("public") and name[-3:] != ".gz"}
    assert {f"{name}.gz" for name in plain} | plain == names(tmp_path) - {MANIFEST, FRAMES}
    for name in plain:
        packed = (tmp_path / f"{name}.gz").read_bytes()
        assert gzip.decompress(packed) == (tmp_path / name).read_bytes()


def test_with_a_known_site_an_editor_finds_the_frame(tmp_path):
    publish(SOME, tmp_path, NOW, SITE)
    found = json.loads((tmp_path / "public/NorthlightHelp.oembed.json").read_text())
    assert f'src="{SITE}/public/NorthlightHelp.html"' in found["html"]
    page = (tmp_path / "public/NorthlightHelp.html").read_text()
    assert f'href="{SITE}/public/NorthlightHelp.oembed.json"' in page
    publish(SOME, tmp_path, NOW)
    assert not [name for name in names(tmp_path) if "oembed" in name]


def test_only_what_has_changed_is_written(tmp_path):
    first = publish(SOME, tmp_path, NOW)
    assert first.written == first.files
    before = {name: os.stat(tmp_path / name).st_mtime_ns for name in names(tmp_path)}  # noqa: PTH116
    assert publish(SOME, tmp_path, NOW).written == 0
    assert before == {name: os.stat(tmp_path / name).st_mtime_ns for name in names(tmp_path)}  # noqa: PTH116
    busy = replace(SOME, banners=(banner(state="busy", **RECORD), SOME.banners[1]))
    assert 0 < publish(busy, tmp_path, NOW).written < first.files
    assert "2 h 10 min" in (tmp_path / "public/NorthlightHelp.svg").read_text()


def test_files_of_gone_accounts_are_removed_and_files_of_others_stay(tmp_path):
    (tmp_path / "public" / "r~2Fapple").mkdir(parents=True)
    theirs = [tmp_path / "index.html", tmp_path / "public" / "robots.txt"]
    for path in theirs:
        path.write_text("theirs")
    publish(SOME, tmp_path, NOW)
    done = publish(Snapshot(NOW, SOME.banners[:1]), tmp_path, NOW)
    assert done.removed > 0
    assert not (tmp_path / "public" / "r~2Fapple").exists()
    assert not [name for name in names(tmp_path) if "apple" in name]
    assert all(path.read_text() == "theirs" for path in theirs)
    assert (tmp_path / "public" / "NorthlightHelp.html").exists()


def test_a_list_of_files_that_somebody_changed_removes_nothing_outside(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("stays")
    folder = tmp_path / "web"
    publish(SOME, folder, NOW)
    (folder / MANIFEST).write_text(json.dumps(["../outside.txt", str(outside), 7]))
    publish(SOME, folder, NOW)
    assert outside.read_text() == "stays"


def test_a_name_too_long_for_a_file_is_left_out_and_named(tmp_path):
    long = "W" * 300
    done = publish(Snapshot(NOW, (banner(long), banner("a"))), tmp_path, NOW, languages=())
    assert done.too_long == (long,)
    assert (tmp_path / "public/a.json").exists()


def test_which_sites_may_frame_is_written_for_the_server(tmp_path):
    some = (banner('a"b', frame_ancestors=("https://a.example",)), banner("open"))
    publish(Snapshot(NOW, some), tmp_path, NOW)
    lines = (tmp_path / FRAMES).read_text().splitlines()
    found = dict(
        re.fullmatch(r'"((?:[^"\\]|\\.)*)" "([^"]*)";', line).groups() for line in lines[1:]
    )
    assert found['/public/a\\"b.da.html'].endswith("; frame-ancestors https://a.example")
    assert found["/public/open.html"].endswith("; frame-ancestors * file:")
    assert found["/public/index.html"].endswith("; frame-ancestors https://a.example")
    assert "style-src 'sha256-" in found["/public/open.dark.svg"]


def test_when_the_renewal_has_stopped_the_files_say_so(tmp_path):
    publish(SOME, tmp_path, NOW + timedelta(minutes=11))
    page = (tmp_path / "public/NorthlightHelp.html").read_text()
    assert "35 min" not in page
    assert "the data is from 19:59" in page


# ------------------------------------------------------------------------------------------ nginx


@pytest.fixture
def nginx(tmp_path):
    """Serve a folder with the configuration that docs/banner.md shows; give it and a function that fetches."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path / "web"
    publish(OF_NAMES, folder, NOW, languages=("da", "de"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shown = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "banner.md").read_text(), re.DOTALL)[
        1
    ]
    shown = shown.replace("/srv/banners", str(folder)).replace("443 ssl", f"127.0.0.1:{port}")
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user} daemon off; pid {tmp_path}/pid; error_log stderr error; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{shown} }}"
    )
    call = [program, "-e", "stderr", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    with subprocess.Popen(call, stderr=subprocess.PIPE, text=True) as server:
        until = time.monotonic() + 20
        while server.poll() is None and time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)

        def fetch(path, **headers):
            asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
            with urllib.request.urlopen(asked) as reply:  # noqa: S310
                return reply.headers, reply.read()

        yield fetch
        server.terminate()


def test_nginx_as_documented_answers_what_the_app_answers(nginx, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("app")) as app:
        app.show(*OF_NAMES.banners)
        for account, channel in [(None, None), *(b.key for b in OF_NAMES.banners)]:
            for shape in set(ENDINGS) - {"oembed"}:
                path = address(account, shape, channel)
                for query, accepts in (
                    ("", ""),
                    ("?lang=da", "de"),
                    ("", "de-AT,en;q=0.5"),
                    ("?theme=dark", ""),
                    ("?lang=de&theme=light", ""),
                ):
                    headers, body = nginx(path + query, **{"Accept-Language": accepts})
                    ours = app.fetch(path + query, headers={"Accept-Language": accepts})
                    assert body.decode() == ours.body, (path, query, accepts)
                    for name in (
                        "content-type",
                        "content-security-policy",
                        "x-content-type-options",
                    ):
                        assert headers[name] == ours.headers[name], (path, query, name)


def test_nginx_as_documented_sends_what_is_packed_and_hides_what_is_its_own(nginx):
    headers, body = nginx("/public/NorthlightHelp.json", **{"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["account"] == "NorthlightHelp"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        nginx(f"/{MANIFEST}")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        nginx("/public/nobody.json")


# ------------------------------------------------------------------------------- the command line


def test_the_command_publishes_a_snapshot_without_a_database(tmp_path, capsys):
    renew([banner()], tmp_path / "from" / "snapshot.json", datetime.now(UTC))
    call = ["publish", str(tmp_path / "web"), "--snapshots", str(tmp_path / "from"), "--site", SITE]
    assert sla([*call, "--languages", "da,de"]) == 0
    assert re.search(
        r"web: \d+ files, \d+ of them written anew, 0 removed", capsys.readouterr().out
    )
    there = names(tmp_path / "web")
    assert {"public/NorthlightHelp.da.html", "public/index.de.json"} <= there
    assert not [name for name in there if ".it." in name]


def test_without_a_snapshot_the_command_says_what_to_do(tmp_path, capsys):
    assert sla(["publish", str(tmp_path / "web"), "--snapshots", str(tmp_path)]) == 1
    assert "snapshot.json: there is no snapshot" in capsys.readouterr().err
    assert not (tmp_path / "web").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path, capsys):
    renew([banner()], tmp_path / "snapshot.json", datetime.now(UTC))
    (tmp_path / "web").write_text("a file, no folder")
    assert sla(["publish", str(tmp_path / "web"), "--snapshots", str(tmp_path)]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_language_that_there_is_none_of_is_a_wrong_call(tmp_path, capsys):
    with pytest.raises(SystemExit):
        sla(["publish", str(tmp_path), "--languages", "da,sv"])
    assert '"sv" is no language of the banners' in capsys.readouterr().err


def test_the_command_works_out_the_banners_where_no_dashboard_runs(filled, tmp_path, capsys):
    asked = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    message = {
        "account": "NorthlightHelp",
        "channel": "X mentions",
        "platform": "x",
        "role": "customer",
    }
    store = filled(
        [message | {"message_key": "1", "sent_at": asked, "text": "Hello?", "author_key": "c"}]
    )
    store.close()
    call = ["publish", str(tmp_path / "web"), "--db", str(tmp_path / "store.duckdb")]
    assert sla([*call, "--languages", "en"]) == 0
    found = json.loads((tmp_path / "web/public/NorthlightHelp.json").read_text())
    assert found["state"] == "quiet"
