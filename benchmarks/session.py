"""A reader's session without a browser: Streamlit's own messages over a websocket.

A browser asks for a rerun with its address, the page and the states of the controls that were touched, and names the
large messages that it still has; the server answers with elements and says when the script has finished.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

_FINISHED = ForwardMsg.FINISHED_SUCCESSFULLY


@dataclass
class Run:
    """What one rerun sent: milliseconds to the end of the script, messages, kilobytes, problems that were shown."""

    ms: float
    messages: int
    kilobytes: float
    problems: list[str] = field(default_factory=list)


class Session:
    """One tab of one reader."""

    def __init__(self, port: int) -> None:
        self._address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._origin = f"http://127.0.0.1:{port}"
        self._socket: ClientConnection | None = None
        self._kept: set[str] = set()
        self._query = ""
        self._hash = ""
        self.pages: dict[str, str] = {}
        self.switches: dict[str, bool] = {}

    async def __aenter__(self) -> Self:
        self._socket = await connect(
            self._address, subprotocols=["streamlit"], max_size=None, compression=None, open_timeout=30  # type: ignore[list-item]
        )  # fmt: skip
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        assert self._socket is not None
        await self._socket.close()

    async def go(self, page: str, query: dict[str, str] | None = None) -> Run:
        """Open a page (its path; empty for the first one) with an address, as following a link does."""
        self._query, self._hash = urlencode(query or {}), self.pages.get(page, "")
        self.switches = {}
        return await self._rerun(page, ())

    async def again(self) -> Run:
        """Rerun the page as it stands."""
        return await self._rerun("", ())

    async def flip(self, widget: str) -> Run:
        """Turn a switch of the page."""
        self.switches[widget] = not self.switches[widget]
        return await self._rerun("", [(widget, self.switches[widget])])

    async def _rerun(self, page: str, touched: Iterable[tuple[str, bool]]) -> Run:
        assert self._socket is not None
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string, state.page_script_hash, state.page_name = self._query, self._hash, page
        state.cached_message_hashes.extend(self._kept)
        state.context_info.color_scheme, state.context_info.timezone = "light", "UTC"
        state.context_info.url = f"{self._origin}/{page}"
        for widget, value in touched:
            told = state.widget_states.widgets.add()
            told.id, told.bool_value = widget, value
        run = Run(0.0, 0, 0.0)
        started = time.perf_counter()
        await self._socket.send(asked.SerializeToString())
        while True:
            data = await self._socket.recv()
            assert isinstance(data, bytes)
            run.messages += 1
            run.kilobytes += len(data) / 1024
            said = ForwardMsg.FromString(data)
            if said.WhichOneof("type") == "script_finished" and said.script_finished == _FINISHED:
                run.ms = (time.perf_counter() - started) * 1e3
                return run
            self._take(said, run)

    def _take(self, said: Any, run: Run) -> None:
        if said.metadata.cacheable:
            self._kept.add(said.hash)
        kind = said.WhichOneof("type")
        if kind == "navigation":
            self.pages = {
                "" if page.is_default else page.url_pathname: page.page_script_hash
                for page in said.navigation.app_pages
            }
            self._hash = said.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = said.page_info_changed.query_string
        elif kind == "delta" and said.delta.WhichOneof("type") == "new_element":
            element = said.delta.new_element
            drawn = element.WhichOneof("type")
            if drawn == "exception":
                run.problems.append(element.exception.message)
            elif drawn == "alert" and element.alert.format in (element.alert.ERROR, element.alert.WARNING):
                run.problems.append(element.alert.body)
            elif drawn == "checkbox":
                self.switches.setdefault(element.checkbox.id, element.checkbox.default)
