"""Discord channels as DiscordChatExporter writes them, as CSV.

The table has no ids and no reply marks, so a channel is one thread; the JSON of the same exporter says more.
Its file name, `Server - Category - channel [id].csv`, tells server and channel. Times without an offset need
a zone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from loaders.chats import Keyed, ask_for, each_file, names_people
from loaders.csv_layout import layout_of
from loaders.csv_rows import CsvRows
from loaders.date_order import DateOrder, Order, day_of
from loaders.discord import Channel
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import SpoiltRow, shown
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source
from loaders.times import Clock, written_time

FORMAT = "discord_csv"
TITLE = "Discord channel (DiscordChatExporter CSV)"

_COLUMNS = ("authorid", "author", "date", "content")
EXPECTS = "AuthorID, Author, Date, Content"

_NAME = re.compile(r"(?:(.+?) - )?(?:.+ - )?(.+?) \[(\d{15,21})\]")
_WRITTEN_MONTH = re.compile(r"(\d{1,2})-([A-Z][a-z]{2})-(\d{2,4}) (.+)")
_NUMBERS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4}),? (.+)")
_NO_SERVER = "Direct Messages"


def identify(head: Head) -> bool:
    """Tell whether the header names the columns of the exporter."""
    return set(_COLUMNS) <= set(layout_of(head.text).columns)


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read each file twice: first for its people and the order of its dates, then for its messages."""
    surveys = each_file(sources, sink, lambda source: _survey(source, options))
    known = [source for source in sources if str(source.path) in surveys]
    asked: Counter[str] = Counter()
    missing: set[str] = set()
    orders: dict[str, Order] = {}
    for source in known:
        channel, dates = surveys[str(source.path)]
        who = options.answers(FORMAT, source.name, source.inside)
        if dates.rows:
            orders[str(source.path)] = dates.order(source.name, FORMAT, who.day_first)
        if not names_people(who):
            missing.add("agents")
            asked += channel.authors
        if who.account is None and channel.server is None:
            missing.add("account")
    if missing:
        raise ask_for(sources[0].name, FORMAT, missing, asked)
    keyed = Keyed(sink)

    def read(source: Source) -> None:
        channel = surveys[str(source.path)][0]
        _read(source, channel, orders.get(str(source.path), "dmy"), sink, keyed, options)

    each_file(known, sink, read, again=True)
    keyed.finish()


def _survey(source: Source, options: Options) -> tuple[Channel, DateOrder]:
    channel, dates = _channel(source), DateOrder(options.now.date())
    layout = layout_of(source.head.text)
    places = layout.places(_COLUMNS, source.name)
    for _, fields in CsvRows(source, layout, Unheard()):
        channel.authors[fields[places["author"]].strip()] += 1
        if found := _NUMBERS.fullmatch(fields[places["date"]].strip()):
            dates.see((found[1], found[3], found[4]), found[2], len(found[1]) == 4)
    return channel, dates


def _channel(source: Source) -> Channel:
    stem = re.sub(r"\.csv$", "", source.inside.rpartition("/")[2], flags=re.IGNORECASE)
    found = _NAME.match(stem)
    if found is None:
        return Channel(key=stem, name=stem)
    direct = found[1] == _NO_SERVER
    kind = "DirectTextChat" if direct else ""
    return Channel(found[3], found[2], kind, None if direct else found[1])


def _read(
    source: Source, channel: Channel, order: Order, sink: Sink, keyed: Keyed, options: Options
) -> None:
    who = options.answers(FORMAT, source.name, source.inside)
    clock = Clock(source.name, options, who.time_zone)
    account = who.account or channel.server
    layout = layout_of(source.head.text)
    places = layout.places(_COLUMNS, source.name)

    def make(row: Mapping[str, str], line: int) -> Message:
        written = row["date"].strip()
        time = _time(written, order, options)
        name, author = row["author"].strip(), row["authorid"].strip()
        message = Message(
            platform="discord",
            namespace=who.namespace or channel.key,
            message_key="",
            account=account,
            channel=who.channel or channel.called(),
            thread_key=channel.key,
            reply_to_key=None,
            author_key=author or name or None,
            author_name=name or None,
            role=who.role(author, name, name.partition("#")[0]),
            visibility="private" if channel.direct else "public",
            sent_at=clock.instant(time or written, "Date", account, line),
            edited_at=None,
            event=None,
            text=row["content"] or None,
            line=line,
        )
        return keyed.with_key(message)

    CsvRows(source, layout, sink).load(places, make)
    clock.tell(sink)


def _time(written: str, order: Order, options: Options) -> datetime | None:
    """Read `05-Sep-21 12:13 PM` and the short dates of a locale; None for what is ISO 8601."""
    if written_time(written) is not None:
        return None
    if found := _WRITTEN_MONTH.fullmatch(written):
        for form in ("%d-%b-%y %I:%M %p", "%d-%b-%y %H:%M", "%d-%b-%Y %I:%M %p", "%d-%b-%Y %H:%M"):
            try:
                return datetime.strptime(written, form)  # noqa: DTZ007 - its zone is added by the clock
            except ValueError:
                continue
    if found := _NUMBERS.fullmatch(written):
        day = day_of((found[1], found[3], found[4]), order, options.now.date(), written)
        for form in ("%I:%M %p", "%H:%M", "%I:%M:%S %p", "%H:%M:%S"):
            try:
                return datetime.combine(day, datetime.strptime(found[5], form).time())  # noqa: DTZ007
            except ValueError:
                continue
    raise SpoiltRow("no time", f"Date is {shown(written)}, which is no time", "Export it as JSON.")
