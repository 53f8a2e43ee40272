"""A WhatsApp chat as its apps export it: a text file, alone or in a zip, in any locale.

The times are local, so they need a zone. Android tells only minutes: messages of the same stamp keep
the order of the file, a microsecond apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial

from loaders.answers import Answers
from loaders.chat_stamp import Style, header, header_unread
from loaders.chats import Keyed, ask_for, each_file, names_people
from loaders.date_order import DateOrder, Order, day_of
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import Ask, NotUsable, Problem, SpoiltRow, shown
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source, lines
from loaders.times import Clock
from loaders.whatsapp_lines import Entry, Reading, entries, is_marked, split_author
from loaders.whatsapp_words import tells_encryption

FORMAT = "whatsapp"
TITLE = "WhatsApp chat (text)"
EXPECTS = "lines such as 31/12/2023, 23:59 - Name: text"

_LOOKED_AT = 60
# A style that so few lines are written in comes from a text that somebody pasted.
_STYLE_SHARE = 10
_LOG_LEVEL = re.compile(r"\b(?:trace|debug|info|notice|warn(?:ing)?|error|critical|fatal)$", re.I)
_COPY = re.compile(r"(?:\s*\(\d+\)|[-_ ]part[-_ ]?\d+)+$", re.IGNORECASE)
_APP = re.compile(r"whats\s?app", re.IGNORECASE)
# "WhatsApp Chat with Anna", "Chat de WhatsApp con Anna", "WhatsApp Chat - Anna"
_TITLE = re.compile(
    r".*?whats\s?app(?:[- ]?chat)?(?: (?:with|mit|con|com|avec|met|med|с|z|cu|s|ile|dengan|-))? +(.+)",
    re.IGNORECASE,
)


@dataclass
class _Survey:
    """One file, read once: its styles, its dates, who writes how much, and the chat's own name.

    On iPhones, the notice on encryption above a chat stands in the name of the chat. `spoken` are those who wrote what
    WhatsApp put no mark before.
    """

    styles: Counter[Style]
    dates: dict[Style, DateOrder]
    authors: dict[Style, Counter[str]]
    spoken: set[str] = field(default_factory=set)
    title: str | None = None


@dataclass(frozen=True)
class _Chat:
    """What one file's messages have in common."""

    account: str
    namespace: str
    channel: str
    thread: str
    order: Order
    reading: Reading
    who: Answers
    owner: str | None


def identify(head: Head) -> bool:
    """Tell whether the file begins with a stamped message, or is mostly made of such lines."""
    found: list[str] = []
    seen = unread = 0
    if b"\x00" in head.data and not head.encoding.startswith("utf-16"):
        return False  # a zip may hold a chat that is not packed
    for line in head.text.split("\n"):
        if not line.strip("\ufeff \r\t\u200e"):
            continue
        seen += 1
        if (parsed := header(line)) is not None:
            found.append(parsed[1])
        elif header_unread(line) is not None:
            unread += 1
        elif seen == 1 and head.text.lstrip()[:1] in "{<":
            return False
        if seen >= _LOOKED_AT or (seen == 3 and not found and not unread):
            break
    authors = [author for body in found if (author := split_author(body)[0]) is not None]
    if not authors or all(_LOG_LEVEL.search(author) for author in authors):
        return False
    return (len(found) + unread) * 4 >= seen or header(
        head.text.lstrip().partition("\n")[0]
    ) is not None


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read each file twice: first for its styles, dates and authors, then for its messages."""
    surveys = each_file(sources, sink, lambda source: _survey(source, options))
    known = [source for source in sources if str(source.path) in surveys]
    chats = _chats(known, surveys, options)
    keyed = Keyed(sink)
    read = partial(_read, chats=chats, sink=sink, keyed=keyed, options=options)
    each_file(known, sink, read, again=True)
    keyed.finish()


def _survey(source: Source, options: Options) -> _Survey:
    survey = _Survey(Counter(), {}, {})
    for line in lines(source, Unheard()):
        found = header(line.rstrip("\r\n"))
        if found is None:
            continue
        stamp, body = found
        survey.styles[stamp.style] += 1
        dates = survey.dates.setdefault(stamp.style, DateOrder(options.now.date()))
        dates.see(stamp.date, stamp.style.separator, stamp.year_first)
        author, text = split_author(body)
        if author is not None and survey.styles.total() == 1 and tells_encryption(text):
            survey.title = author
        elif author is not None:
            survey.authors.setdefault(stamp.style, Counter())[author] += 1
            if not is_marked(text):
                survey.spoken.add(author)
    if not survey.styles:
        raise NotUsable("empty", f"{source.name} holds no message of a chat. Export it again.")
    return survey


def _chats(
    sources: list[Source], surveys: dict[str, _Survey], options: Options
) -> dict[str, _Chat]:
    """Find out whose chats these are, or ask once for all of them."""
    chats: dict[str, _Chat] = {}
    asked: Counter[str] = Counter()
    missing: set[str] = set()
    dates: tuple[Ask, ...] = ()
    for source in sources:
        survey = surveys[str(source.path)]
        who = options.answers(FORMAT, source.name, source.inside)
        most = survey.styles.most_common(1)[0]
        styles = [s for s, count in survey.styles.items() if count * _STYLE_SHARE >= most[1]]
        authors: Counter[str] = sum((survey.authors.get(s, Counter()) for s in styles), Counter())
        title = survey.title or _title(source)
        if _is_group(survey, authors):
            del authors[title]
        owner = None if names_people(who) else _owner(authors, title)
        account = who.account or owner
        if account is None:
            missing.add("account")
        if owner is None and not names_people(who):
            missing.add("agents")
            asked += authors
        try:
            order = survey.dates[most[0]].order(source.name, FORMAT, who.day_first)
        except NotUsable as unclear:
            if not unclear.asks:
                raise
            dates = dates or unclear.asks
            continue
        if account is None:
            continue
        chats[str(source.path)] = _Chat(
            account=account,
            namespace=who.namespace or account,
            channel=who.channel or "WhatsApp",
            thread=_thread(authors, title, who, owner),
            order=order,
            reading=Reading(frozenset(styles), frozenset(authors), title),
            who=who,
            owner=owner,
        )
    if missing or dates:
        raise ask_for(sources[0].name, FORMAT, missing, asked, *dates)
    return chats


def _is_group(survey: _Survey, authors: Counter[str]) -> bool:
    """Tell whether the notice above a chat stands in the name of a group, which says nothing itself, but WhatsApp in its name."""
    title = survey.title
    return title in authors and title not in survey.spoken and len(authors) > 2


def _title(source: Source) -> str:
    """Give the chat's name as the file is called; `_chat.txt` has that of its zip."""
    inner, _, outer = source.name.partition(" in ")
    stem = inner.rpartition("/")[2]
    if stem.lower() in ("_chat.txt", "chat.txt") and (outer or "/" in inner):
        stem = outer.rpartition("/")[2] or inner.split("/")[-2]
    stem = _COPY.sub("", re.sub(r"\.(?:txt|zip)$", "", stem, flags=re.IGNORECASE))
    found = _TITLE.fullmatch(stem)
    return (found[1] if found else stem).strip() or "chat"


