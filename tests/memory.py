"""How much memory a process of a test took."""

import re
from pathlib import Path


def peak() -> float:
    """The most that this process ever held, in megabytes.

    Linux hands ``getrusage``'s figure on to what a process starts, so there it may be that of the tests themselves.
    """
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found is not None
    return int(found[1]) / 1024
