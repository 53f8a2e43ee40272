"""Messages as export files: the Twitter-support CSV, and canonical NDJSON."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from data.northlight.accounts import ACCOUNTS, Account
from data.northlight.message import Message

POLLS_FILES = "northlight_polls*.ndjson"
CSV_COLUMNS = (
    "tweet_id",
    "author_id",
    "inbound",
    "created_at",
    "text",
    "response_tweet_id",
    "in_response_to_tweet_id",
)


def replace_file(path: Path, text: str) -> None:
    """Write a file that appears whole or not at all; the folder is made if missing.

    Until it is whole its name begins with a dot, which no reader of the folder takes up.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(text, encoding="utf-8", newline="")
    unfinished.replace(path)


def file_name(account: Account, stamp: str = "") -> str:
    """Name of an account's export; `stamp` tells what came later apart."""
    kind = "csv" if account.platform == "x" else "ndjson"
    return f"{account.stem}{'-' if stamp else ''}{stamp}.{kind}"


def write_polls(now: datetime, folder: Path, stamp: str = "") -> Path:
    """Write that every account was asked for news at `now`, as a live feed's poll does.

    The rows are system rows: they move *as of* and stand in no metric. Each has one key for ever,
    so the next poll replaces the last.
    """
    rows = [
        {
            "platform": account.platform,
            "account": account.name,
            "channel": account.channel,
            "message_key": f"poll of {account.name}",
            "role": "system",
            "event": "polled",
            "sent_at": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        }
        for account in ACCOUNTS
    ]
    path = folder / f"northlight_polls{'-' if stamp else ''}{stamp}.ndjson"
    replace_file(path, "".join(json.dumps(row) + "\n" for row in rows))
    return path


def write_exports(
    messages: Iterable[Message], folder: Path, stamp: str = "", *, empty: bool = False
) -> list[Path]:
    """Write one export per account that has messages, or per account if `empty`."""
    by_account: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_account[message.account.name].append(message)
    written = []
    for account in ACCOUNTS:
        found = by_account[account.name]
        if found or empty:
            path = folder / file_name(account, stamp)
            replace_file(path, as_csv(found) if account.platform == "x" else as_ndjson(found))
            written.append(path)
    return written


def as_csv(messages: list[Message]) -> str:
    """Write tweets in the shape of "Customer Support on Twitter".

    `response_tweet_id` lists the replies that are in the same file, as that export does.
    """
    replies: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        if message.reply_to:
            replies[message.reply_to].append(message.key)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for message in messages:
        writer.writerow(
            (
                message.key,
                message.author_key,
                message.role == "customer",
                message.sent_at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
                message.text,
                ",".join(replies.get(message.key, ())),
                message.reply_to or "",
            )
        )
    return out.getvalue()


def as_ndjson(messages: list[Message]) -> str:
    """Write messages as canonical records, one JSON object a line."""
    return "".join(json.dumps(_record(message), ensure_ascii=False) + "\n" for message in messages)


def _record(message: Message) -> dict[str, str | None]:
    return {
        "platform": message.account.platform,
        "account": message.account.name,
        "channel": message.account.channel,
        "message_key": message.key,
        "thread_key": message.thread,
        "reply_to_key": message.reply_to,
        "author_key": message.author_key,
        "author_name": message.author_name,
        "role": message.role,
        "visibility": message.account.visibility,
        "sent_at": message.sent_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "text": message.text,
    }
