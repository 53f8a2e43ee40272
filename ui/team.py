"""The team's page in parts: who is compared with whom, what each did, and when they write."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from sla.measures import Key, Row
from ui import empty, heat, reader, reads, tables, team_words, words
from ui.behind import Address, Behind, Point, address
from ui.view import View, title

_NAMES: dict[Key, str] = {"agent": "Agents", "team": "Teams"}
_EVERYBODY = ""
_HOURS: tuple[Key, ...] = ("weekday", "hour_of_day")


@dataclass(frozen=True)
class Team:
    """`rows` are those of the measure `ended`, told by `keys`, the last of which is agent or team."""

    view: View
    keys: tuple[Key, ...]
    rows: Sequence[Row]

    @property
    def key(self) -> Key:
        """What the rows are told by: agent or team."""
        return self.keys[-1]

    @cached_property
    def large(self) -> list[Row]:
        """Those with enough waits ended for a rate, the most first; nobody else is told alone."""
        enough = [row for row in self.rows if row["standing"] != "few"]
        return sorted(enough, key=lambda row: -row["n"])

    @cached_property
    def compared(self) -> list[Row]:
        """Those who can be compared: a person or a team, and somebody else ended waits alike."""
        return [row for row in self.large if row["standing"] != "alone" and not self.unsigned(row)]

    @cached_property
    def people(self) -> list[Row]:
        """All but the account's own name, under which nobody knows who wrote."""
        return [row for row in self.rows if not self.unsigned(row)]

    def unsigned(self, row: Row) -> bool:
        """Return whether a row holds what went out under the account's own name."""
        if self.key == "team":
            return row["team"] is None
        return row["agent"] in {row.get("account"), *self.view.accounts}

    def name(self, row: Row) -> str:
        """Return what a row is called, with its account where there are several."""
        told = team_words.name(row[self.key], self.key, unsigned=self.unsigned(row))
        return f"{title(row['account'])} · {told}" if "account" in self.keys else told


def show_choice(view: View) -> Team:
    """Let the reader tell by agent or by team, where there are teams; the choice lives in the address.

    Ends the page where nobody replied.
    """
    asked: Key = "team" if st.query_params.get("by") == "team" else "agent"
    team = _told_by(view, asked)
    empty.stop_without_replies(any(row["replies"] for row in team.rows), view)
    if not _has_teams(team):
        return team if asked == "agent" else _told_by(view, "agent")
    st.session_state["team_by"] = asked
    st.segmented_control(
        "By",
        list(_NAMES),
        key="team_by",
        required=True,
        format_func=lambda name: _NAMES[name],
        label_visibility="collapsed",
        on_change=lambda: _put("by", st.session_state["team_by"], "agent"),
    )
    return team


def _told_by(view: View, key: Key) -> Team:
    several: tuple[Key, ...] = ("account",) if len(view.accounts) > 1 else ()
    return Team(view, (*several, key), view.rows("ended", *several, key))


def _has_teams(team: Team) -> bool:
    """Return whether anybody here is, or was, in a team."""
    known = reads.settings().agents
    return any(row[team.key] in known if team.key == "agent" else row["team"] for row in team.rows)


def behind_funnel(team: Team) -> Behind:
    """Return the waits behind the funnel: a point stands for those that an agent or a team ended."""

    def of_point(point: Point) -> Address | None:
        at = (point.get("x"), point.get("y"))
        found = [row for row in team.compared if (row["n"], row["adjusted"]) == at]
        return _ended_by(team, found[0]) if len(found) == 1 else None

    return Behind(address(team.view, outcome="answered"), of_point)


def _ended_by(team: Team, row: Row) -> Address:
    by = {team.key: row[team.key]}
    return address(team.view, account=row.get("account"), outcome="answered", **by)


def table(team: Team) -> None:
    """Show what each did; those with few waits ended are told together, and are in the CSV."""
    target = words.within(team.view.choice.target)
    shown = [
        {
            team_words.NAMES[team.key]: team.name(row),
            "Replies": row["replies"],
            "Waits ended": row["n"],
            "Half ended within": row["median_seconds"],
            f"Ended {target}": row["share"],
            "95 % interval": team_words.interval(row),
            "Expected": row["expected"],
        }
        for row in team.large
    ]
    if shown:
        numbers = st.column_config.NumberColumn(format="localized")
        told = {f"Ended {target}": reader.share, "Expected": reader.share}
        st.dataframe(
            tables.frame(shown, {"Half ended within": reader.duration, **told}),
            hide_index=True,
            placeholder=reader.NOTHING,
            column_config={"Replies": numbers, "Waits ended": numbers},
            alt="Table: what each agent or team did",
        )
    rest = [row for row in team.rows if row not in team.large]
    few, unsigned = (
        [row for row in rest if team.unsigned(row) is own_name] for own_name in (False, True)
    )
    st.caption(
        team_words.others(
            few, unsigned, team.key, alone=any(not team.unsigned(row) for row in team.large)
        )
    )
    tables.download("ended.csv", tables.as_csv("ended", team.rows, team.keys), "csv ended all")


def week(team: Team, whole: Row) -> None:
    """Show when replies go out and how well the week is covered, hour by hour."""
    told = {team.name(row): row for row in team.large if not team.unsigned(row)}
    who = _show_whose(list(told))
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Replies sent", anchor=False)
        _load(team, told.get(who), who, whole)
    with right:
        st.subheader("Hours covered", anchor=False)
        _coverage(team.view)


def _show_whose(names: Sequence[str]) -> str:
    """Let the reader choose whose replies to see; the choice lives in the address."""
    asked = st.query_params.get("who", _EVERYBODY)
    st.session_state["team_who"] = asked if asked in names else _EVERYBODY
    return st.selectbox(
        "Replies sent by",
        [_EVERYBODY, *names],
        key="team_who",
        format_func=lambda name: name or "Everybody",
        on_change=lambda: _put("who", st.session_state["team_who"], _EVERYBODY),
        width=320,
        help="Whoever ended fewer than 20 waits is not shown alone.",
    )


def _load(team: Team, chosen: Row | None, who: str, whole: Row) -> None:
    st.markdown(team_words.sent((chosen or whole)["replies"]), help=words.definition("load"))
    keys = team.keys if chosen else ()
    rows = [
        row
        for row in team.view.rows("load", *keys, *_HOURS)
        if chosen is None or all(row[key] == chosen[key] for key in keys)
    ]
    tables.chart(
        heat.counts(rows, "replies_out", team.view),
        f"Replies sent in each hour of the week by {who or 'everybody'}",
        "load",
        rows,
        by=(*keys, *_HOURS),
        behind=Behind(
            _ended_by(team, chosen) if chosen else address(team.view, outcome="answered")
        ),
    )


def _coverage(view: View) -> None:
    st.markdown(
        team_words.covered(view.one("coverage"), len(view.accounts)),
        help=words.definition("coverage"),
    )
    rows = view.rows("coverage", *_HOURS)
    tables.chart(
        heat.coverage(rows, view),
        "Share of hours with a reply, among those in which somebody waited, for each hour of the week",
        "coverage",
        rows,
        by=_HOURS,
        behind=Behind(address(view)),
    )


def still_open(view: View) -> int:
    """Return how many waits of the period are open: they have no agent yet."""
    row = reads.one("first_reply", view.question(span=view.span, waits="all"))
    return int(row["open"])


def _put(name: str, value: str, default: str) -> None:
    """Write a choice into the address; the default takes it out."""
    if value == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
