"""The sentences of the team's page. They name nobody: a chart and a table do, beside what they rest on."""

from collections.abc import Sequence

from sla.measures import Row
from ui.reader import number, share
from ui.words import counted

NAMES = {"agent": "Agent", "team": "Team"}
_STANDINGS = {
    "as expected": "as expected",
    "above 95 %": "more in time than expected: outside the 95 % limits",
    "above 99.8 %": "far more in time than expected: outside the 99.8 % limits",
    "below 95 %": "less in time than expected: outside the 95 % limits",
    "below 99.8 %": "far less in time than expected: outside the 99.8 % limits",
    "alone": "nobody to be compared with",
    "few": "too few to say",
}


def name(value: str | None, key: str, *, unsigned: bool) -> str:
    """Return what an agent or a team is called."""
    if key == "team":
        return value or "in no team"
    return "not signed" if unsigned else str(value)


def headline(people: Sequence[Row], compared: Sequence[Row], key: str) -> str:
    """Return whether anybody stands out, without a name."""
    who = counted(_different(people, key), key, f"{key}s")
    if not people:
        return "Replies are not signed, so nobody can be told apart"
    if len(compared) < 2:
        if _different(people, key) == 1:
            return f"{who} replied, with nobody to be compared with"
        return f"{who} replied; no two of them ended enough waits to be compared"
    out = _different([row for row in compared if row["standing"].endswith("99.8 %")], key)
    if out:
        verb = "stands" if out == 1 else "stand"
        return f"{number(out)} of {counted(_different(compared, key), key, f'{key}s')} {verb} out from the rest"
    return f"{who} replied{_nobody_stands_out(people, compared, key)}"


def _nobody_stands_out(people: Sequence[Row], compared: Sequence[Row], key: str) -> str:
    """Return how a headline ends where nobody lies outside the wide limits: by how many lie outside the narrow ones."""
    outside = [row for row in compared if row["standing"].endswith("95 %")]
    if outside:
        verb = "lies" if len(outside) == 1 else "lie"
        return f"; none stands far out, {number(_different(outside, key))} {verb} outside the 95 % limits"
    if _different(compared, key) < _different(people, key):
        return f"; of the {number(_different(compared, key))} with enough waits to be compared, none stands out"
    return ", and none of them stands out"


def _different(rows: Sequence[Row], key: str) -> int:
    """Return how many there are; who answers for several accounts is one."""
    return len({row[key] for row in rows})


def sent(replies: int) -> str:
    """Return how many replies there are."""
    return f"**{number(replies)}** {'reply' if replies == 1 else 'replies'} in the period."


def source(whole: Row, still_open: int) -> str:
    """Return what the page stands on, and who is in none of its rows."""
    return (
        f"n = {counted(whole['n'], 'wait', 'waits')} ended; {counted(whole['replies'], 'reply', 'replies')} in all, with those that ended none; "
        f"{number(still_open)} still open, which belong to nobody yet and are in no row below"
    )


def interval(row: Row) -> str:
    """Return the interval of a share."""
    return f"{share(row['low'])} – {share(row['high'])}"


def standing(row: Row) -> str:
    """Return in words where somebody stands in the funnel."""
    return _STANDINGS[row["standing"]]


def others(few: Sequence[Row], unsigned: Sequence[Row], key: str, *, alone: bool) -> str:
    """Return who is not told alone, and how the table is to be read; `alone` says whether anybody is.

    `unsigned` are what accounts sent under their own name.
    """
    told = (
        "In the order of waits ended. Expected: what the account’s average gives at the same hours of the week "
        "and on the same channels. Only waits that somebody ended can be told by who ended them."
    )
    if not few and not unsigned:
        return told
    one = f"more {key}" if alone else key
    parts = (
        [f"{counted(_different(few, key), one, f'{one}s')} with fewer than 20 waits ended"]
        if few
        else []
    )
    if unsigned:
        how = "by agents in no team" if key == "team" else "unsigned"
        parts.append(f"what {counted(len(unsigned), 'account', 'accounts')} sent {how}")
    ended = counted(sum(row["n"] for row in (*few, *unsigned)), "wait", "waits")
    return f"{told} Not shown alone: {' and '.join(parts)}, {ended} together, too few for a rate. The CSV has them."


def funnel(widening: float) -> str:
    """Return how the funnel is read."""
    told = (
        "Each point is set where it would be had its hours of the week and channels been the average ones. "
        "Inside the funnel, differences are what chance makes of them; a point outside is worth a question, "
        "not a verdict: a surge may lie behind it."
    )
    if widening < 1.05:
        return told
    return f"{told} The funnel is {share(widening)} as wide as for chance alone, because waits come in surges and people differ."


def covered(row: Row, accounts: int) -> str:
    """Return how well the week is covered; the hours of each account are counted by themselves."""
    if row["coverage"] is None:
        return "Nobody waited in this period."
    return (
        f"**{share(row['coverage'])}** of the {counted(row['n'], 'hour', 'hours')} in which somebody waited "
        f"saw a reply{'' if accounts < 2 else ', those of each account counted by themselves'}."
    )


def hour(at: str, row: Row | None, column: str) -> str:
    """Return what an hour of the week says of its load or its coverage."""
    if row is None:
        return f"{at}<br>{'nobody waited' if column == 'coverage' else 'no reply'}"
    if column == "coverage":
        return f"{at}<br>{share(row['coverage'])} covered<br>{number(row['covered'])} of {counted(row['n'], 'hour', 'hours')}"
    return f"{at}<br>{counted(row['replies_out'], 'reply', 'replies')}"
