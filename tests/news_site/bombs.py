"""Bodies that try to fill the reader's memory or its time.

They are small, and made as they are needed: an unpacked gigabyte takes about four seconds.
"""

from __future__ import annotations

import gzip
import zlib
from itertools import pairwise


def gzip_bomb(unpacked_bytes: int) -> bytes:
    """A gzip stream of spaces, about a thousandth of what it unpacks to."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b" " * (1 << 20)
    packed = [packer.compress(piece) for _ in range(unpacked_bytes // len(piece))]
    packed.append(packer.compress(piece[: unpacked_bytes % len(piece)]))
    return b"".join([*packed, packer.flush()])


def double_gzip_bomb(unpacked_bytes: int) -> bytes:
    """A bomb zipped again: a few kilobytes. To be sent as ``Content-Encoding: gzip, gzip``."""
    return gzip.compress(gzip_bomb(unpacked_bytes), 9, mtime=0)


def large_feed(at_least_bytes: int) -> bytes:
    """A well-formed RSS feed of that size, of very many short items."""
    item = "<item><title>Item {0}</title><link>/item/{0}</link><guid>{0}</guid></item>"
    size = len(item.format(1_000_000))
    items = "".join(item.format(n) for n in range(1_000_000, 1_000_001 + at_least_bytes // size))
    return f'<rss version="2.0"><channel><title>Large</title>{items}</channel></rss>'.encode()


def billion_laughs(levels: int = 10, each: int = 10) -> bytes:
    """An RSS feed whose title is ``each ** levels`` laughs, in a kilobyte of entities."""
    names = [f"lol{level}" for level in range(levels + 1)]
    entities = ['<!ENTITY lol0 "lol">']
    for lower, name in pairwise(names):
        entities.append(f'<!ENTITY {name} "{f"&{lower};" * each}">')
    declared = "\n".join(entities)
    return (
        f'<?xml version="1.0"?>\n<!DOCTYPE rss [\n{declared}\n]>\n<rss version="2.0"><channel>'
        f"<title>&{names[-1]};</title><item><title>&{names[-1]};</title></item></channel></rss>"
    ).encode()


def nested_tags(depth: int = 200_000, tag: str = "div") -> bytes:
    """A feed whose one item holds tags within tags, never closed."""
    return (
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>Deep</title>'
        b"<item><title>Deep</title><description>" + f"<{tag}>".encode() * depth
    )
