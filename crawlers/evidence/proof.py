"""The proof of flags below a data folder: who keeps it, checks it, and packs it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from crawlers.evidence.verify import Verifier
from crawlers.evidence.wacz import Packer
from crawlers.evidence.writer import Attach, WarcEvidence

FOLDER = "evidence"


class Proof(WarcEvidence):
    """Keeps evidence below ``data``; ``software`` is named in it, ``clock`` dates it, ``attach`` adds to it."""

    def __init__(self, data: Path, clock: Callable[[], datetime], software: str, attach: Sequence[Attach] = ()) -> None:
        super().__init__(data / FOLDER, clock, software, attach)
        self._packer = Packer(data, clock, software)
        self._data = data

    def verifier(self) -> Verifier:
        """Checks evidence, against the chain as it is now."""
        return Verifier(self._data)

    def packer(self) -> Packer:
        """Packs evidence to be handed on."""
        return self._packer
