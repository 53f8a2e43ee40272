"""Waits ended, the funnel and the mix of channels agree with plain loops over the waits."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import asin, sin, sqrt
from typing import Any

import pytest

from sla.load import load_file
from sla.measures import Question, Row, ask
from sla.settings import Settings
from sla.store import Store
from tests.conftest import EXPORTS
from tests.page_data import write_shifts

Z_95, Z_998 = 1.959963984540054, 3.090232306167813
TEAMS = {"agents": {"AB": [{"team": "Days"}], "CD": [{"team": "Days"}], "Becky": [{"team": "B"}]}}
FROM = datetime(2017, 10, 31, 12, tzinfo=UTC)
QUESTIONS = {
    "agents": Question(by=("agent",)),
    "agents of accounts": Question(by=("account", "agent")),
    "teams": Question(by=("team",)),
    "all": Question(),
    "weeks of channels": Question(by=("week", "channel")),
    "first waits within two hours": Question(by=("agent",), waits="first", target=7200),
    "from an instant on": Question(by=("account",), since=FROM),
}  # fmt: skip


@pytest.fixture(scope="module", params=["shifts", "public slice"])
def several(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store with a log of two shifts, or with the public slice."""
    folder = tmp_path_factory.mktemp("team")
    file = EXPORTS / "twcs" / "twcs_5000.csv"
    if request.param == "shifts":
        file = write_shifts(folder / "shifts.csv")
    elif not file.exists():
        pytest.skip("the real exports are not on this machine")
    with Store.open(folder / "store.duckdb", Settings.model_validate(TEAMS)) as store:
        assert load_file(store, file, name=file.name).error is None
        yield store


# ------------------------------------------------------------------------------------- the slow way


def table(store: Store, name: str) -> list[dict[str, Any]]:
    """Return a table's rows as dicts."""
    cursor = store.cursor().execute(f"FROM {name}")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def credited(store: Store, asked: Question) -> list[dict[str, Any]]:
    """Return the waits that were ended, each with its verdict and its band."""
    wanted = {"first": (True,), "next": (False,), "all": (True, False)}[asked.waits or "all"]
    return [
        wait
        | {
            "met": wait["seconds"] <= asked.target,
            "alike": (
                wait["account"],
                wait["channel"],
                wait["first"],
                wait["weekday"] in (5, 6),
                wait["hour_of_day"] // 6,
            ),
        }
        for wait in table(store, "waits")
        if wait["outcome"] == "answered"
        and wait["seconds"] is not None
        and wait["first"] in wanted
        and (asked.since is None or wait["started_at"] >= asked.since)
    ]


def angle(share: float, n: int) -> float:
    return asin(sqrt((n * share + 3 / 8) / (n + 3 / 4)))


def turned_back(angle_: float, n: int) -> float:
    inside = min(max(angle_, 0), asin(1))
    return min(max(((n + 3 / 4) * sin(inside) ** 2 - 3 / 8) / n, 0), 1)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def usual(waits: Sequence[Mapping[str, Any]]) -> dict[Any, float]:
    """Return the share met among the waits that are alike."""
    groups = defaultdict(list)
    for wait in waits:
        groups[wait["alike"]].append(wait["met"])
    return {alike: mean(met) for alike, met in groups.items()}


