"""Bounds that lie within an hour, long curves of people who still wait, and what is in no figure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from sla import catalogue
from sla.lists import Listing, page
from sla.measures import Question, ask
from sla.settings import Settings

BEGIN = datetime(2026, 3, 28, 22, tzinfo=UTC)  # summer time begins in the night
AT = [BEGIN + timedelta(minutes=7 * n) for n in range(60)]
# By the clock on the wall of a zone without summer time, and between two hours as well as within one.
BOUNDS = [
    datetime(2026, 3, 28, hour, minute)  # noqa: DTZ001 - the account's own time
    for hour, minute in ((22, 0), (22, 14), (22, 15), (22, 50), (23, 0), (23, 1))
]


def said(n: int, role: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "platform": "chat", "account": "Acme", "channel": "Chat", "thread_key": f"{n}", "role": role, "message_key": f"{n} {role}",
        "author_key": "kim" if role == "agent" else f"c{n}", "text": "no signal", "sent_at": at,
    } | more  # fmt: skip


@pytest.fixture
def asking(filled):
    """Give a store in which somebody begins to wait every seven minutes, and every third is answered."""
    answered = (said(n, "agent", at + timedelta(minutes=5)) for n, at in enumerate(AT) if n % 3)
    return filled([*(said(n, "customer", at) for n, at in enumerate(AT)), *answered])


@pytest.mark.parametrize(
    ("since", "until"),
    [(a, b) for a, b in product([None, *BOUNDS], repeat=2) if a is None or b is None or a <= b],
)
def test_bounds_within_an_hour_count_each_message_once(asking, since, until):
    def inside(at: datetime) -> bool:
        local = at.replace(tzinfo=None)
        return (since is None or local >= since) and (until is None or local < until)

    question = Question(since=since, until=until, waits="all")
    (rate,) = ask(asking, "hit_rate", question)
    (load,) = ask(asking, "load", question)
    (courtesies,) = ask(asking, "courtesies", question)
    begun = sum(map(inside, AT))
    replied = sum(inside(at + timedelta(minutes=5)) for n, at in enumerate(AT) if n % 3)
    assert (rate["n"], load["waits_opened"], load["messages_in"]) == (begun, begun, begun)
    assert (load["replies_out"], courtesies["n"]) == (replied, replied)
    assert len(page(asking, Listing(question), limit=100)) == begun


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "Australia/Lord_Howe"])
@pytest.mark.parametrize(
    ("first", "second"),
    [(0, 3), (1, 2), (14, 15), (14, 29), (15, 61), (44, 46), (59, 181), (90, 400)],
)
def test_instants_within_an_hour_count_each_message_once(filled, zone, first, second):
    """A quarter to an hour on one account's wall, within it on another's; and the hour that Lord Howe begins anew."""
    began = datetime(2026, 4, 4, 13, tzinfo=UTC)
    at = [began + timedelta(minutes=7 * n) for n in range(60)]
    settings = Settings(accounts={"Acme": {"time_zone": zone}})
    store = filled([said(n, "customer", when) for n, when in enumerate(at)], settings)
    bounds = [began + timedelta(minutes=first), began + timedelta(minutes=second)]
    for since, until in (bounds, (None, bounds[0]), (bounds[1], None)):
        inside = sum((since is None or a >= since) and (until is None or a < until) for a in at)
        asked = Question(since=since, until=until)
        (load,) = ask(store, "load", asked)
        by_hour = ask(store, "load", replace(asked, by=("hour",)))
        by_agent = ask(store, "load", replace(asked, by=("hour", "agent")))
        assert load["messages_in"] == sum(row["messages_in"] for row in by_hour) == inside
        assert [{**row, "agent": None} for row in by_hour] == by_agent


def test_who_still_waits_counts_among_those_at_risk_wherever_something_ended(filled):
    """Ends and ages in the same second, the same ten minutes, the same hour, and in hours of their own."""
    ages = (600, 601, 659, 1199, 1200, 4000, 7199, 7200, 90_000, 90_001, 93_600)
    lengths = (600, 600, 660, 1200, 7200, 90_000, 100_000)
    latest = BEGIN + timedelta(days=3)
    messages = [said(n, "customer", latest - timedelta(seconds=age)) for n, age in enumerate(ages)]
    for n, length in enumerate(lengths, len(ages)):
        messages += [
            said(n, "customer", BEGIN),
            said(n, "agent", BEGIN + timedelta(seconds=length)),
        ]
    store = filled([*messages, said(99, "agent", latest)])
    risk = {row["seconds"]: row["risk"] for row in ask(store, "curve", Question(waits="all"))}
    known = [*ages, *lengths]
    assert risk == {length: sum(1 for each in known if each >= length) for length in lengths}
    still, share = 1.0, {}
    for length in sorted(set(lengths)):
        still *= 1 - lengths.count(length) / risk[length]
        share[length] = 1 - still
    told = {r["seconds"]: r["share"] for r in ask(store, "curve_drawn", Question(waits="all"))}
    assert told == pytest.approx({length: share[length] for length in told})
    (first,) = ask(store, "first_reply", Question(waits="all"))
    assert first["open"] == len(ages)
    assert first["beyond_seconds"] == max(known)


def test_what_is_in_no_figure_is_counted(filled):
    store = filled([
        said(1, "customer", AT[0]), said(1, "agent", AT[1]),
        said(1, "customer", AT[2], text="thanks!", message_key="thanks"),
        said(2, "customer", AT[3]), said(2, "system", AT[4], event="closed", text=None),
        said(3, "system", AT[5], thread_key=None, text="joined"),
        said(4, "customer", AT[6], platform="x", account=None, thread_key=None, channel="X mentions"),
    ])  # fmt: skip
    told = catalogue.left_out(store)
    assert (told.nobody, told.system, told.closers) == (1, 2, 1)
    assert told.closer_share == pytest.approx(1 / 3)
