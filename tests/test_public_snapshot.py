"""The snapshot file: what is written is read, what is broken shows nothing, nothing is torn."""

import json
import os
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from public_side import AS_OF, HOSTILE_TEXTS, NOW, RECORD, banner, instant, withdrawn

from public.addresses import Wanted
from public.banner import STATES
from public.changes import MOST_OF_ONE, Change
from public.edition import Asked, Edition
from public.snapshot import RENEWAL_LIMIT, Snapshot, from_json, read, renew, to_json, write


def entry(**fields):
    plain = {
        "account": "NorthlightHelp",
        "title": "Northlight on X",
        "channels": ["X mentions"],
        "time_zone": "Europe/London",
        "state": "live",
        "typical_seconds": 700,
        "promise_seconds": 2100,
        "as_of": "2026-11-21T19:59:10Z",
        "n": 412,
        "sample": False,
    }
    return plain | fields


def text_of(*entries, **fields):
    whole = {"schema": 2, "renewed_at": "2026-11-21T20:00:40Z", "banners": list(entries)}
    return json.dumps(whole | fields)


@pytest.mark.parametrize("state", STATES)
def test_what_is_written_is_read_back(tmp_path, state):
    told = (
        banner(state=state),
        banner("other", sample=True, frame_ancestors=("https://a.example",), **RECORD),
        banner("other", channel="E-mail", kept_share_7d=1.0, kept_n_7d=3),
        withdrawn("gone", state="closed" if state == "closed" else "live"),
    )
    shown = Snapshot(NOW, told, (Change(NOW, None, told[0]), Change(AS_OF, "busy", told[1])))
    write(shown, tmp_path / "new folder" / "snapshot.json")
    assert read(tmp_path / "new folder" / "snapshot.json") == shown


def test_the_file_has_the_documented_keys():
    whole = json.loads(to_json(Snapshot(NOW, (banner(state="closed"),))))
    assert whole == {
        "schema": 2,
        "renewed_at": "2026-11-21T20:00:40Z",
        "changes": [],
        "banners": [
            {
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
                "channel": None,
                "withdrawn": False,
                "kept_share_7d": None,
                "kept_n_7d": None,
                "kept_share_30d": None,
                "kept_n_30d": None,
                "kept_share_90d": None,
                "kept_n_90d": None,
                "frame_ancestors": None,
            }
        ],
    }


@pytest.mark.parametrize("state", ["quiet", "stale", "notice"])
def test_a_figure_is_withheld_where_the_state_carries_none(state):
    carried = entry(state=state, notice="Down.", answered_by="2026-11-22T09:20:00Z")
    (shown,) = from_json(text_of(carried)).banners
    over = entry(state=state, notice="Down.", promise_seconds=None, promise_over_seconds=86400)
    (shown_over,) = from_json(text_of(over)).banners
    for seen in (shown, shown_over):
        assert seen.state == state
        assert seen.typical_seconds is seen.promise_seconds is seen.promise_over_seconds is None
        assert seen.answered_by is None
    stated = banner(state=state, notice="Down.", typical_seconds=700, promise_seconds=2100)
    assert "700" not in to_json(Snapshot(NOW, (stated,)))


def test_a_notice_left_over_from_before_is_not_published():
    (shown,) = from_json(text_of(entry(notice="A draft nobody should see"))).banners
    assert shown.notice is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe\x00",
        b"<html>",
        b"[" * 200_000,
        b'{"schema": 2, "banners": []}',
        b'{"schema": 1, "renewed_at": "yesterday", "banners": []}',
        b'{"schema": 1, "renewed_at": "2026-11-21T20:00:00", "banners": []}',
        b'{"schema": 1, "renewed_at": "2026-11-21T20:00:00Z", "banners": {}}',
        text_of(entry(), schema=3).encode(),
        text_of(entry())[:-20].encode(),
    ],
)
def test_a_broken_file_shows_no_banner(tmp_path, content):
    path = tmp_path / "snapshot.json"
    path.write_bytes(content)
    assert read(path) == Snapshot()


