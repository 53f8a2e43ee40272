"""Two exports that number their messages from 1 on: neither replaces the other's without a word."""

from pathlib import Path

import pytest

from sla import feed
from sla.load import load_file, totals
from sla.store import Store

HEAD = "account,role,sent_at,thread_key,message_key,text,namespace\n"


def written(folder: Path, account: str, hour: int, namespace: str = "") -> Path:
    path = folder / f"{account}{namespace}.csv"
    rows = [
        f"{account},customer,2026-03-02T{hour:02}:00:00Z,T1,1,Where is it? {account},{namespace}",
        f"{account},agent,2026-03-02T{hour:02}:10:00Z,T1,2,There. {account},{namespace}",
    ]
    path.write_text(HEAD + "\n".join(rows) + "\n")
    return path


def test_keys_of_another_account_are_refused_with_what_to_do(store: Store, tmp_path: Path) -> None:
    assert load_file(store, written(tmp_path, "Desk A", 9)).error is None
    error = load_file(store, written(tmp_path, "Desk B", 10)).error
    assert error is not None
    for part in ("2 of its messages", '"1"', "Desk A", "Desk B", "namespace"):
        assert part in error
    assert totals(store)["messages"] == 2
    assert load_file(store, written(tmp_path, "Desk B", 10, "desk-b")).error is None
    assert totals(store) == {"messages": 4, "conversations": 2, "waits": 2}


def test_the_same_within_one_file(store: Store, tmp_path: Path) -> None:
    one, other = (written(tmp_path, f"Desk {n}", 9 + i) for i, n in enumerate("AB"))
    both = tmp_path / "both.csv"
    both.write_text(one.read_text() + other.read_text().removeprefix(HEAD))
    error = load_file(store, both).error
    assert error is not None
    assert "2 of its messages" in error
    assert totals(store)["messages"] == 0


def test_a_corrected_account_or_an_edited_text_is_no_clash(store: Store, tmp_path: Path) -> None:
    assert load_file(store, written(tmp_path, "Desk A", 9)).error is None
    corrected = tmp_path / "corrected.csv"
    text = (tmp_path / "Desk A.csv").read_text()
    corrected.write_text(text.replace("Desk A,", "Desk C,"))
    found = load_file(store, corrected)
    assert (found.error, found.updated) == (None, 2)
    corrected.write_text(text.replace("There.", "Here it is."))
    assert load_file(store, corrected).error is None


def test_the_live_feed_goes_on_and_leaves_out_what_clashes(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert load_file(store, written(tmp_path, "Desk A", 9)).error is None
    for name, namespace in (("Desk B", ""), ("Desk D", "d")):
        body, out = written(tmp_path, name, 11, namespace), tmp_path / f"out {name}"
        result, _ = feed.parsed(body, out, store.settings)
        feed.put(tmp_path / "inbox", out, result)
    assert feed.take(store, tmp_path / "inbox") == 2
    assert totals(store)["messages"] == 4
    problems = store.cursor().execute("SELECT reason FROM problems").fetchall()
    assert len(problems) == 2
    assert "Desk A" in problems[0][0]
