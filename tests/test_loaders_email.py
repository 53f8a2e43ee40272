"""E-mail as mail programs and servers write it, and as it is when it is broken."""

from __future__ import annotations

import random
import time
import tracemalloc
import zipfile
from collections import Counter
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from loader_cases import EXPORTS, GOLDEN, NOW, Loaded, load, options_of, refuse, without_lines

from loaders import mbox as mbox_module
from loaders.html_text import text_of_html
from loaders.mail_headers import addresses, date, decoded, words
from loaders.mail_text import without_quotes
from loaders.mail_threads import normalised
from loaders.run import run

REAL = EXPORTS / "email"
ANSWERS: dict[str, Any] = {
    **NOW,
    "sources": [{"account": "help@bikeshop.example", "agents": ["@bikeshop.example"]}],
}
CUSTOMER, AGENT = "customer.a@mail.example", "agent.one@bikeshop.example"

real = pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not on this machine")


def mail(key: str | None, text: str = "Hello?", minute: int = 0, **fields: str) -> bytes:
    given = {
        "From": CUSTOMER,
        "To": "help@bikeshop.example",
        "Subject": "Bell",
        "Date": f"Mon, 4 Mar 2024 09:{minute:02}:00 +0000",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    if key is not None:
        given["Message-ID"] = f"<{key}@x.example>"
    head = "".join(f"{name}: {value}\n" for name, value in given.items() if value)
    return f"{head}\n{text}\n".encode()


def mbox(path: Path, *mails: bytes, postmark: bytes = b"From x Mon Mar  4 09:00:00 2024\n") -> Path:
    path.write_bytes(b"\n".join(postmark + one for one in mails))
    return path


def by_key(loaded: Loaded) -> dict[str, dict[str, Any]]:
    return {m["message_key"].partition("@")[0]: m for m in loaded.messages}


# Counted with grep '^From ' and with Python's mailbox where it reads the file at all; the mails
# without a Date with grep -c '^Date: .'.
@real
@pytest.mark.parametrize(
    ("name", "messages", "keys", "problems"),
    [
        ("mbox_complex.mbox", 2, 2, 0),
        ("mbox_iso8859_encoding.mbox", 1, 1, 0),
        ("mbox_multipart.mbox", 2, 2, 0),
        ("mbox_no_fields.mbox", 4, 3, 2),
        ("mbox_unixfrom_encoding.mbox", 1, 1, 0),
        ("messages.zip", 49, 49, 0),
    ],
)
def test_real_list_mail_loads(
    name: str, messages: int, keys: int, problems: int, tmp_path: Path
) -> None:
    loaded = load(REAL / name, tmp_path, ANSWERS)
    assert (loaded.result["messages"], loaded.result["problems"]) == (messages, problems)
    assert len({m["message_key"] for m in loaded.messages}) == keys
    assert all(m["text"] and m["author_key"] for m in loaded.messages)
    assert {p["reason"] for p in loaded.problems} <= {"the mail has no Date"}


@pytest.mark.parametrize("name", ["threads.mbox", "broken.mbox"])
def test_the_order_of_mails_in_a_file_does_not_matter(name: str, tmp_path: Path) -> None:
    path = GOLDEN / "email" / name
    mails = [b"From " + one for one in (b"\n" + path.read_bytes()).split(b"\nFrom ")[1:]]
    # One of them is a line in a text, not the beginning of a mail.
    whole: list[bytes] = []
    for one in mails:
        if one.startswith(b"From what I read"):
            whole[-1] += b"\n" + one
        else:
            whole.append(one)
    random.Random(7).shuffle(whole)
    shuffled = tmp_path / name
    shuffled.write_bytes(b"\n\n".join(whole) + b"\n")

    def told(loaded: Loaded) -> list[Any]:
        return sorted(without_lines(loaded.messages), key=lambda m: m["message_key"])

    expected = load(path, tmp_path / "a", options_of(path))
    assert told(load(shuffled, tmp_path / "b", options_of(path))) == told(expected)


def test_the_same_mails_twice_have_the_same_keys(tmp_path: Path) -> None:
    once = mbox(tmp_path / "once.mbox", mail("a"), mail(None, "No id"))
    twice = mbox(
        tmp_path / "twice.mbox", mail("a"), mail(None, "No id"), mail("a"), mail(None, "No id")
    )
    keys = {m["message_key"] for m in load(once, tmp_path / "1", ANSWERS).messages}
    assert len(keys) == 2
    assert {m["message_key"] for m in load(twice, tmp_path / "2", ANSWERS).messages} == keys


def test_inbox_and_sent_mail_are_one_load(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    mbox(folder / "Inbox", mail("a"), mail("c", minute=9, In_Reply_To="<b@x.example>"))
    mbox(folder / "Sent", mail("b", minute=5, From=AGENT, To=CUSTOMER, In_Reply_To="<a@x.example>"))
    result = run(sorted(folder.iterdir()), tmp_path / "out", ANSWERS, folder)
    assert result["messages"] == 3
    import pyarrow.parquet as pq

    table = pq.read_table(tmp_path / "out" / "messages.parquet").to_pylist()
    assert {m["thread_key"] for m in table} == {"a@x.example"}


def test_a_thread_has_the_same_name_in_a_part_of_the_export(tmp_path: Path) -> None:
    answer = mail("c", minute=9, References="<a@x.example> <b@x.example>")
    path = mbox(tmp_path / "part.mbox", answer)
    assert load(path, tmp_path / "o", ANSWERS).messages[0]["thread_key"] == "a@x.example"


def test_an_answer_without_references_goes_by_subject_and_person(tmp_path: Path) -> None:
    path = mbox(
        tmp_path / "a.mbox",
        mail("a", Subject="Your order"),
        mail("other", Subject="Your order", From="customer.b@mail.example"),
        mail("b", minute=5, Subject="AW: Re: Your  order", From=AGENT, To=CUSTOMER),
        mail("late", Subject="Re: Your order", Date="Mon, 8 Apr 2024 09:00:00 +0000"),
        mail("new", minute=7, Subject="Your order"),
    )
    threads = {k: m["thread_key"] for k, m in by_key(load(path, tmp_path / "o", ANSWERS)).items()}
    assert threads["b"] == threads["a"]
    assert len({threads[k] for k in ("a", "other", "late", "new")}) == 4


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({"Auto_Submitted": "auto-replied (vacation)"}, "bot"),
        ({"Auto_Submitted": "no"}, "customer"),
        ({"Precedence": "auto_reply"}, "bot"),
        ({"Precedence": "bulk"}, "bot"),
        ({"Precedence": "bulk", "List_Post": "<mailto:list@mail.example>"}, "customer"),
        ({"Precedence": "list"}, "customer"),
        ({"X_Autoreply": "yes"}, "bot"),
        ({"From": "MAILER-DAEMON@mail.example"}, "bot"),
        ({"From": '"Bike shop" <HELP@bikeshop.example>', "To": CUSTOMER}, "agent"),
        ({"From": "someone@notbikeshop.example"}, "customer"),
        ({"From": "form@bikeshop.example", "Reply_To": CUSTOMER}, "customer"),
    ],
)
def test_roles(fields: dict[str, str], role: str, tmp_path: Path) -> None:
    path = mbox(tmp_path / "a.mbox", mail("a", **fields))
    assert load(path, tmp_path / "o", ANSWERS).messages[0]["role"] == role


