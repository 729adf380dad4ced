"""What speaks against keeping a PDF: broken, locked, or with something that acts by itself."""

import re
import zlib
from enum import Enum, auto

MOST_UNPACKED = 20 * 1024 * 1024

HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
STREAM = re.compile(rb"(<<(?:(?!endobj).){0,4000}?>>)\s*stream\r?\n(.*?)endstream", re.DOTALL)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
END = rb"(?![A-Za-z0-9])"
# Long names are looked for everywhere, so that nothing hides in what only looks like a stream;
# short ones outside of streams, where chance bytes would spell them.
ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE)" + END
)
ACTIVE_SHORT = re.compile(rb"/(?:JS|XFA)" + END)
ENCRYPTED = re.compile(rb"/Encrypt" + END)


class Problem(Enum):
    BROKEN = auto()
    ENCRYPTED = auto()
    ACTIVE = auto()


class TooMuch(Exception):
    """The packed objects unpack to more than any honest document needs."""


def problem_of(data: bytes) -> Problem | None:
    """The first thing that speaks against this file, or None. Reads text only, runs nothing."""
    tail = data[-2048:]
    if not HEADER.match(data) or b"%%EOF" not in tail or b"startxref" not in tail:
        return Problem.BROKEN
    try:
        structure = STREAM.sub(rb"\1 ", data) + packed_objects(data)
    except TooMuch:
        return Problem.BROKEN
    plain, everywhere = without_escapes(structure), without_escapes(data)
    if ENCRYPTED.search(everywhere) or ENCRYPTED.search(plain):
        return Problem.ENCRYPTED
    if ACTIVE.search(everywhere) or ACTIVE.search(plain) or ACTIVE_SHORT.search(plain):
        return Problem.ACTIVE
    return None


def without_escapes(text: bytes) -> bytes:
    """Names may spell any letter as #xx, which hides them from a plain search."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)


def packed_objects(data: bytes) -> bytes:
    """The objects that lie in compressed object streams. Raises TooMuch."""
    found = []
    room = MOST_UNPACKED
    for head, body in STREAM.findall(data):
        if b"ObjStm" not in without_escapes(head):
            continue
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(body, room)
        except zlib.error:
            continue  # another filter, or no packing: the search over everything has seen it
        room -= len(text)
        if unpacker.unconsumed_tail or room <= 0:
            raise TooMuch
        found.append(text)
    return b"\n".join(found)
