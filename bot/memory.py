"""Memory that was freed, given back to the system.

glibc keeps what a program frees for its next requests. Between pieces that live for minutes, as in a bot that waits for people,
it so keeps more and more, and the process seems to grow though it holds no more than before.
"""

from __future__ import annotations

import ctypes


def give_back() -> bool:
    """Give freed memory back; whether there was any to give. False, too, where the C library knows no such thing.

    It takes milliseconds, in which other threads go on.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library, or another system
        return False
    return bool(trim(ctypes.c_size_t(0)))