def test_what_agents_write_to_each_other_is_internal(tmp_path: Path) -> None:
    path = mbox(
        tmp_path / "a.mbox",
        mail("a", From=AGENT, To="agent.two@bikeshop.example"),
        mail("b", From=AGENT, To="agent.two@bikeshop.example", Cc=CUSTOMER),
        mail("c", From=AGENT, To="undisclosed-recipients:;"),
    )
    found = {k: m["visibility"] for k, m in by_key(load(path, tmp_path / "o", ANSWERS)).items()}
    assert found == {"a": "internal", "b": "private", "c": "private"}


def test_drafts_are_left_out_and_told(tmp_path: Path) -> None:
    path = mbox(tmp_path / "a.mbox", mail("a"), mail("b", X_Gmail_Labels="Important,Drafts"))
    loaded = load(path, tmp_path / "o", ANSWERS)
    assert [m["message_key"] for m in loaded.messages] == ["a@x.example"]
    assert loaded.result["notes"] == ["Drafts, which were never sent, were left out: 1."]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("Mon, 4 Mar 2024 09:00:00 +0100", "2024-03-04T08:00:00+00:00"),
        ("Mon, 4 Mar 2024 09:00 -0800 (PST)", "2024-03-04T17:00:00+00:00"),
        ("4 Mar 24 09:00:00 EST", "2024-03-04T14:00:00+00:00"),
        ("Mon, 04 Mar 2024 09:00:00 +01:00", "2024-03-04T08:00:00+00:00"),
        ("2024-03-04T09:00:00Z", "2024-03-04T09:00:00+00:00"),
        ("Mon, 4 Mar 2024 09:00:00 MEZ", "2024-03-04T08:00:00+00:00"),
        ("Mon, 4 Mar 2024 09:00:00 JST", "2024-03-04T00:00:00+00:00"),
        ("Thu, 4 Jul 2024 09:00:00 CEST", "2024-07-04T07:00:00+00:00"),
        ("Mon Mar  4 09:00:00 PST 2024", "2024-03-04T17:00:00+00:00"),
        ("Mon, 4 Mar 2024 09:00:00 ACST", "2024-03-03T23:30:00+00:00"),
        ("Mon, 4 Mar 2024 09:00:00 IST", "2024-03-04T09:00:00"),
        ("Mon, 4 Mar 2024 09:00:00", "2024-03-04T09:00:00"),
        ("Mon, 4 Mar 2024 09:00:00 +9999", None),
        ("Mon, 32 Mar 2024 09:00:00 +0000", None),
        ("Someday", None),
        ("", None),
    ],
)
def test_dates(written: str, instant: str | None) -> None:
    found = date(written)
    assert (None if found is None else found.isoformat()) == instant


