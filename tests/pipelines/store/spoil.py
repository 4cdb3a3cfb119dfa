"""Ways in which a build goes bad on disk."""

from __future__ import annotations

from pathlib import Path


def damage(path: Path) -> None:
    body = bytearray(path.read_bytes())
    middle = len(body) // 2
    body[middle : middle + 64] = bytes(byte ^ 0xFF for byte in body[middle : middle + 64])
    path.write_bytes(bytes(body))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def no_database(path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


def no_sidecar(path: Path) -> None:
    path.with_suffix(".json").unlink()


def bad_sidecar(path: Path) -> None:
    path.with_suffix(".json").write_text("{")
