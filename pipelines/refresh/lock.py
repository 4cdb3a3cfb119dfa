"""One refresh at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.errors import BusyError, TradewakeError, reason


@contextmanager
def locked(store_dir: Path, patience: float = 0) -> Iterator[None]:
    """Hold the only lock under which builds are written or switched; a killed process lets go of it by dying.

    Raises:
        BusyError: somebody else holds it.
        TradewakeError: the folder cannot be written.
    """
    try:
        store_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store_dir / ".lock", timeout=patience)
        lock.acquire()
    except Timeout as error:
        raise BusyError(f"Another refresh is running in {store_dir}. Wait for it, then try again.") from error
    except OSError as error:
        raise TradewakeError(
            f"The folder {store_dir} cannot be written ({reason(error)}). Set TRADEWAKE_HOME to a folder that can be."
        ) from error
    try:
        yield
    finally:
        lock.release()
