"""Addresses: every account has one for each shape, and it leads back to that account alone."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from public_side import HOSTILE_ACCOUNTS

from public.addresses import ENDINGS, ROOT, address, readings

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


@given(accounts, st.sampled_from(list(ENDINGS)))
def test_an_address_leads_back_to_its_account_and_shape(account, shape):
    assert readings(below_root(address(account, shape)))[0] == (account, shape)


@given(accounts, st.sampled_from(list(ENDINGS)))
def test_an_address_is_one_plain_segment_that_no_browser_or_server_rewrites(account, shape):
    path = address(account, shape)
    assert urlsplit(path)._replace(path="").geturl() == ""
    name = below_root(path)
    assert not set(name) & {"/", "\\"}
    assert name not in {"", ".", ".."}
    assert all(c.isascii() and c.isprintable() and c not in "\"'<>\\ ?#" for c in path)


def test_no_two_addresses_are_alike():
    every = [address(account, shape) for account in HOSTILE_ACCOUNTS for shape in ENDINGS]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("r/apple", ("r/apple", "html")),
        ("r/apple.json", ("r/apple", "json")),
        ("a.json", ("a.json", "html")),
        ("a~2Fb", ("a~2Fb", "html")),
    ],
)
def test_a_plainly_encoded_name_typed_by_hand_is_understood_too(typed, meant):
    assert meant in readings(typed)
