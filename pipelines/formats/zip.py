"""Zip files from outside: one member, of a size we expect, and no path that climbs."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from pipelines.errors import ParseError
from pipelines.raw import Payload, payload


def unzip(packed: Payload, ending: str, most_mb: float) -> Payload:
    """The only member of a zip whose name ends so, as a payload of its own with the packed one's address and time.

    Raises:
        ParseError: it is no zip, is damaged, holds no such member or several, a path that climbs out, or more than
            `most_mb` megabytes when unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(packed.body)) as archive:
            for member in archive.infolist():
                path = PurePosixPath(member.filename.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
                    raise ParseError(
                        f"{packed.name} holds a path that climbs out of it ({member.filename!r}); not read."
                    )
            members = [member for member in archive.infolist() if member.filename.lower().endswith(ending.lower())]
            if len(members) != 1:
                raise ParseError(f"{packed.name} holds {len(members)} files that end with {ending} instead of one.")
            limit = int(most_mb * 1e6)
            with archive.open(members[0]) as stream:
                # The size in the directory may lie; what is read does not.
                body = stream.read(limit + 1)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError) as error:
        raise ParseError(f"{packed.name} is not a readable zip file; it may be cut short.") from error
    if len(body) > limit:
        raise ParseError(f"{packed.name} unpacks to more than {most_mb:,.0f} MB; not read.")
    return payload(PurePosixPath(members[0].filename).name, body, packed.url, retrieved=packed.retrieved)
