"""Addresses: every account has one for each shape, and it leads back to that account alone."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from public_side import HOSTILE_ACCOUNTS

from public.addresses import ENDINGS, ROOT, THEMES, Wanted, address, readings
from public.languages import LOCALES

names = st.text(min_size=1) | st.text("./\\~ajson2EF", min_size=1)
accounts = names.filter(lambda name: not any(0xD800 <= ord(c) <= 0xDFFF for c in name))


def below_root(path: str) -> str:
    return unquote(path.removeprefix(ROOT))


@pytest.mark.parametrize(
    ("account", "page"),
    [
        ("NorthlightHelp", "/public/NorthlightHelp"),
        ("+44 20 7946 0123", "/public/%2B44%2020%207946%200123"),
        ("café", "/public/caf%C3%A9"),
        ("r/apple", "/public/r~2Fapple"),
        ("a.json", "/public/a~2Ejson"),
        ("..", "/public/~2E."),
    ],
)
def test_addresses_look_like_the_name(account, page):
    assert address(account, "html") == page


def test_the_ending_names_the_shape():
    assert address("NorthlightHelp", "json") == "/public/NorthlightHelp.json"
    assert address("NorthlightHelp", "svg") == "/public/NorthlightHelp.svg"
    with pytest.raises(KeyError):
        address("NorthlightHelp", "gif")


@settings(deadline=None)  # a busy machine proves nothing
@given(
    accounts | st.none(),
    accounts | st.none(),
    st.sampled_from(list(ENDINGS)),
    st.sampled_from([None, *LOCALES]),
    st.sampled_from([None, *THEMES]),
)
def test_an_address_leads_back_to_what_it_shows(account, channel, shape, language, theme):
    channel = None if account is None else channel
    path = address(account, shape, channel, language, theme)
    meant = Wanted(account, shape, channel, language, theme)
    assert readings(below_root(path))[0] == meant


@settings(deadline=None)  # a busy machine proves nothing
@given(accounts, st.sampled_from(list(ENDINGS)))
def test_an_account_s_address_is_one_plain_segment_that_no_browser_or_server_rewrites(
    account, shape
):
    path = address(account, shape)
    assert urlsplit(path)._replace(path="").geturl() == ""
    name = below_root(path)
    assert not set(name) & {"/", "\\"}
    assert name not in {"", ".", ".."}
    assert all(c.isascii() and c.isprintable() and c not in "\"'<>\\ ?#" for c in path)


def test_a_channel_s_address_is_its_name_below_the_account_s():
    assert address("r/apple", "svg", "E-mail") == "/public/r~2Fapple/E-mail.svg"
    assert address("a", "html", "tickets/é.json") == "/public/a/tickets~2F%C3%A9~2Ejson"


def test_all_together_have_addresses_of_their_own():
    assert address(None, "html") == "/public/"
    assert address(None, "html", language="da") == "/public/index.da.html"
    assert address(None, "json") == "/public/index.json"
    assert address("index", "json") == "/public/~69ndex.json"


def test_language_and_theme_stand_before_the_shape():
    path = address("NorthlightHelp", "badge", language="da", theme="dark")
    assert path == "/public/NorthlightHelp.da.dark.badge.svg"
    assert address("a", "html", theme="dark") == "/public/a.dark.html"


def test_no_two_addresses_are_alike():
    names = [(account, None) for account in HOSTILE_ACCOUNTS]
    names += [("a", channel) for channel in HOSTILE_ACCOUNTS]
    every = [
        address(account, shape, channel, language, theme)
        for account, channel in (*names, (None, None))
        for shape in ENDINGS
        for language in (None, "da")
        for theme in (None, "dark")
    ]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("r/apple", Wanted("r/apple", "html")),
        ("r/apple.json", Wanted("r/apple", "json")),
        ("r/apple.json", Wanted("r", "json", "apple")),
        ("a.json", Wanted("a.json", "html")),
        ("a.json.json", Wanted("a.json", "json")),
        ("a.da.svg", Wanted("a.da", "svg")),
        ("a~2Fb", Wanted("a~2Fb", "html")),
        ("a.html", Wanted("a", "html")),
        ("", Wanted(None, "html")),
        ("index.html", Wanted(None, "html")),
        ("//", Wanted("//", "html")),
    ],
)
def test_a_plainly_encoded_name_typed_by_hand_is_understood_too(typed, meant):
    assert meant in readings(typed)


def test_an_address_of_slashes_costs_no_time():
    assert len(readings("a/" * 10_000)) < 50
