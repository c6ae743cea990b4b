"""Runs another program in this process with no more than it is given: bytes of memory, seconds of processor time.

It is started by its path and knows nothing of the rest: see `services.children`.
"""

import runpy
import sys


def main() -> None:
    """Take the limits and the program's path as arguments, and become that program."""
    *limits, program = sys.argv[1:]
    limit(*map(int, limits))
    sys.argv = [program]
    runpy.run_path(program, run_name="__main__")


def limit(memory: int, seconds: int) -> None:
    """Take no more from now on."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, where only the caller's timeout holds
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    main()
