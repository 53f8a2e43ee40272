"""Tables: what stands behind a chart, labelled as the measure defines it, and as CSV like the command line's."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from sla.measures import Row, as_cell, named
from ui import alone, look, reader
from ui.behind import Leads
from ui.chart import Chart

# A grid with more cells than this shows plain values: to put each into words would take longer than anybody reads.
CELLS: Final = 100_000


def chart(
    figure: Chart,
    alt: str,
    measure: str,
    rows: Sequence[Row],
    by: Sequence[str] = (),
    behind: Leads | None = None,
    key: str = "",
    first: bool = False,
) -> None:
    """Show a figure with the table behind it, and the way to its waits; `alt` says in words what it shows.

    `key` tells charts of one measure and the same keys apart. The `first` chart of a page goes to the browser alone, which
    draws it while the rest is held back for a moment.
    """
    if behind is None:
        st.plotly_chart(figure.figure(), config=look.config(measure), alt=alt)
    else:
        behind.chart(figure, alt, key=f"chart {measure} {' '.join(by)} {key}".rstrip())
    _folded(measure, rows, by, alt, key)
    if first:
        alone.drawn()


@st.fragment
def _folded(measure: str, rows: Sequence[Row], by: Sequence[str], alt: str, key: str) -> None:
    """Show the table once it is unfolded: until then it costs nothing, and then no more than itself."""
    name = f"table {measure} {' '.join(by)} {key}".rstrip()
    with st.expander(
        "Table", icon=":material/table_rows:", type="compact", key=name, on_change="rerun"
    ) as folded:
        if folded.open:
            of_measure(measure, rows, by, alt, key)


def of_measure(
    measure: str, rows: Sequence[Row], by: Sequence[str], alt: str, key: str = ""
) -> None:
    """Show rows of a measure as a table, with its definitions as tooltips and a CSV to download."""
    columns = [*by, *named(measure).columns]
    shown = [{c: _cell(c, row.get(c)) for c in columns} for row in rows]
    st.dataframe(
        frame(shown, {c: lasted for c in columns if c.endswith("seconds")}, columns),
        hide_index=True,
        placeholder=reader.NOTHING,
        alt=f"Table: {alt}",
        column_config={c: _column(c, named(measure).columns.get(c), shown) for c in columns},
    )
    download(
        f"{measure}.csv",
        as_csv(measure, rows, by),
        f"csv {measure} {' '.join(by)} {key}".rstrip(),
    )


def download(file: str, data: str | Callable[[], str], key: str) -> None:
    """Show the button that downloads a CSV, or one that is written when it is asked for.

    The latter only where it costs a question: a click while the page runs again finds nothing.
    """
    st.download_button(
        "Download CSV",
        data.encode("utf-8") if isinstance(data, str) else lambda: data().encode("utf-8"),
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
    writer.writerows({c: as_cell(row[c]) for c in columns} for row in rows)
    return text.getvalue()


def frame(
    rows: Sequence[Row],
    told: Mapping[str, Callable[[Any], str]],
    columns: Sequence[str] | None = None,
) -> pd.DataFrame | Styler:
    """Return rows for a grid whose cells keep their values, to be sorted by, and read as `told` says of their column.

    Numbers, dates and instants of the other columns read as their column says; nothing is a dash.
    """
    made = pd.DataFrame(list(rows), columns=None if columns is None else list(columns))
    reads: dict[Any, Any] = dict.fromkeys(made.columns, _plain) | dict(told)
    for name in told:
        if all(row[name] is None or isinstance(row[name], int) for row in rows):
            made[name] = made[name].astype("Int64")
            reads[name] = partial(_whole, told[name])
    if made.size > CELLS:
        return made
    return made.style.format(reads, na_rep=reader.NOTHING)


def _whole(told: Callable[[Any], str], value: Any) -> str:
    """Return what is told of a whole number, which pandas hands over as one of its own."""
    return told(int(value))


def _plain(value: Any) -> str:
    """Return a value that no column tells of in its own way."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return f"{reader.moment(value, ZoneInfo('UTC'))} UTC"
    if isinstance(value, date):
        return reader.day(value)
    return str(value)


def lasted(seconds: int) -> str:
    """Return a length of time, or by how much it is over; the negative one of what is left to a target."""
    return f"over by {reader.duration(-seconds)}" if seconds < 0 else reader.duration(seconds)


def _cell(column: str, value: Any) -> Any:
    """Return a value as a table shows it: a period or an hour in the reader's words."""
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
    if column.endswith("seconds"):
        return st.column_config.NumberColumn(label, help=meaning)
    if any(isinstance(value, float) for value in values):
        return st.column_config.NumberColumn(label, help=meaning, format="percent")
    if any(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return st.column_config.NumberColumn(label, help=meaning, format="localized")
    return st.column_config.Column(label, help=meaning)
