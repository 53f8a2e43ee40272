"""What a file is that no loader knows, said in a sentence or two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders import log_parquet
from loaders.csv_layout import layout_of
from loaders.json_items import keys_at_start
from loaders.likeliest import nearest
from loaders.problems import Ask, NotUsable, shown
from loaders.source import Head

_MAGIC = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"BZh", "compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "compressed with xz; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
)
_TAR_PLACE, _TAR_MAGIC = 257, b"ustar"

_WEB_PAGE = re.compile(r'[\s"\']*<(?:!doctype html|html|head|body|script)\b', re.IGNORECASE)
_PAGE_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")

# More than one odd character in this many is no text.
_ODD_SHARE = 50
BY_MAPPING = (
    "If each row is a message, a question with its reply or a step of a ticket, say which column is what: on "
    "the Data page, or with `python -m sla map FILE`."
)
WHICH_COLUMN = Ask("mapping", "Which of its columns is what?")
AN_EXPORT = "Load the file in which the messages were exported."
WHOLE_LIST = "All formats that are read are listed in docs/loading.md and on the Data page."
_BLANK = "\ufeff \t\r\n\f\v\x00,;"
_NAMES_SHOWN = 20


def verdict(head: Head) -> NotUsable:
    """Say what the file is and what to do, then which formats come nearest and where all of them are listed."""
    if head.size == 0:
        return NotUsable("empty", f"{head.name} is empty (0 bytes). Export it again.")
    if not head.text.strip(_BLANK):
        return NotUsable(
            "empty", f"{head.name} holds nothing but blank space where it begins. Export it again."
        )
    if head.data.startswith(log_parquet.MAGIC) and log_parquet.columns_of(head) is None:
        return NotUsable(
            "truncated",
            f"{head.name} begins as a Parquet file, but its end is missing or damaged: it was cut "
            "off while it was written or copied. Fetch it again.",
        )
    if is_web_page(head):
        found = _PAGE_TITLE.search(head.text)
        title = f" titled {shown(found[1])}" if found and found[1].strip() else ""
        return NotUsable(
            "not_a_log",
            f"{head.name} is a web page{title}, not an export: the download gave a page that asks "
            "for something instead of the file. Open the link in a browser, download the file "
            "itself and load that.",
        )
    table = _table(head)
    if table is not None:
        sentence = f"{head.name} is {table}. {BY_MAPPING}{nearest(head)} {WHOLE_LIST}"
        return NotUsable("not_a_log", sentence, (WHICH_COLUMN,))
    kind = _kind_of_bytes(head) or "text, but neither a table with a header nor JSON objects"
    return NotUsable("not_a_log", f"{head.name} is {kind}. {AN_EXPORT} {WHOLE_LIST}")


def is_web_page(head: Head) -> bool:
    """Tell whether a file is a page that was saved in the place of an export."""
    return _WEB_PAGE.match(head.text) is not None


def _table(head: Head) -> str | None:
    """Say what columns or keys there are, None if the file has no such thing."""
    columns = log_parquet.columns_of(head)
    if columns is not None:
        return f"a Parquet file with {_names(columns)}"
    if _kind_of_bytes(head) is not None:
        return None
    keys = keys_at_start(head)
    if keys:
        return f"JSON whose first entry has {_names(sorted(keys[0]), 'keys')}"
    columns = layout_of(head.text).columns
    # A header does not begin like JSON, nor like the bracketed time of a chat.
    has_header = columns and not head.text.lstrip().startswith(("[", "{"))
    return f"a table with {_names(columns)}" if has_header else None


def _kind_of_bytes(head: Head) -> str | None:
    for magic, name in _MAGIC:
        if head.data.startswith(magic):
            return name
    if head.data[_TAR_PLACE:].startswith(_TAR_MAGIC):
        return "a tar archive; unpack it first"
    odd = len(_ODD.findall(head.text))
    return "binary data, not text" if odd * _ODD_SHARE > len(head.text) else None


def _names(names: Sequence[str], what: str = "columns") -> str:
    named = [" ".join(name.split())[:40] for name in names if name.strip()]
    if not named:
        return f"no named {what}"
    more = f" and {len(named) - _NAMES_SHOWN} more" if len(named) > _NAMES_SHOWN else ""
    return f"the {what} {', '.join(named[:_NAMES_SHOWN])}{more}"
