"""For people: how each format is exported, what it may ask for, and where it is described."""

from __future__ import annotations

from typing import NamedTuple


class Guide(NamedTuple):
    """What to export, the page in docs/ that tells more, and the keys of `[[sources]]` that may be asked for."""

    export: str
    page: str
    asks: tuple[str, ...] = ()


_WHO = ("account", "agents")
_LOG = "loading.md#the-message-log"

GUIDE = {
    "twcs": Guide(
        "the public CSV, in any of the shapes it circulates in",
        "formats/x.md#the-public-csv",
        ("time_zone",),
    ),
    "log_csv": Guide("whatever can export a table of messages, as CSV", _LOG, ("time_zone",)),
    "log_json": Guide("the same as NDJSON or one JSON list", _LOG, ("time_zone",)),
    "log_parquet": Guide("the same as Parquet", _LOG, ("time_zone",)),
    "email": Guide("the mailbox as it is, Inbox and Sent together", "formats/email.md", _WHO),
    "github": Guide(
        "`gh issue list --json …`, or the API's issues and comments",
        "formats/forums.md#github-issues",
        ("agents",),
    ),
    "stackexchange": Guide(
        "the API's `/questions`, with bodies, answers and comments",
        "formats/forums.md#stack-exchange",
        _WHO,
    ),
    "whatsapp": Guide(
        "on the phone: the chat's menu, *More*, *Export chat*",
        "formats/whatsapp.md",
        (*_WHO, "time_zone", "day_first"),
    ),
    "telegram": Guide(
        "Telegram Desktop: *Export chat history* or *Export Telegram data*, as JSON",
        "formats/telegram.md",
        (*_WHO, "time_zone"),
    ),
    "zendesk_csv": Guide(
        "the tables of tickets, comments and users from a warehouse", "formats/zendesk.md", _WHO
    ),
    "zendesk_json": Guide(
        "*Reports*, *Export*, *JSON export*, or the API's tickets with their comments",
        "formats/zendesk.md",
        _WHO,
    ),
    "intercom_json": Guide("the API's `/conversations/ID`", "formats/intercom.md", ("account",)),
    "intercom_csv": Guide(
        "the tables of conversations, parts, admins and contacts from a warehouse",
        "formats/intercom.md",
        ("account",),
    ),
    "freshdesk": Guide(
        "the API's tickets, each with its conversations", "formats/freshdesk.md", ("account",)
    ),
    "chatwoot": Guide(
        "the API's conversations with their messages", "formats/chatwoot.md", ("account",)
    ),
    "zammad": Guide("the API's tickets with their articles", "formats/zammad.md", ("account",)),
    "helpscout": Guide(
        "the API's `/conversations?embed=threads`", "formats/helpscout.md", ("account",)
    ),
    "front": Guide("the API's conversations with their messages", "formats/front.md", ("account",)),
    "gorgias": Guide("the API's tickets with their messages", "formats/gorgias.md", ("account",)),
    "hubspot": Guide("the API's threads with their messages", "formats/hubspot.md", ("account",)),
    "meta": Guide(
        "*Accounts Centre*, *Download your information*: messages, as JSON",
        "formats/meta.md#download-your-information",
        ("platform", *_WHO),
    ),
    "reviews_app_store": Guide(
        "the API's `/customerReviews?include=response`", "formats/reviews.md", ("account",)
    ),
    "reviews_app_store_csv": Guide(
        "a CSV of review tools", "formats/reviews.md", ("account", "time_zone")
    ),
    "reviews_play_console": Guide(
        "Play Console: *Download reports*, *Reviews*", "formats/reviews.md"
    ),
    "reviews_play": Guide(
        "a CSV of programs that read the public store",
        "formats/reviews.md",
        ("account", "time_zone"),
    ),
    "graph": Guide(
        "the API's `/conversations` of a page",
        "formats/meta.md#a-pages-inbox-from-the-graph-api",
        _WHO,
    ),
    "slack": Guide("*Import/Export data*, *Export*: the zip as it is", "formats/slack.md", _WHO),
    "discord": Guide("DiscordChatExporter, as JSON", "formats/discord.md", _WHO),
    "discord_csv": Guide(
        "DiscordChatExporter, as CSV", "formats/discord.md", (*_WHO, "time_zone", "day_first")
    ),
    "x_archive": Guide(
        "*Download an archive of your data*: the zip as it is",
        "formats/x.md#account-archive",
        _WHO,
    ),
    "dialogs": Guide(
        "conversation JSON as data sets have it", "formats/x.md#care-conversations", ("time_zone",)
    ),
    "pairs": Guide(
        "a table with the time of each question and of its reply",
        "formats/x.md#reply-pairs",
        ("account", "time_zone"),
    ),
    "mapped": Guide(
        "any other table, with a mapping",
        "formats/mapping.md",
        (*_WHO, "time_zone", "day_first"),
    ),
}