def test_a_date_without_a_zone_needs_one_to_be_named(tmp_path: Path) -> None:
    path = mbox(tmp_path / "a.mbox", mail("a"), mail("b", Date="Mon, 4 Mar 2024 09:00:00"))
    loaded = load(path, tmp_path / "o", ANSWERS)
    assert [p["reason"].partition(",")[0] for p in loaded.problems] == ['Date is "Mon']
    named = {**ANSWERS, "sources": [{**ANSWERS["sources"][0], "time_zone": "Europe/Rome"}]}
    found = by_key(load(path, tmp_path / "p", named))
    assert found["b"]["sent_at"].isoformat() == "2024-03-04T08:00:00+00:00"


@pytest.mark.parametrize("word", ["IST", "BST", "XYZ", "A"])
def test_a_zone_that_is_none_or_several_is_never_the_accounts_own(
    word: str, tmp_path: Path
) -> None:
    odd = mail("b", Date=f"Mon, 4 Mar 2024 09:00:00 {word}")
    arrived = mail(
        "c",
        Date=f"Mon, 4 Mar 2024 09:00:00 {word}",
        Received="by a.example; Mon, 4 Mar 2024 03:31:00 +0000",
    )
    named = {**ANSWERS, "sources": [{**ANSWERS["sources"][0], "time_zone": "Europe/Rome"}]}
    loaded = load(mbox(tmp_path / "a.mbox", mail("a"), odd, arrived), tmp_path / "o", named)
    assert set(by_key(loaded)) == {"a", "c"}
    (problem,) = loaded.problems
    assert f"{word} stands for no zone or for several" in problem["reason"]


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("iso-8859-8-i", "iso8859-8", "שלום"),
        ("windows-31j", "cp932", "①こんにちは"),
        ("x-gbk", "gbk", "你好"),
        ("x-mac-roman", "mac-roman", "Grüße"),
        ("cp-850", "cp850", "Grüße"),
    ],
)
def test_character_sets_by_the_names_that_mails_give_them(
    charset: str, codec: str, text: str
) -> None:
    assert decoded(text.encode(codec), charset) == text


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?= aus =?iso-8859-1?Q?K=F6ln?=", "Grüße aus Köln"),
        ("=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        ("=?no-such?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("=?idna?q?abc?=", "abc"),
        ("plain", "plain"),
    ],
)
def test_encoded_words(field: str, text: str) -> None:
    assert words(field) == text


