"""The Twitter-support CSV in the shapes it circulates in, by both of its readers."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loader_cases import EXPORTS, GOLDEN, Loaded, load, options_of, refuse, without_lines

from loaders import twcs

REAL = EXPORTS / "twcs"
HEADER = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
TIME = "Tue Oct 31 22:10:47 +0000 2017"

real = pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not on this machine")


@pytest.fixture
def patiently(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twcs, "load_fast", lambda *_: False)


@pytest.fixture
def only_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_rows(*_: object) -> None:
        raise AssertionError("the fast reader refused the file")

    monkeypatch.setattr(twcs, "CsvRows", no_rows)


def written(path: Path, rows: str, header: str = HEADER) -> Path:
    path.write_bytes((header + rows).encode())
    return path


def check_the_5000(loaded: Loaded) -> None:
    roles = Counter(message["role"] for message in loaded.messages)
    assert loaded.result["problems"] == 0
    assert roles == {"customer": 2_778, "agent": 2_222}
    assert len({message["account"] for message in loaded.messages} - {None}) == 76
    assert sum(message["reply_to_key"] is not None for message in loaded.messages) == 3_694
    assert {m["account"] is None for m in loaded.messages if m["role"] == "customer"} == {True}
    assert min(m["sent_at"] for m in loaded.messages).date().isoformat() == "2011-08-29"
    assert max(m["sent_at"] for m in loaded.messages).date().isoformat() == "2017-12-03"
    assert sum("\r\r" in (message["text"] or "") for message in loaded.messages) == 1


@real
@pytest.mark.usefixtures("only_fast")
def test_the_real_slice_has_5000_messages_read_fast(tmp_path: Path) -> None:
    check_the_5000(load(REAL / "twcs_5000.csv", tmp_path))


@real
@pytest.mark.usefixtures("patiently")
def test_the_real_slice_has_5000_messages_read_patiently(tmp_path: Path) -> None:
    check_the_5000(load(REAL / "twcs_5000.csv", tmp_path))


@real
def test_one_brands_replies_from_a_spreadsheet(tmp_path: Path) -> None:
    loaded = load(REAL / "outbound_only_excel_roundtrip.csv", tmp_path)
    assert loaded.result["messages"] == 446
    assert loaded.result["problems"] == 0
    assert {message["role"] for message in loaded.messages} == {"agent"}


@real
def test_a_real_download_page_is_refused(tmp_path: Path) -> None:
    refused = refuse(REAL / "not_data_html_page.csv", tmp_path)
    assert refused["code"] == "not_a_log"
    assert "web page" in refused["error"]
    assert "not_data_html_page.csv" in refused["error"]


@pytest.mark.parametrize("path", sorted((GOLDEN / "twcs").glob("*.?sv")), ids=lambda p: p.name)
def test_both_readers_agree(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    either = load(path, tmp_path / "either", options_of(path))
    monkeypatch.setattr(twcs, "load_fast", lambda *_: False)
    patient = load(path, tmp_path / "patient", options_of(path))
    assert without_lines(either.messages) == without_lines(patient.messages)
    assert either.problems == patient.problems
    assert [message["line"] for message in patient.messages] == sorted(
        message["line"] for message in patient.messages
    )


@pytest.mark.parametrize(
    "name", ["plain.csv", "bare_returns.csv", "other_order.tsv", "semicolons.csv"]
)
@pytest.mark.usefixtures("only_fast")
def test_sound_files_take_the_fast_way(name: str, tmp_path: Path) -> None:
    assert load(GOLDEN / "twcs" / name, tmp_path).messages


hard_parts = [*",;\"\n\r\t '\\#é😀\u2028\x1e", "\r\n", '""', ",,,", "1,2,True"]
characters = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
texts = st.lists(st.sampled_from(hard_parts) | characters, max_size=12).map("".join)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(st.booleans(), texts), min_size=1, max_size=8),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_any_text_comes_through_both_readers(
    rows: list[tuple[bool, str]],
    line_end: str,
    quoting: int,
    delimiter: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=line_end, quoting=quoting)
    writer.writerow(HEADER.strip().split(","))
    for number, (inbound, text) in enumerate(rows, 1):
        writer.writerow([number, "Harbourline", inbound, TIME, text, "", ""])
    folder = tmp_path_factory.mktemp("texts")
    path = folder / "twcs.csv"
    path.write_bytes(file.getvalue().encode())

    expected = [text or None for _, text in rows]
    assert [m["text"] for m in load(path, folder / "a").messages] == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(twcs, "load_fast", lambda *_: False)
        patient = load(path, folder / "b")
    assert [m["text"] for m in patient.messages] == expected
    assert patient.problems == []


def test_rows_that_cross_the_readers_blocks_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(
        f'{i},Harbourline,False,{TIME},"line one of {i}\nline ""two"", {"x" * (i % 900)}",,{i - 1}\n'
        for i in range(1, 12_001)
    )
    path = written(tmp_path / "twcs.csv", rows)
    assert path.stat().st_size > 5_000_000
    fast = load(path, tmp_path / "fast")
    monkeypatch.setattr(twcs, "load_fast", lambda *_: False)
    patient = load(path, tmp_path / "patient")
    assert fast.messages[0]["line"] is None
    assert without_lines(fast.messages) == without_lines(patient.messages)
    assert patient.messages[-1]["line"] == 2 + 2 * 11_999


def test_a_million_blank_rows_are_skipped_without_problems(tmp_path: Path) -> None:
    rows = f"1,700001,True,{TIME},@Harbourline hello,,\n" + ",,,,,,\n" * 1_000_000
    loaded = load(written(tmp_path / "twcs.csv", rows), tmp_path / "out")
    assert loaded.result["messages"] == 1
    assert loaded.result["problems"] == 0


@pytest.mark.usefixtures("patiently")
def test_blank_rows_are_no_rows_to_the_patient_reader_either(tmp_path: Path) -> None:
    rows = f"1,700001,True,{TIME},@Harbourline hello,,\n" + ",,,,,,\n\n  , ,,,,,\n" * 1_000
    loaded = load(written(tmp_path / "twcs.csv", rows), tmp_path / "out")
    assert loaded.result["messages"] == 1
    assert loaded.result["problems"] == 0


def test_a_text_of_many_megabytes_is_one_message(tmp_path: Path) -> None:
    text = "speed test, " * 700_000
    rows = f'1,700001,True,{TIME},"{text}",,\n2,Harbourline,False,{TIME},ok,,1\n'
    loaded = load(written(tmp_path / "twcs.csv", rows), tmp_path / "out")
    assert [message["text"] for message in loaded.messages] == [text, "ok"]


def test_a_quote_that_never_closes_costs_no_other_row(tmp_path: Path) -> None:
    rows = f'1,700001,True,{TIME},"open,,\n' + "".join(
        f"{i},Harbourline,False,{TIME},ok,,1\n" for i in range(2, 2_000)
    )
    loaded = load(written(tmp_path / "twcs.csv", rows), tmp_path / "out")
    assert loaded.result["messages"] == 1_999
    assert loaded.messages[0]["text"] == '"open'


def test_lines_that_are_no_rows_cost_time_in_proportion(tmp_path: Path) -> None:
    good = "".join(f"{i},700001,True,{TIME},hi,,\n" for i in range(8_000))
    path = written(tmp_path / "twcs.csv", good + "what is this doing, here\n" * 8_000)
    parsed = 0

    class Counting:
        def __init__(self, *args: object, **kwargs: object) -> None:
            self._reader = reader(*args, **kwargs)

        def __next__(self) -> list[str]:
            nonlocal parsed
            parsed += 1
            return next(self._reader)

    reader = csv.reader
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("loaders.csv_rows.csv.reader", Counting)
        loaded = load(path, tmp_path / "out")
    assert loaded.result["messages"] == 8_000
    assert 1_300 <= loaded.result["problems"] <= 8_000
    assert parsed < 80_000


def test_old_mac_line_ends(tmp_path: Path) -> None:
    rows = f"1,700001,True,{TIME},hello,,\n2,Harbourline,False,{TIME},ok,,1\n"
    path = tmp_path / "twcs.csv"
    path.write_bytes((HEADER + rows).replace("\n", "\r").encode())
    loaded = load(path, tmp_path / "out")
    assert [message["line"] for message in loaded.messages] == [2, 3]


def test_a_file_name_full_of_wildcards(tmp_path: Path) -> None:
    written(tmp_path / "export a.csv", f"9,700001,True,{TIME},another file,,\n")
    path = written(tmp_path / "export [a-z]?*{1,2}.csv", f"1,700001,True,{TIME},this one,,\n")
    loaded = load(path, tmp_path / "out [x]*")
    assert [message["text"] for message in loaded.messages] == ["this one"]


def test_a_naive_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "twcs.csv", "1,Harbourline,False,2017-10-31 22:10:47,ok,,\n")
    refused = refuse(path, tmp_path / "out")
    assert refused["code"] == "no_time_zone"
    assert "line 2" in refused["error"]
    assert '[accounts."Harbourline"]\ntime_zone = "Europe/London"' in refused["error"]


@pytest.mark.parametrize("reader", ["fast", "patient"])
def test_a_time_more_than_a_day_ahead_is_a_problem(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reader == "patient":
        monkeypatch.setattr(twcs, "load_fast", lambda *_: False)
    path = written(
        tmp_path / "twcs.csv",
        f"1,700001,True,{TIME},now,,\n2,700001,True,Wed Nov 01 22:10:48 +0000 2017,ahead,,\n",
    )
    loaded = load(path, tmp_path / "out", {"now": "2017-10-31T22:10:47Z"})
    assert [message["message_key"] for message in loaded.messages] == ["1"]
    assert [problem["line"] for problem in loaded.problems] == [3]
    assert "future" in loaded.problems[0]["reason"]


def test_both_readers_know_every_offset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = (
        "Tue Oct 31 22:10:47 +0000 2017",
        "Tue Oct 31 18:10:47 -0400 2017",
        "2017-11-01T03:40:47+05:30",
        "2017-10-31 22:10:47Z",
        "2017-10-31T22:10:47.000000+00:00",
    )
    rows = "".join(f"{i},700001,True,{time},hi,,\n" for i, time in enumerate(times, 1))
    path = written(tmp_path / "twcs.csv", rows)
    fast = load(path, tmp_path / "fast")
    monkeypatch.setattr(twcs, "load_fast", lambda *_: False)
    patient = load(path, tmp_path / "patient")
    assert len({message["sent_at"] for message in fast.messages + patient.messages}) == 1
    assert fast.messages[0]["line"] is None
    assert patient.messages[0]["line"] == 2


def test_mostly_problems_refuses_the_file_with_the_commonest_reason(tmp_path: Path) -> None:
    rows = "".join(f"{i},700001,True,long ago,hi,,\n" for i in range(4))
    rows = f"9,700001,True,{TIME},hi,,\n,700001,True,{TIME},hi,,\n" + rows
    refused = refuse(written(tmp_path / "twcs.csv", rows), tmp_path / "out")
    assert refused["code"] == "mostly_problems"
    assert "5 of its 6 rows" in refused["error"]
    assert "4 times, first on line 4" in refused["error"]
    assert 'created_at is "long ago"' in refused["error"]


def test_half_problems_are_still_loaded(tmp_path: Path) -> None:
    rows = f"9,700001,True,{TIME},hi,,\n,700001,True,{TIME},hi,,\n"
    loaded = load(written(tmp_path / "twcs.csv", rows), tmp_path / "out")
    assert (loaded.result["messages"], loaded.result["problems"]) == (1, 1)


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    header = HEADER.replace("text,", "text,text,")
    rows = f"1,700001,True,{TIME},a,b,,\n"
    refused = refuse(written(tmp_path / "twcs.csv", rows, header), tmp_path / "out")
    assert refused["code"] == "not_a_log"
    assert '"text" more than once' in refused["error"]


def test_a_header_alone_is_empty(tmp_path: Path) -> None:
    assert refuse(written(tmp_path / "twcs.csv", ""), tmp_path / "out")["code"] == "empty"


def test_problems_are_kept_to_ten_thousand_and_counted_fully(tmp_path: Path) -> None:
    good = "".join(f"{i},700001,True,{TIME},hi,,\n" for i in range(10_500))
    path = written(tmp_path / "twcs.csv", good + f",700001,True,{TIME},hi,,\n" * 10_500)
    loaded = load(path, tmp_path / "out")
    assert loaded.result["problems"] == 10_500
    assert len(loaded.problems) == 10_000


def test_a_problem_keeps_2000_characters_of_its_row(tmp_path: Path) -> None:
    rows = f"1,700001,True,{TIME},hi,,\n,700001,True,{TIME},{'x' * 5_000},,\n"
    loaded = load(written(tmp_path / "twcs.csv", rows), tmp_path / "out")
    assert len(loaded.problems[0]["raw"]) == 2_000


def test_a_million_rows_with_nothing_but_an_index_are_fast_in_both_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{i},{i},Harbourline,False,{TIME},hi,,{i + 1}\r\n" for i in range(1, 200, 2))
    blank = "".join(f"{i},,,,,,,\r\n" for i in range(1_000_000))
    path = written(tmp_path / "index.csv", rows + blank, "," + HEADER)
    for reader in ("fast", "patient"):
        began = time.process_time()
        loaded = load(path, tmp_path / reader)
        # Two to three seconds of computing; trying to make a message of each took nine.
        assert time.process_time() - began < 8
        assert (len(loaded.messages), loaded.problems) == (100, [])
        monkeypatch.setattr(twcs, "load_fast", lambda *_: False)


def test_replies_whose_questions_are_missing_keep_what_they_answer(tmp_path: Path) -> None:
    rows = "".join(f"{key},Harbourline,FALSE,{TIME},@100 Hello,,1.0\n" for key in (2, 3))
    loaded = load(written(tmp_path / "one.csv", rows), tmp_path / "o")
    assert [m["reply_to_key"] for m in loaded.messages] == ["1", "1"]
    assert {m["account"] for m in loaded.messages} == {"Harbourline"}
