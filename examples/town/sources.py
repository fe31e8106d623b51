"""Writes the source files with which Lurewatch patrols the town."""

from pathlib import Path

from examples.town.posts import FOLDER

PLACEHOLDER = "http://127.0.0.1:8900"


def write_sources(folder: Path, base_url: str) -> tuple[Path, ...]:
    """Copy the town's source files into ``folder`` (made where it is missing) with the town's real address."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted((FOLDER / "sources").glob("*.yml")):
        target = folder / path.name
        target.write_text(path.read_text(encoding="utf-8").replace(PLACEHOLDER, base_url), encoding="utf-8")
        written.append(target)
    return tuple(written)
