"""Figures that a changed setting made different: what was told before, and what is told since."""

from dataclasses import asdict, fields
from zoneinfo import ZoneInfo

import streamlit as st

from sla.measures import measures
from sla.restate import Restated
from ui import reader, reads, tables, words
from ui.view import title


def show() -> None:
    """Show the figures that a changed setting made different, before and after."""
    found = reads.restated()
    if not found:
        st.markdown("No changed setting has made a figure different.")
        return
    st.dataframe(
        [
            {
                "when": reader.moment(one.restated_at, ZoneInfo("UTC")),
                "change": one.change,
                "figure": _figure(one),
                "account": title(one.account),
                "month": reader.step(one.month, "month") if one.month else "all time",
            }
            | dict(zip(("before", "after"), before_and_after(one), strict=True))
            for one in found
        ],
        hide_index=True,
        placeholder=reader.NOTHING,
        alt="Figures that a changed setting made different, the latest change first",
        column_config={
            "when": "Changed (UTC)",
            "change": st.column_config.TextColumn("Setting", width="medium"),
            "figure": st.column_config.TextColumn("Figure", width="medium"),
            "account": "Account",
            "month": "Month",
            "before": "Before",
            "after": "After",
        },
    )
    if len(found) == reads.RESTATED_SHOWN:
        st.caption(f"The latest {reader.number(reads.RESTATED_SHOWN)}.")
    columns = [field.name for field in fields(Restated)]
    tables.download(
        "restated.csv",
        tables.written(columns, [asdict(one) for one in found]),
        "csv restated",
    )


def _figure(row: Restated) -> str:
    """Return what a restated figure is called: "Within 1 h, open hours", "Time to first reply, median"."""
    parts = [
        measures()[row.measure].title
        if row.target is None
        else words.capital(words.within(row.target))
    ]
    if row.figure != row.measure:
        parts.append(
            {"median_seconds": "median", "p90_seconds": "9 of 10"}.get(row.figure, row.figure)
        )
    if row.clock == "open":
        parts.append("open hours")
    return ", ".join(parts)


def before_and_after(row: Restated) -> tuple[str, str]:
    """Return both figures in words; to the second or the last decimal where they would read the same."""
    pair = (row.before, row.after)
    first, second = (_told(row.figure, value) for value in pair)
    if first != second:
        return first, second
    first, second = (_told(row.figure, value, exact=True) for value in pair)
    return first, second


def _told(figure: str, value: float | None, *, exact: bool = False) -> str:
    if value is None:
        return reader.NOTHING
    if figure == "n":
        return reader.number(int(value))
    if figure.endswith("_seconds"):
        return f"{reader.number(int(value))} s" if exact else reader.duration(int(value))
    return reader.exact_share(value) if exact else reader.share(value)