def test_addresses_as_archives_hide_them_and_groups_rewrite_them() -> None:
    assert addresses(["customer.a at mail.example (=?UTF-8?Q?Luc=C3=ADa?=)"]) == [
        (CUSTOMER, "Lucía")
    ]
    assert addresses(["'Customer A' via Help <help@bikeshop.example>"])[0].name == "Customer A"
    assert [one.key for one in addresses(["A, B <b@x.example>, c@x.example"])][-1] == "c@x.example"
    assert addresses(["(" * 5000]) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Yes.\n\nOn Monday, A <a@x.example> wrote:\n> Is it?\n>\n> A", "Yes."),
        ("Ja.\n\nAm 4.3. um 9 Uhr schrieb A\n<a@x.example>:\n\n> Ist es?\n", "Ja."),
        ("Yes.\n\n-----Original Message-----\nFrom: A\n\nIs it?", "Yes."),
        ("Yes.\n________________________________\nFrom: A\nIs it?", "Yes."),
        ("Yes.\n-- \nAgent One\nBike shop", "Yes."),
        ("> Is it?\nYes.\n> And this?\nNo.", "> Is it?\nYes.\n> And this?\nNo."),
        ("I have three questions:\n> one", "I have three questions:"),
        ("> only a quote", "> only a quote"),
        ("-- \nonly a signature", "-- \nonly a signature"),
        (
            "____________________\nA table\nbelow a line",
            "____________________\nA table\nbelow a line",
        ),
    ],
)
def test_what_is_quoted_is_left_out_only_where_it_is_certain(text: str, kept: str) -> None:
    assert without_quotes(text) == kept


def test_html_becomes_lines_and_quotes() -> None:
    html = (
        "<style>x</style><p>One<br>two &amp; <b>three</b></p><blockquote>old<p>er</p></blockquote>"
    )
    assert text_of_html(html) == "One\ntwo & three\n\n> old\n> er"
    assert text_of_html("<script>never closed") == ""
    assert text_of_html("a < b and <b") == "a < b and <b"


@pytest.mark.parametrize(
    ("subject", "plain", "answer"),
    [
        ("Re: AW: [Bike shop] Bell", "bell", True),
        ("RE[2]: Bell", "bell", True),
        ("Fwd: Bell", "bell", False),
        ("Regarding: bell", "regarding: bell", False),
        ("", "", False),
    ],
)
def test_subjects(subject: str, plain: str, answer: bool) -> None:
    assert normalised(subject) == (plain, answer)


def test_only_the_text_part_is_kept(tmp_path: Path) -> None:
    built = EmailMessage()
    built["From"], built["To"], built["Message-ID"] = (
        CUSTOMER,
        "help@bikeshop.example",
        "<a@x.example>",
    )
    built["Date"] = "Mon, 4 Mar 2024 09:00:00 +0000"
    built.set_content("Grüße", charset="iso-8859-15")
    built.add_alternative("<p>Other words</p>", subtype="html")
    built.add_attachment(b"x" * 2_000_000, maintype="image", subtype="png", filename="a.png")
    built.add_attachment("Attached words", filename="b.txt")
    path = tmp_path / "a.eml"
    path.write_bytes(built.as_bytes())
    assert load(path, tmp_path / "o", ANSWERS).messages[0]["text"] == "Grüße"


