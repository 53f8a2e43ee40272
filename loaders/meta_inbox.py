"""Messages of Messenger and Instagram as "Download your information" gives them (JSON).

A thread is one or several files `message_N.json`. Whose export it is follows from the threads: it is who
takes part in all of them, and in a chat of two the one that it is not named after. Real exports write
every byte of UTF-8 as a character of its own; whether a file does is found from its texts. Chats that were
encrypted end to end come in another shape, which is read as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from loaders.answers import Answers
from loaders.chats import Keyed, ask_for, each_file, names_people, owner_of
from loaders.json_fields import entry_of, key_of, object_of, objects_of, raw_of, text_of
from loaders.json_walk import walk
from loaders.messages import Message
from loaders.options import Options
from loaders.problems import Ask, NotUsable, SpoiltRow
from loaders.sink import Sink, Unheard
from loaders.source import Head, Source
from loaders.times import Clock

FORMAT = "meta"
TITLE = "Messenger or Instagram download (JSON)"
EXPECTS = "messages with sender_name and timestamp_ms"

_PLAIN = re.compile(r'"sender_name"\s*:')
_PLAIN_TIME = re.compile(r'"timestamp_ms"\s*:')
_ENCRYPTED = re.compile(r'"senderName"\s*:')
_ENCRYPTED_TIME = re.compile(r'"timestamp"\s*:\s*\d{12}')
_INSTAGRAM = re.compile(r"instagram", re.IGNORECASE)
_FACEBOOK = re.compile(r"facebook|messenger", re.IGNORECASE)
_FOLDER = re.compile(r"(?:^|/)([^/]+)/message_\d+\.json$")
_ATTACHED = ("photos", "videos", "files", "audio_files", "gifs", "media")
_ONLY_FACEBOOK = ("your_facebook_activity/", "messages/stickers_used/")
# An encrypted chat has a number behind its name.
_NUMBERED = re.compile(r"_\d+$")
_NOTICE = re.compile(r"(?:Liked a message|Reacted \S{1,12} to your message)\s*")
# What stands for a call where the file has no duration of it, in the languages that it is seen in most.
_CALL = re.compile(
    r"(?:the )?(?:video chat|video call|audio call|voice call|call) ended|(?:le |la )?(?:discussion|appel|chat) (?:vidéo |audio )?(?:est )?terminée?|"
    r"(?:der )?(?:video-?(?:chat|anruf)|anruf|audioanruf) (?:wurde )?beendet|(?:el |la )?(?:chat de video|videochat|videollamada|llamada) (?:finalizó|ha finalizado|terminó|finalizad[ao])|"
    r"(?:la )?(?:video)?(?:chat|chiamata)(?: video)? (?:è )?terminata|(?:o |a )?(?:bate-papo (?:com|por|de) vídeo|(?:video)?chamada(?: de vídeo| de voz)?) (?:foi )?(?:encerrad|terminad)[ao]|"
    r"(?:het )?(?:videogesprek|videochat|gesprek) (?:is )?beëindigd|(?:görüntülü sohbet|arama) sona erdi|(?:czat wideo|rozmowa wideo|połączenie) zakończon[eay]|"
    r"видеочат завершен|звонок завершен|you missed a (?:video |voice )?(?:call|chat) from [^\n]{1,100}|you are now connected on messenger",
    re.IGNORECASE,
)
_NOTICE_TYPES = ("Call", "Subscribe", "Unsubscribe", "call")
_PLATFORM = Ask(
    "platform", "Is it from Messenger or from Instagram?", (("messenger", 0), ("instagram", 0))
)
_NAMES = {"messenger": "Messenger", "instagram": "Instagram messages"}


@dataclass
class _Thread:
    """One file, read once: who takes part, who writes how much, and how its texts are written."""

    title: str | None = None
    path: str | None = None
    members: set[str] = field(default_factory=set)
    authors: Counter[str] = field(default_factory=Counter)
    escaped: int = 0
    whole: int = 0
    platform: str | None = None

    def plain(self, text: str) -> str:
        """Undo the escaping of bytes, where this file has it."""
        if text.isascii() or self.whole > self.escaped:
            return text
        return _unescaped(text) or text


@dataclass(frozen=True)
class _Party:
    """What one file's messages have in common."""

    thread: _Thread
    key: str
    platform: str
    account: str
    who: Answers
    owner: str | None