def compared(ours: Sequence[Mapping[str, Any]], waits: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether anybody else ended a wait that is like one of ours."""
    mine, everybody = Counter(w["alike"] for w in ours), Counter(w["alike"] for w in waits)
    return any(everybody[alike] > count for alike, count in mine.items())


def widening(waits: Sequence[Mapping[str, Any]]) -> float:
    """Return by how much the limits are wider than chance alone would have them."""
    expected, agents = usual(waits), defaultdict(list)
    for wait in waits:
        agents[wait["account"], wait["agent"]].append(wait)
    found = []
    for ours in agents.values():
        n = len(ours)
        if n >= 20 and compared(ours, waits):
            apart = angle(mean([w["met"] for w in ours]), n)
            apart -= angle(mean([expected[w["alike"]] for w in ours]), n)
            found.append(apart * 2 * sqrt(n + 1 / 2))
    if len(found) < 10:
        return 1
    found.sort()
    low, high = found[len(found) // 10], found[-(-len(found) * 9 // 10) - 1]
    return sqrt(max(1, mean([min(max(z, low), high) ** 2 for z in found])))


def wilson(met: int, n: int) -> tuple[float, float]:
    """Return the shares p for which met / n is Z_95 standard errors from p, found by halving."""

    def apart(p: float) -> float:
        return abs(met / n - p) - Z_95 * sqrt(p * (1 - p) / n)

    def edge(inside: float, outside: float) -> float:
        for _ in range(100):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if apart(middle) < 0 else (inside, middle)
        return inside

    share = met / n
    return (edge(share, 0) if met else 0.0), (edge(share, 1) if met < n else 1.0)


def standing(
    ours: Sequence[Mapping[str, Any]], waits: Sequence[Mapping[str, Any]], wide: float
) -> str:
    n = len(ours)
    if n < 20:
        return "few"
    if not compared(ours, waits):
        return "alone"
    expected = usual(waits)
    apart = angle(mean([w["met"] for w in ours]), n)
    apart -= angle(mean([expected[w["alike"]] for w in ours]), n)
    z = apart * 2 * sqrt(n + 1 / 2) / wide
    side = "above" if z > 0 else "below"
    if abs(z) > Z_998:
        return f"{side} 99.8 %"
    return f"{side} 95 %" if abs(z) > Z_95 else "as expected"


def expected_row(
    ours: Sequence[Mapping[str, Any]],
    waits: Sequence[Mapping[str, Any]],
    replies: int,
    wide: float,
) -> dict[str, Any]:
    n, met = len(ours), sum(w["met"] for w in ours)
    row = {"replies": replies, "n": n, "met": met, "standing": standing(ours, waits, wide)}
    if not n:
        return row | dict.fromkeys(
            ("share", "low", "high", "median_seconds", "expected", "adjusted")
        )
    share, like = met / n, usual(waits)
    expected = mean([like[w["alike"]] for w in ours])
    average = mean([w["met"] for w in waits])
    low, high = wilson(met, n)
    adjusted = turned_back(angle(average, n) + angle(share, n) - angle(expected, n), n)
    return row | {
        "share": share,
        "low": low,
        "high": high,
        "median_seconds": sorted(w["seconds"] for w in ours)[(n - 1) // 2],
        "expected": expected,
        "adjusted": adjusted if n >= 20 else None,
    }


def close(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: pytest.approx(v, abs=1e-9) if isinstance(v, float) else v for k, v in row.items()}


# ---------------------------------------------------------------------------------------- the tests


@pytest.mark.parametrize("name", QUESTIONS)
def test_waits_ended_are_what_plain_loops_find(several: Store, name: str) -> None:
    asked = QUESTIONS[name]
    waits, groups = credited(several, asked), defaultdict(list)
    for wait in waits:
        groups[tuple(wait[key] for key in asked.by)].append(wait)
    replies = Counter(
        tuple(said[key] for key in asked.by)
        for said in table(several, "placed")
        if said["role"] == "agent"
        and said["visible"]
        and (asked.since is None or said["sent_at"] >= asked.since)
    )
    found = {tuple(row[key] for key in asked.by): row for row in ask(several, "ended", asked)}
    assert set(found) == set(groups) | set(replies)
    wide = widening(waits)
    for key, row in found.items():
        told = dict(zip(asked.by, key, strict=True))
        assert row == close(told | expected_row(groups.get(key, []), waits, replies[key], wide))


def test_the_funnel_is_what_plain_loops_find(several: Store) -> None:
    waits = credited(several, Question())
    average, wide = mean([w["met"] for w in waits]), widening(waits)
    rows = ask(several, "funnel", Question())
    assert rows[0]["n"] == 20
    assert rows[-1]["n"] <= len(waits) < rows[-1]["n"] * 1.06
    for row in rows:
        n = row["n"]
        limits = {
            name: turned_back(angle(average, n) + z * wide / (2 * sqrt(n + 1 / 2)), n)
            for name, z in (("low_998", -Z_998), ("low_95", -Z_95), ("high_95", Z_95), ("high_998", Z_998))
        }  # fmt: skip
        assert row == close({"n": n, "widening": wide, "average": average, **limits})


def outside(row: Row, limits: Row) -> bool:
    return not limits["low_95"] <= row["adjusted"] <= limits["high_95"]


def test_a_point_is_outside_the_funnel_exactly_when_its_standing_says_so(several: Store) -> None:
    limits = {row["n"]: row for row in ask(several, "funnel", Question())}
    rows = [r for r in ask(several, "ended", Question(by=("agent",))) if r["n"] in limits]
    for row in rows:
        assert outside(row, limits[row["n"]]) == (row["standing"][:5] in ("above", "below"))


def test_a_slow_shift_is_no_fault_of_who_works_it(tmp_path: Any) -> None:
    """Whoever works nights, when all are slower, stands where the others do; few are never judged."""
    with Store.open(tmp_path / "store.duckdb", Settings()) as store:
        assert load_file(store, write_shifts(tmp_path / "log.csv"), name="log").error is None
        rows = {row["agent"]: row for row in ask(store, "ended", Question(by=("agent",)))}
    assert rows["NN"]["share"] < rows["AB"]["share"] / 2
    standings = {name: row["standing"] for name, row in rows.items()}
    assert standings["NN"] == standings["OO"] == "as expected"
    assert (standings["XX"], standings["FW"]) == ("below 99.8 %", "few")
    assert rows["FW"]["adjusted"] is None


@pytest.mark.parametrize("by", [(), ("week",), ("account",)])
def test_the_mix_of_channels_is_a_plain_count(several: Store, by: Any) -> None:
    said = {m["message_id"]: m["visibility"] for m in table(several, "messages")}
    counts = Counter(
        (*(w[key] for key in by), w["channel"], said[w["start_id"]])
        for w in table(several, "waits")
        if w["outcome"] != "bot"
    )
    still_open = Counter(
        (*(w[key] for key in by), w["channel"], said[w["start_id"]])
        for w in table(several, "waits")
        if w["outcome"] == "open"
    )
    whole: Counter[Any] = Counter()
    for key, n in counts.items():
        whole[key[:-2]] += n
    rows = ask(several, "mix", Question(by=by))
    assert {tuple(row.values()) for row in rows} == {
        (*key, n, still_open[key], n / whole[key[:-2]]) for key, n in counts.items()
    }


def test_the_curves_for_drawing_are_those_of_each_channel_alone(several: Store) -> None:
    together = ask(several, "curve_drawn", Question(by=("channel",)))
    for channel in {row["channel"] for row in together}:
        alone = ask(several, "curve_drawn", Question(channel=channel))
        assert [row for row in together if row["channel"] == channel] == [
            {"channel": channel, **row} for row in alone
        ]


def test_a_period_that_is_empty_gives_no_rate(several: Store) -> None:
    ahead = Question(since=datetime(2030, 1, 1, tzinfo=UTC), until=datetime(2030, 1, 1, tzinfo=UTC) + timedelta(days=1))  # fmt: skip
    (row,) = ask(several, "ended", ahead)
    assert (row["replies"], row["n"], row["share"], row["standing"]) == (0, 0, None, "few")
    assert ask(several, "funnel", ahead) == []
    assert ask(several, "mix", ahead) == []