def test_a_missing_file_or_a_folder_in_its_place_shows_no_banner(tmp_path):
    assert read(tmp_path / "none.json") == Snapshot()
    assert read(tmp_path) == Snapshot()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("not an object", "object"),
        (entry(account=""), "account"),
        (entry(account="lone \ud800"), "account"),
        (entry(account=7), "account"),
        (entry(state="open"), "state"),
        (entry(state=None), "state"),
        (entry(time_zone="Europe/Nowhere"), "time_zone"),
        (entry(time_zone="../../etc/passwd"), "time_zone"),
        (entry(time_zone="Europe"), "time_zone"),
        (entry(promise_seconds=-1), "promise_seconds"),
        (entry(promise_seconds=10**12), "promise_seconds"),
        (entry(promise_seconds=2100.5), "promise_seconds"),
        (entry(promise_seconds=True), "promise_seconds"),
        (entry(promise_seconds="2100"), "promise_seconds"),
        (entry(promise_seconds=None), "promise_seconds"),
        (entry(promise_over_seconds=86400), "promise_over_seconds"),
        (entry(as_of="2026-11-21T19:59:10"), "as_of"),
        (entry(as_of="0001-01-01T00:00:00Z"), "as_of"),
        (entry(n=-1), "n "),
        (entry(sample="no"), "sample"),
        (entry(channels="X"), "channels"),
        (entry(state="notice", notice=" \n "), "notice"),
        (entry(channel=""), "channel"),
        (entry(channel="lone \ud800"), "channel"),
        (entry(withdrawn=1), "withdrawn"),
        (entry(kept_share_30d=1.2, kept_n_30d=5), "kept_share_30d"),
        (entry(kept_share_30d=True, kept_n_30d=5), "kept_share_30d"),
        (entry(kept_share_30d=0.9), "kept_n_30d"),
        (entry(kept_share_30d=0.9, kept_n_30d=0), "kept_n_30d"),
        (entry(kept_n_7d=-1), "kept_n_7d"),
        (entry(frame_ancestors="https://a.example"), "frame_ancestors"),
        (entry(frame_ancestors=["https://a.example; script-src *"]), "frame_ancestors"),
        (entry(frame_ancestors=["https://a.example\nx"]), "frame_ancestors"),
        (entry(frame_ancestors=["*"]), "frame_ancestors"),
    ],
)
def test_one_wrong_banner_is_left_out_named_in_the_log_and_costs_no_other(caplog, wrong, named):
    shown = from_json(text_of(wrong, entry(account="other")))
    assert [b.account for b in shown.banners] == ["other"]
    assert named in caplog.text
    assert "banner 1" in caplog.text


def test_whoever_makes_a_wrong_banner_hears_it_at_once():
    with pytest.raises(ValueError, match=r"NorthlightHelp.*time_zone"):
        banner(time_zone="Mars/Base")
    with pytest.raises(ValueError, match="as_of must be an aware instant"):
        banner(as_of=datetime(2026, 11, 21))  # noqa: DTZ001 - the mistake under test
    with pytest.raises(ValueError, match="needs promise_seconds"):
        banner(promise_seconds=None)
    assert Snapshot(NOW, (banner(), banner(channel="E-mail"))).banner("NorthlightHelp", "E-mail")
    with pytest.raises(ValueError, match="same account"):
        Snapshot(NOW, (banner(), banner(title="Twice")))
    with pytest.raises(ValueError, match="renewed_at"):
        Snapshot(None, (banner(),))


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_texts_are_read_as_one_visible_line(text):
    (shown,) = from_json(text_of(entry(title=text, state="notice", notice=text))).banners
    assert shown.title == shown.notice
    assert shown.title.isprintable() or "\u200d" in shown.title
    shown.title.encode("utf-8")


