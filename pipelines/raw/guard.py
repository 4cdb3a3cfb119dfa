"""What a source may not do to us: send us elsewhere, learn a key it should not, pass a web page off as figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from pipelines.errors import FetchError
from pipelines.raw.requests import Kind, Request

_PAGE = re.compile(rb"^\s*(<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_ZIP, _OLD_WORKBOOK = b"PK", b"\xd0\xcf\x11\xe0"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def with_replaced_host(url: str, elsewhere: str | None) -> str:
    """The address with scheme and host replaced by those of TRADEWAKE_<SOURCE>_URL, whose path comes first.

    Raises:
        FetchError: the replacement is no http or https address.
    """
    if elsewhere is None:
        return url
    there, here = urlsplit(elsewhere), urlsplit(url)
    if there.scheme not in ("http", "https") or not there.hostname or there.username is not None:
        # The address itself is not shown: it may hold a password.
        raise FetchError(
            "The address that replaces the source's own (TRADEWAKE_<SOURCE>_URL) must begin with http:// or https:// "
            "and hold no user name or password. Correct it or unset it."
        )
    return urlunsplit((there.scheme, there.netloc, there.path.rstrip("/") + here.path, here.query, ""))


def with_key(url: str, request: Request, secret: str | None) -> tuple[str, dict[str, str]]:
    """The address and further headers with the source's key in its place; without a key nothing is added."""
    where, _, name = request.key_in.partition(":")
    if secret is None or not name:
        return url, {}
    if where == "header":
        return url, {name: secret}
    parts = urlsplit(url)
    extra = urlencode({name: secret})
    return urlunsplit(parts._replace(query=f"{parts.query}&{extra}" if parts.query else extra)), {}


def redacted(text: str, secret: str | None) -> str:
    """The text without the key, and without what commands a terminal; at most 300 characters."""
    plain = _CONTROL.sub(" ", text)
    return (plain if not secret else plain.replace(secret, "[key]"))[:300].strip()


def redirect_target(address: str, location: str, request: Request) -> str:
    """Where a redirect leads, if it may.

    Raises:
        FetchError: it leads to another host than the source's own or those the request allows, or off the web.
    """
    target = urljoin(address, location)
    here, there = urlsplit(address), urlsplit(target)
    own = (there.scheme, there.netloc) == (here.scheme, here.netloc)
    named = there.scheme == "https" and _matches(there.hostname or "", request.redirects)
    if (own and request.own_redirects) or named:
        return target
    where = f"{there.scheme}://{there.netloc}{there.path}"[:120]
    raise FetchError(f"The source sent the request for {request.title} on to {where}, which was not followed.")


def _matches(host: str, allowed: Sequence[str]) -> bool:
    return any(
        host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]) and host != pattern[2:])
        for pattern in allowed
    )


def wrong_start(head: bytes, kind: Kind) -> str | None:
    """What came in place of the kind that was asked for, in words; None when the first bytes look right."""
    start = head.removeprefix(_BOM).lstrip()
    names = {"json": "JSON", "xml": "XML", "zip": "a zip file or workbook", "text": "text", "any": ""}
    if kind != "any" and _PAGE.match(start):
        return f"a web page instead of {names[kind]}"
    if kind == "json" and not start.startswith((b"[", b"{")):
        return f"{'XML' if start.startswith(b'<') else 'something else'} instead of JSON"
    if kind == "xml" and not start.startswith(b"<"):
        return "something else instead of XML"
    if kind == "zip" and not start.startswith((_ZIP, _OLD_WORKBOOK)):
        return f"something else instead of {names[kind]}"
    return None
