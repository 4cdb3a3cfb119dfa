"""Files of the shipped folder: patterns, and reading them without ever leaving it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from pipelines.errors import FetchError
from pipelines.raw.requests import SHIPPED, Payload, Request, payload
from pipelines.settings import Settings


def expand(requests: Sequence[Request], settings: Settings) -> list[Request]:
    """Requests with each pattern replaced by the files it matches, sorted by address; optional files may be missing.

    Raises:
        FetchError: a pattern leaves the shipped folder, or matches nothing and is not optional.
    """
    by_address: dict[str, Request] = {}
    for request in requests:
        if not request.url.startswith(SHIPPED) or "*" not in request.url:
            is_lacking = request.url.startswith(SHIPPED) and not (settings.data / _inside(request.url)).is_file()
            if not (request.optional and is_lacking):
                by_address[request.url] = request
            continue
        pattern = _inside(request.url)
        names = [file.name for file in (settings.data / pattern.parent).glob(pattern.name) if file.is_file()]
        if not names and not request.optional:
            raise FetchError(
                f"There is no file {pattern} in {settings.data}. Set TRADEWAKE_DATA to the shipped figures."
            )
        for name in names:
            address = SHIPPED + str(pattern.parent / name)
            by_address[address] = Request(address)
    return [by_address[address] for address in sorted(by_address)]


def fetch(request: Request, settings: Settings) -> Payload:
    """Read one file of the shipped folder.

    Raises:
        FetchError: the file is missing or unreadable, the address leaves the shipped folder, or is none of it.
    """
    if not request.url.startswith(SHIPPED):
        raise FetchError(f"{request.url} is not a file of the shipped figures.")
    name = _inside(request.url)
    root = settings.data.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise FetchError(f"{request.url} leads out of the folder of shipped figures and was not read.")
    try:
        body = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise FetchError(f"The file {name} in the shipped figures could not be read ({reason.lower()}).") from error
    return payload(str(name), body, request.url)


def _inside(url: str) -> PurePosixPath:
    name = PurePosixPath(url.removeprefix(SHIPPED))
    if name.is_absolute() or ".." in name.parts or not name.parts:
        raise FetchError(f"{url} leads out of the folder of shipped figures and was not read.")
    return name
