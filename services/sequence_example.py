"""Decides which sequence ships, for owners to begin with."""

from pathlib import Path
from typing import Final

NAME: Final = "welcome.yaml"
"""What the file is called."""

_PLACE: Final = Path(__file__).parent / "examples" / NAME


def example_file() -> bytes:
    """Return the example as the YAML that `services.sequence_files` reads.

    Raises:
        OSError: The installation is not whole.
    """
    return _PLACE.read_bytes()