def test_a_hostile_mail_costs_no_other(tmp_path: Path) -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
    )
    path = mbox(
        tmp_path / "a.mbox",
        mail("a"),
        mail("deep")[:-8] + nested,
        mail("refs", References=" ".join(f"<{n}@x.example>" for n in range(30_000))),
        mail("mark", From='"' + "\\" * 3000, Subject="=?utf-8?b?" + "A" * 5000 + "?="),
        mail("nul", "a\x00b\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
        mail("b"),
    )
    found = by_key(load(path, tmp_path / "o", ANSWERS))
    assert {"a", "b", "refs", "nul"} <= found.keys()
    assert not any("\x00" in (m["text"] or "") for m in found.values())


def test_half_an_mbox_gives_its_whole_mails(tmp_path: Path) -> None:
    data = (GOLDEN / "email" / "threads.mbox").read_bytes()
    path = tmp_path / "half.mbox"
    path.write_bytes(data[: len(data) // 2])
    loaded = load(path, tmp_path / "o", ANSWERS)
    assert 3 <= loaded.result["messages"] <= 5


def test_who_writes_for_the_brand_is_asked_with_choices(tmp_path: Path) -> None:
    path = mbox(
        tmp_path / "a.mbox", mail("a"), mail("b", From=AGENT), mail("c", From="x@bikeshop.example")
    )
    asked = refuse(path, tmp_path / "o", NOW)
    assert asked["code"] == "needs_answers"
    assert [ask["key"] for ask in asked["asks"]] == ["account", "agents"]
    assert asked["asks"][1]["choices"][0] == ("@bikeshop.example", 2)
    # An account that itself wrote tells who the agents are.
    own = {**NOW, "sources": [{"account": AGENT}]}
    roles = Counter(m["role"] for m in load(path, tmp_path / "p", own).messages)
    assert roles == {"agent": 1, "customer": 2}


def test_a_zip_of_single_mails_with_other_files(tmp_path: Path) -> None:
    path = tmp_path / "mails.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5):
            archive.writestr(f"Inbox/{number}.eml", mail(str(number)).replace(b"\n", b"\r\n"))
        archive.writestr("Inbox/picture.png", b"\x89PNG\r\n\x1a\n" + bytes(40))
    assert load(path, tmp_path / "o", ANSWERS).result["messages"] == 5


def test_memory_does_not_grow_with_attachments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox_module, "MAIL_BYTES", 100_000)
    path = tmp_path / "big.mbox"
    with path.open("wb") as file:
        for number in range(3):
            file.write(b"From x Mon Mar  4 09:00:00 2024\n" + mail(str(number)))
            file.write((b"A" * 76 + b"\n") * 100_000)
    tracemalloc.start()
    assert load(path, tmp_path / "o", ANSWERS).result["messages"] == 3
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 20_000_000
    assert peak < 10_000_000


@pytest.mark.parametrize(
    "hostile", ["<a", "<!", "<!--", "&#", "<p", " ", "wrote: ", "> ", "-", "_"]
)
def test_long_hostile_texts_take_time_in_proportion(hostile: str) -> None:
    text = hostile * (400_000 // len(hostile))
    began = time.process_time()
    text_of_html(text)
    text_of_html("<a" + "a" * 400_000)
    without_quotes(f"Yes.\n{text}\n> no\n")
    words(text[:20_000])
    addresses([f"x at {'.a' * 9_000}", f"x{text[:19_000]}"])
    date(text[:20_000])
    assert time.process_time() - began < 5