def test_the_file_is_parsed_again_only_when_it_has_changed(tmp_path):
    path = tmp_path / "snapshot.json"
    write(Snapshot(NOW, (banner("first"),)), path)
    before = read(path)
    assert read(path) is before
    write(Snapshot(NOW, (banner("other"),)), path)
    assert [b.account for b in read(path).banners] == ["other"]
    path.unlink()
    assert read(path) == Snapshot()
    write(before, path)
    assert read(path) == before


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "snapshot.json"
    write(Snapshot(NOW, (banner(),)), path)

    def full(_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write(Snapshot(NOW), path)
    assert read(path).banner("NorthlightHelp") is not None
    assert os.listdir(tmp_path) == ["snapshot.json"]  # noqa: PTH208 - names are what is asked for


def test_a_reader_beside_a_writer_never_sees_half_a_file(tmp_path, caplog):
    path = tmp_path / "snapshot.json"
    small = Snapshot(NOW, (banner("small"),))
    large = Snapshot(NOW, tuple(banner(f"large {i}") for i in range(200)))
    write(small, path)
    done, seen = threading.Event(), []

    def look():
        while not done.is_set():
            seen.append(len(read(path).banners))

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        write(large, path)
        write(small, path)
    done.set()
    for reader in readers:
        reader.join()
    assert set(seen) == {1, 200}
    assert not caplog.records


def test_when_the_renewal_has_stopped_nothing_stands_but_notices():
    shown = Snapshot(NOW, (banner(), banner("down", "notice"), banner("few", "quiet")))
    assert shown.at(NOW + RENEWAL_LIMIT) is shown
    later = shown.at(NOW + RENEWAL_LIMIT + timedelta(seconds=1))
    assert [b.state for b in later.banners] == ["stale", "notice", "stale"]
    assert later.banners[0].promise_seconds is None
    assert later.banners[1] == shown.banners[1]


def test_a_clock_that_runs_behind_the_writer_s_takes_no_figure_away():
    shown = Snapshot(NOW, (banner(),))
    assert shown.at(NOW - timedelta(hours=2)) == shown


def test_offsets_other_than_utc_are_the_same_instant():
    (shown,) = from_json(text_of(entry(as_of="2026-11-21T21:59:10+02:00"))).banners
    assert shown.as_of == instant("2026-11-21T19:59:10+00:00")
    assert json.loads(to_json(Snapshot(NOW, (replace(shown),))))["banners"][0]["as_of"] == (
        "2026-11-21T19:59:10Z"
    )


def test_a_file_from_before_channels_and_records_is_still_read():
    (shown,) = from_json(text_of(entry(), schema=1)).banners
    assert (shown.channel, shown.withdrawn, shown.frame_ancestors) == (None, False, None)


def test_a_whole_share_is_a_share():
    (shown,) = from_json(text_of(entry(kept_share_30d=1, kept_n_30d=5))).banners
    assert (shown.kept_share_30d, shown.kept_n_30d) == (1.0, 5)


# -------------------------------------------------------------------------------------- changes


def after_minutes(count):
    return NOW + timedelta(minutes=count)


def renewed(*rounds):
    """Return the snapshot after one renewal a minute, each with the banners of one round."""
    shown = Snapshot()
    for count, banners in enumerate(rounds):
        shown = Snapshot(after_minutes(count), banners).after(shown)
    return shown


def told(snapshot):
    return [(c.at, c.was, c.banner.account, c.banner.state) for c in snapshot.changes]


def test_a_change_is_another_state_and_not_another_figure():
    shown = renewed(
        (banner(),),
        (banner(promise_seconds=2400),),
        (banner(state="busy"),),
        (banner(state="busy"),),
    )
    assert told(shown) == [
        (after_minutes(2), "live", "NorthlightHelp", "busy"),
        (NOW, None, "NorthlightHelp", "live"),
    ]


def test_another_notice_and_a_withdrawn_figure_are_changes():
    shown = renewed(
        (banner(state="notice"),),
        (banner(state="notice", notice="Else."),),
        (withdrawn(),),
        (banner(),),
    )
    assert [c.at for c in shown.changes] == [after_minutes(count) for count in (3, 2, 1, 0)]
    assert [c.banner.withdrawn for c in shown.changes] == [False, True, False, False]


def test_a_channel_and_its_account_change_apart():
    shown = renewed(
        (banner(), banner(channel="E-mail")), (banner(), banner(channel="E-mail", state="busy"))
    )
    assert shown.changes[0].banner.channel == "E-mail"
    assert len(shown.changes) == 3


def test_what_is_gone_leaves_nothing_behind():
    assert told(renewed((banner("a"), banner("b")), (banner("b"),))) == [
        (after_minutes(1 - 1), None, "b", "live")
    ]


def test_so_many_changes_are_kept_of_each_and_no_more():
    rounds = [(banner(state="busy" if i % 2 else "live"), banner("calm")) for i in range(40)]
    shown = renewed(*rounds)
    loud = [c for c in shown.changes if c.banner.account == "NorthlightHelp"]
    assert len(loud) == MOST_OF_ONE
    assert loud[0].at == after_minutes(39)
    assert len(shown.changes) == MOST_OF_ONE + 1
    assert [c.at for c in shown.changes] == sorted((c.at for c in shown.changes), reverse=True)


def test_a_renewal_that_stopped_is_a_change_and_so_is_its_return():
    first = renewed((banner(),))
    limit = NOW + RENEWAL_LIMIT
    stopped = first.at(limit + timedelta(minutes=3))
    assert told(stopped)[0] == (limit, "live", "NorthlightHelp", "stale")
    back = Snapshot(limit + timedelta(hours=1), (banner(),)).after(first)
    assert told(back)[:2] == [
        (limit + timedelta(hours=1), "stale", "NorthlightHelp", "live"),
        (limit, "live", "NorthlightHelp", "stale"),
    ]


def test_the_owner_s_renewal_keeps_the_changes_in_the_file(tmp_path):
    path = tmp_path / "snapshot.json"
    renew([banner()], path, NOW)
    renew([banner(state="busy")], path, after_minutes(1))
    assert told(read(path)) == told(renewed((banner(),), (banner(state="busy"),)))


def test_a_wrong_change_is_left_out_and_costs_no_other(caplog):
    shown = renewed((banner(),), (banner(state="busy"),))
    whole = json.loads(to_json(shown))
    whole["changes"][0]["at"] = "yesterday"
    whole["changes"].append("nonsense")
    assert told(from_json(json.dumps(whole))) == told(shown)[1:]
    assert "change 1" in caplog.text


@pytest.mark.parametrize(("shape", "count"), [("html", 4), ("svg", 4), ("atom", 4), ("json", 5)])
def test_a_list_tells_an_account_s_only_channel_once(shape, count):
    of = [("one", ("Chat",), None), ("one", ("Chat",), "Chat"), ("two", ("Chat", "Post"), None)]
    told = [banner(name, channels=channels, channel=channel) for name, channels, channel in of]
    told += [banner("two", channels=("Chat",), channel="Chat")]
    told += [banner("one more", channels=("Chat",))]
    edition = Edition(Snapshot(NOW, tuple(told)), NOW, None)
    shown = edition.view(Asked(Wanted(None, shape), "en", "auto", negotiated=False)).banners
    assert len(shown) == count