def _owner(authors: Counter[str], title: str) -> str | None:
    """Give the one of two who is not the one that the chat is named after: whose phone it is."""
    if len(authors) != 2 or title not in authors:
        return None
    return next(author for author in authors if author != title)


def _thread(authors: Counter[str], title: str, who: Answers, owner: str | None) -> str:
    """Name the chat: by its one customer, else, for a group, by its title."""
    customers = [name for name in authors if name != owner and who.role(name) == "customer"]
    return customers[0] if len(customers) == 1 else title


def _read(
    source: Source, chats: dict[str, _Chat], sink: Sink, keyed: Keyed, options: Options
) -> None:
    chat = chats[str(source.path)]
    clock = Clock(source.name, options, chat.who.time_zone)
    stamp, place = "", 0
    for entry in entries(lines(source, sink), chat.reading):
        if entry.stamp.unread:
            sink.problem(
                entry.line, _unread(entry), f"{entry.stamp.written} {entry.author}: {entry.text}"
            )
            continue
        place = place + 1 if entry.stamp.written == stamp else 0
        stamp = entry.stamp.written
        raw = f"{stamp} {entry.author or ''}: {entry.text}"
        try:
            message = _message(entry, chat, clock, options)
        except SpoiltRow as spoilt:
            sink.problem(entry.line, spoilt.problem, raw)
            continue
        later = message.sent_at + timedelta(microseconds=min(place, 999_999))
        keyed.message(message._replace(sent_at=later), sent_at=message.sent_at)
        if entry.cut:
            sink.problem(entry.line, _TOO_LONG, raw)
    clock.tell(sink)


_TOO_LONG = Problem(
    "too long",
    "this message goes on for more than a MiB; only its beginning was kept",
    "Look whether the lines after it are part of the chat, and export it again.",
)


def _unread(entry: Entry) -> Problem:
    return Problem(
        "part of the day",
        f"in {shown(entry.stamp.written)} the part of the day ({shown(entry.stamp.unread)}) is no word that is known here",
        "Set the phone to 24 hours, or its language to English, and export the chat again.",
    )


def _message(entry: Entry, chat: _Chat, clock: Clock, options: Options) -> Message:
    stamp, author = entry.stamp, None if entry.notice else entry.author
    day = day_of(stamp.date, chat.order, options.now.date(), stamp.written)
    local = datetime.combine(day, time(stamp.hour, stamp.minute, stamp.second))
    role = "system" if author is None else chat.who.role(author)
    if author is not None and author == chat.owner:
        role = "agent"
    return Message(
        platform="whatsapp",
        namespace=chat.namespace,
        message_key="",
        account=chat.account,
        channel=chat.channel,
        thread_key=chat.thread,
        reply_to_key=None,
        author_key=author,
        author_name=author,
        role=role,
        visibility="private",
        sent_at=clock.instant(local, "the time", chat.account, entry.line),
        edited_at=None,
        event=None,
        text=entry.text or None,
        line=entry.line,
    )
