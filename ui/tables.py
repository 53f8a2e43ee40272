"""Tables: what stands behind a chart, labelled as the measure defines it, and as CSV like the command line's."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from sla.measures import Row, as_told, named
from ui import look, reader
from ui.behind import Behind


def chart(
    figure: go.Figure,
    alt: str,
    measure: str,
    rows: Sequence[Row],
    by: Sequence[str] = (),
    behind: Behind | None = None,
    key: str = "",
) -> None:
    """Show a figure with the table behind it, and the way to its waits; `alt` says in words what it shows.

    `key` tells charts of one measure and the same keys apart.
    """
    if behind is None:
        st.plotly_chart(figure, config=look.config(measure), alt=alt)
    else:
        behind.chart(figure, alt, key=f"chart {measure} {' '.join(by)} {key}".rstrip())
    with st.expander("Table", icon=":material/table_rows:", type="compact"):
        of_measure(measure, rows, by, alt, key)


def of_measure(
    measure: str, rows: Sequence[Row], by: Sequence[str], alt: str, key: str = ""
) -> None:
    """Show rows of a measure as a table, with its definitions as tooltips and a CSV to download."""
    columns = [*by, *named(measure).columns]
    shown = [{c: _cell(c, row.get(c)) for c in columns} for row in rows]
    st.dataframe(
        shown,
        hide_index=True,
        alt=f"Table: {alt}",
        column_config={c: _column(c, named(measure).columns.get(c), shown) for c in columns},
    )
    download(
        f"{measure}.csv",
        lambda: as_csv(measure, rows, by),
        f"csv {measure} {' '.join(by)} {key}".rstrip(),
    )


def download(file: str, data: Callable[[], str], key: str) -> None:
    """Show the button that downloads a CSV; it is written when it is asked for."""
    st.download_button(
        "Download CSV",
        lambda: data().encode("utf-8"),
        file_name=file,
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=key,
    )


def as_csv(measure: str, rows: Sequence[Row], by: Sequence[str] = ()) -> str:
    """Return the rows as `python -m sla measure --format csv` prints them."""
    columns = [*by, *(c for c in named(measure).columns if c not in named(measure).internal)]
    return written(columns, [named(measure).public(row, by) for row in rows])


def written(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as CSV: times end in Z, shares are plain numbers, nothing is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({c: as_told(row[c]) for c in columns} for row in rows)
    return text.getvalue()


def _cell(column: str, value: Any) -> Any:
    """Return a value as a table shows it: a duration as people say it, a period in the reader's words."""
    if column.endswith("seconds"):
        over = value is not None and value < 0
        return f"over by {reader.duration(-value)}" if over else reader.duration(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return reader.step(value, "hour")
    if column == "weekday":
        return reader.weekday(value)
    if column == "hour_of_day":
        return reader.hour_of_day(value)
    return value


def _column(column: str, meaning: str | None, shown: Sequence[Row]) -> Any:
    """Return how a column is headed; numbers stay numbers, so that they can be sorted."""
    label = column.removesuffix("_seconds").replace("_", " ")
    values = [row[column] for row in shown]
    if any(isinstance(value, float) for value in values):
        return st.column_config.NumberColumn(label, help=meaning, format="percent")
    if any(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return st.column_config.NumberColumn(label, help=meaning, format="localized")
    return st.column_config.Column(label, help=meaning)
