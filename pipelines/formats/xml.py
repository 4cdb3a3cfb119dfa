"""XML from outside, read as a stream: no entities, no network, one element in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipelines.errors import ParseError
from pipelines.raw import Payload

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEAD = 4096


def elements(payload: Payload, names: Sequence[str]) -> Iterator[_Element]:
    """The elements of these local names, each complete with its children, in the file's order; namespaces are ignored.

    An element is emptied once the caller asks for the next one, so a file of any length needs the memory of one.
    Name the outermost elements of interest only: what lies inside a named element is gone after it.

    Raises:
        ParseError: it is no well-formed XML, or declares a document type or entities (no source of ours does).
    """
    from lxml import etree

    with payload.open() as stream:
        if b"<!DOCTYPE" in stream.read(_HEAD).upper():
            raise ParseError(
                f"{payload.name} declares a document type with entities. No source of ours does; not read."
            )
        stream.seek(0)
        walk = etree.iterparse(
            stream,
            events=("end",),
            tag=[f"{{*}}{name}" for name in names],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in walk:
                yield element
                element.clear(keep_tail=False)
                # Emptied elements would still hang on their parent, one for each of a hundred thousand.
                while (parent := element.getparent()) is not None and element.getprevious() is not None:
                    del parent[0]
        except etree.XMLSyntaxError as error:
            raise ParseError(f"{payload.name} is not readable XML: {str(error).split(',')[0].rstrip('.')}.") from error


def root(payload: Payload) -> _Element:
    """The root element with its attributes; its children are not read.

    Raises:
        ParseError: it is no XML, or declares a document type.
    """
    from lxml import etree

    with payload.open() as stream:
        if b"<!DOCTYPE" in stream.read(_HEAD).upper():
            raise ParseError(
                f"{payload.name} declares a document type with entities. No source of ours does; not read."
            )
        stream.seek(0)
        try:
            for _, element in etree.iterparse(stream, events=("start",), resolve_entities=False, no_network=True):
                return element
        except etree.XMLSyntaxError as error:
            raise ParseError(f"{payload.name} is not readable XML: {str(error).split(',')[0].rstrip('.')}.") from error
    raise ParseError(f"{payload.name} is empty.")


def local(element: _Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: _Element, *path: str) -> _Element | None:
    """The first child of a local name, then its first child of the next one; None where the path ends early."""
    node: _Element | None = element
    for name in path:
        node = next((inner for inner in node if local(inner) == name), None) if node is not None else None
    return node


def children(element: _Element, name: str) -> list[_Element]:
    """All children of a local name."""
    return [inner for inner in element if local(inner) == name]


def text(element: _Element, *path: str) -> str | None:
    """The text of the child at the end of the path (of the element itself without one), trimmed; None where empty."""
    node = child(element, *path)
    words = "" if node is None else " ".join((node.text or "").split())
    return words or None