def identify(head: Head) -> bool:
    """Tell whether the file is one object with the messages of a thread."""
    text = head.text.lstrip("\ufeff \t\r\n")
    if not text.startswith("{") or '"messages"' not in text:
        return False
    plain = _PLAIN.search(text) and _PLAIN_TIME.search(text)
    return bool(plain or (_ENCRYPTED.search(text) and _ENCRYPTED_TIME.search(text)))


def load_together(sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Read each file twice: first for the people in all of them, then for its messages."""
    threads = each_file(sources, sink, _survey)
    known = [source for source in sources if str(source.path) in threads]
    parties = _parties(known, threads, options)
    keyed = Keyed(sink)
    read = partial(_read, parties=parties, sink=sink, keyed=keyed, options=options)
    each_file(known, sink, read, again=True)
    keyed.finish()


def _survey(source: Source) -> _Thread:
    thread = _Thread()
    hints: Counter[str] = Counter()
    places = ("title", "threadName", "thread_path", "participants.*", "messages.*")
    for found in walk(source, Unheard(), *places):
        value = found.value
        if found.path[0] in ("title", "threadName") and isinstance(value, str):
            thread.title = value
        elif found.path[0] == "thread_path" and isinstance(value, str):
            thread.path = value
        elif found.path[0] == "participants":
            name = value.get("name") if isinstance(value, dict) else value
            thread.members |= {name.strip()} if isinstance(name, str) and name.strip() else set()
        elif isinstance(value, dict):
            _see(value, thread, hints)
    if not thread.authors:
        raise NotUsable("empty", f"{source.name} holds no message of a thread. Export it again.")
    thread.members = {thread.plain(name).strip() for name in thread.members}
    counts: Counter[str] = Counter()
    for name, count in thread.authors.items():
        counts[thread.plain(name).strip()] += count
    thread.authors = counts
    thread.title = thread.plain(thread.title).strip() if thread.title else None
    thread.platform = _platform(source.inside, hints)
    return thread


def _see(fields: dict[str, Any], thread: _Thread, hints: Counter[str]) -> None:
    """Take one message into account: its author, its writing, and what its links tell."""
    try:
        author = key_of(fields, "sender_name", "senderName")
        texts = (author or "", text_of(fields, "content", "text") or "")
    except SpoiltRow:
        return
    if author is not None:
        thread.authors[author] += 1
    for text in texts:
        if not text.isascii():
            mended = _unescaped(text) is not None
            thread.escaped += mended
            thread.whole += not mended
    attached = [one for what in _ATTACHED for one in objects_of(fields, what)]
    for one in (*attached, object_of(fields, "sticker")):
        uri = one.get("uri")
        if isinstance(uri, str):
            hints["instagram"] += uri.startswith("your_instagram_activity/")
            hints["messenger"] += uri.startswith(_ONLY_FACEBOOK)


def _unescaped(text: str) -> str | None:
    """Read the characters as bytes of UTF-8; None where they are none."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None


def _platform(inside: str, hints: Counter[str]) -> str | None:
    """Tell the platform from the folders around the file, or from where its photos lie."""
    folders = inside.rpartition("/")[0]
    if hints["instagram"] != hints["messenger"]:
        return hints.most_common(1)[0][0]
    if bool(_INSTAGRAM.search(folders)) != bool(_FACEBOOK.search(folders)):
        return "instagram" if _INSTAGRAM.search(folders) else "messenger"
    return None


def _parties(
    sources: list[Source], threads: dict[str, _Thread], options: Options
) -> dict[str, _Party]:
    """Find out whose export it is, or ask once for all files."""
    parties: dict[str, _Party] = {}
    asked: Counter[str] = Counter()
    missing: set[str] = set()
    unclear: tuple[Ask, ...] = ()
    everybody = owner_of({*t.members, *t.authors} for t in threads.values())
    platforms = {t.platform for t in threads.values() if t.platform}
    for source in sources:
        thread = threads[str(source.path)]
        who = options.answers(FORMAT, source.name, source.inside)
        owner = None if names_people(who) else everybody or _owner(thread)
        account = who.account or owner
        platform = who.platform or thread.platform or options.platform
        if platform is None and len(platforms) == 1:
            platform = next(iter(platforms))
        if owner is None and not names_people(who):
            missing.add("agents")
            asked += thread.authors
        if account is None:
            missing.add("account")
        if platform is None:
            unclear = (_PLATFORM,)
        if account is not None and platform is not None:
            key = _key(source.inside, thread, owner)
            parties[str(source.path)] = _Party(thread, key, platform, account, who, owner)
    if missing or unclear:
        raise ask_for(sources[0].name, FORMAT, missing, asked, *unclear)
    return parties


def _owner(thread: _Thread) -> str | None:
    """Give the one of two that the chat is not named after."""
    people = thread.members | set(thread.authors)
    title = thread.title or ""
    title = title if title in people else _NUMBERED.sub("", title)
    if len(people) != 2 or title not in people:
        return None
    return next(name for name in people if name != title)


def _key(inside: str, thread: _Thread, owner: str | None) -> str:
    """Name the thread by its folder, whichever box it lies in; else by its title or its people."""
    if thread.path and (folder := thread.path.rstrip("/").rpartition("/")[2].strip()):
        return thread.plain(folder)
    if folder_found := _FOLDER.search(inside):
        return folder_found[1]
    others = sorted((thread.members | set(thread.authors)) - {owner})
    return thread.title or ", ".join(others)


def _read(
    source: Source, parties: dict[str, _Party], sink: Sink, keyed: Keyed, options: Options
) -> None:
    party = parties[str(source.path)]
    clock = Clock(source.name, options, party.who.time_zone)
    for found in walk(source, sink, "messages.*"):
        try:
            if found.fault is not None:
                raise SpoiltRow(
                    "no JSON object", f"this is no message: {found.fault}", "Export it again."
                )
            fields = entry_of(found.value, "a message")
            keyed.message(_message(fields, party, clock, found.line))
        except SpoiltRow as spoilt:
            sink.problem(found.line, spoilt.problem, found.raw or raw_of(found.value))


def _message(fields: dict[str, Any], party: _Party, clock: Clock, line: int) -> Message:
    written = key_of(fields, "sender_name", "senderName")
    sent = key_of(fields, "timestamp_ms", "timestamp")
    if written is None or sent is None:
        what = "sender_name" if written is None else "timestamp_ms"
        raise SpoiltRow(f"no {what}", f"{what} is missing", "Export the thread again.")
    plain = party.thread.plain
    author = plain(written).strip()
    text = plain(text_of(fields, "content", "text") or "").replace("\x00", "")
    notice = (
        fields.get("type") in _NOTICE_TYPES
        or "call_duration" in fields
        or fields.get("is_unsent") is True
        or fields.get("isUnsent") is True
        or _NOTICE.fullmatch(text) is not None
        or _CALL.fullmatch(text.strip().rstrip(".")) is not None
    )
    role = "agent" if author == party.owner else party.who.role(author)
    return Message(
        platform=party.platform,
        namespace=party.who.namespace or party.account,
        message_key="",
        account=party.account,
        channel=party.who.channel or _NAMES.get(party.platform, party.platform),
        thread_key=party.key,
        reply_to_key=None,
        author_key=author or None,
        author_name=author or None,
        role="system" if notice else role,
        visibility="private",
        sent_at=clock.instant(sent, "timestamp_ms", party.account, line),
        edited_at=None,
        event=None,
        text=text or None,
        line=line,
    )
