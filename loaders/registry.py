"""All loaders, and which of them reads a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from loaders import (
    chatwoot,
    dialogs,
    discord,
    discord_csv,
    freshdesk,
    front,
    github,
    gorgias,
    graph_inbox,
    helpscout,
    hubspot,
    intercom_csv,
    intercom_json,
    log_csv,
    log_json,
    log_parquet,
    mail,
    meta_inbox,
    reply_pairs,
    reviews_app_store,
    reviews_app_store_csv,
    reviews_console,
    reviews_play,
    slack,
    stackexchange,
    telegram,
    twcs,
    whatsapp,
    x_archive,
    zammad,
    zendesk_csv,
    zendesk_json,
)
from loaders.archives import is_archive
from loaders.options import Options
from loaders.problems import NotUsable, Problem
from loaders.sink import Sink
from loaders.source import Head, Source, is_cut_off, source_at
from loaders.unknown import verdict


class Loader(Protocol):
    """What a loader module offers.

    `FORMAT` is its name in results, `TITLE` its name for people, `EXPECTS` the columns or keys
    that such a file has to have. `identify` looks at the head of a file. `load` hands messages and
    problems to the sink; it raises NotUsable when the file as a whole can't be loaded.

    A format whose exports are many files says `TOGETHER = True`: those of one folder are one
    load. Where one file is of no use without another, it has `load_together(sources, sink, options)`,
    which gets all of them, instead of `load`.
    """

    FORMAT: str
    TITLE: str
    EXPECTS: str

    def identify(self, head: Head) -> bool: ...  # noqa: D102


LOADERS: tuple[Loader, ...] = (
    twcs,
    log_csv,
    log_json,
    log_parquet,
    mail,
    github,
    stackexchange,
    whatsapp,
    telegram,
    zendesk_csv,
    zendesk_json,
    intercom_json,
    intercom_csv,
    freshdesk,
    chatwoot,
    zammad,
    helpscout,
    front,
    gorgias,
    hubspot,
    meta_inbox,
    reviews_app_store,
    reviews_app_store_csv,
    reviews_console,
    reviews_play,
    graph_inbox,
    slack,
    discord,
    discord_csv,
    x_archive,
    dialogs,
    reply_pairs,
)


def is_together(loader: Loader) -> bool:
    """Tell whether all files of this format in one folder are one export."""
    return bool(getattr(loader, "TOGETHER", False)) or hasattr(loader, "load_together")


def load_with(loader: Any, sources: Sequence[Source], sink: Sink, options: Options) -> None:
    """Load these files with a loader, in whichever way it takes them."""
    who = options.answers(loader.FORMAT, sources[0].name, sources[0].inside)
    if who.time_zone is not None:
        # For loaders that ask nothing else; a zone of an account in the settings is more exact.
        options = replace(options, time_zones={**options.time_zones, "*": who.time_zone})
    if hasattr(loader, "load_together"):
        loader.load_together(sources, sink, options)
        return
    for source in sources:
        sink.begin(source, alone=len(sources) == 1)
        try:
            loader.load(source, sink, options)
            if is_cut_off(source, sink.last_problem):
                sink.cut(
                    f"{source.name} ends in the middle, as a file does that was cut off: export it again "
                    "to get the messages that may be missing."
                )
        except NotUsable as found:
            if len(sources) == 1 or found.code in _FOR_ALL:
                raise
            # One spoilt file of many costs that file.
            sink.problem(None, Problem(f"file {found.code}", found.sentence, ""), source.name)


# What is missing for one file of an export is missing for all.
_FOR_ALL = ("no_time_zone", "needs_answers")


def candidates(head: Head) -> list[Loader]:
    """Give the loaders that claim a plain file; none claims an archive, whose files can lie in it unpacked."""
    if is_archive(head.data):
        return []
    return [loader for loader in LOADERS if loader.identify(head)]


def identify(path: Path) -> Loader:
    """Give the one loader for a plain file; raise NotUsable where there is none or several."""
    return loader_for(source_at(path, path.name).head)


def loader_for(head: Head) -> Loader:
    """Give the one loader that claims a file; raise NotUsable where there is none or several."""
    found = candidates(head)
    if len(found) == 1:
        return found[0]
    if not found:
        raise verdict(head)
    raise NotUsable(
        "ambiguous",
        f"{head.name} fits {len(found)} formats: {'; '.join(loader.TITLE for loader in found)}. "
        "Leave only the columns of one of them in it and load it again.",
    )
