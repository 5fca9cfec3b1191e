"""How a wrong signature was made: every usual mistake is tried, and the one that gives the same bytes is named."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

from kernel_seams.wire.message import DELIMITER, Envelope, Key


def how_it_was_signed(envelope: Envelope, key: Key) -> str:
    """A sentence that says what the signature is instead, empty where no usual mistake explains it."""
    if not envelope.signature:
        return "The signature frame is empty: the message was not signed, although the connection file has a key."
    return next((said for signature, said in _mistakes(envelope, key) if signature == envelope.signature), "")


def _mistakes(envelope: Envelope, key: Key) -> Iterator[tuple[bytes, str]]:
    """Each usual mistake: the signature it makes, and what is said of it."""
    parts, secret = envelope.parts, key.key
    whole = b"".join(parts)
    names = ("header", "parent_header", "metadata", "content")
    for count in range(1, 4):
        yield (
            _hmac(secret, b"".join(parts[:count])),
            f"Only {', '.join(names[:count])} was signed, not all four frames.",
        )
    yield _hmac(secret, parts[3]), "Only content was signed, not all four frames."
    yield (
        _hmac(secret, parts[1] + parts[0] + parts[2] + parts[3]),
        "header and parent_header were signed in the other order.",
    )
    yield _hmac(secret, parts[3] + b"".join(parts[:3])), "content was signed first; it comes last."
    yield (
        _hmac(secret, DELIMITER + whole),
        "The delimiter was signed as well; only the four frames after the signature are.",
    )
    yield _hmac(secret, b"".join((*parts, *envelope.buffers))), "The buffers were signed as well; nothing signs them."
    yield _hmac(b"", whole), "It was signed with an empty key, not with the key of the connection file."
    yield hashlib.sha256(whole).hexdigest().encode(), "It is a SHA-256 without the key, not an HMAC."
    yield hashlib.sha256(secret + whole).hexdigest().encode(), "It is a SHA-256 of key and frames, not an HMAC."
    raw = hmac.new(secret, whole, "sha256").digest()
    yield raw, "It is the digest as 32 bytes; what is sent is its hexadecimal, 64 characters."
    yield base64.b64encode(raw), "It is the digest in base64; what is sent is its hexadecimal."
    yield _hmac(secret, whole).upper(), "It is the right digest in capital letters; the hexadecimal is in small ones."
    for digest in ("sha1", "md5", "sha512"):
        made = hmac.new(secret, whole, digest).hexdigest().encode()
        yield made, f"It is an HMAC with {digest}; the connection file's signature_scheme says {key.scheme}."
    yield _hmac(secret, b"".join(each.replace(b": ", b":").replace(b", ", b",") for each in parts)), _TWICE
    yield _hmac(secret, b"".join(each.replace(b":", b": ").replace(b",", b", ") for each in parts)), _TWICE


_TWICE = "The JSON was made twice: what was signed has other white space than what was sent."


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, "sha256").hexdigest().encode()
