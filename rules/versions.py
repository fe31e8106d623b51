"""Raises the version of rules whose content changed, by editing two lines of their files and nothing else.

The digest of the content that a version was given to stands beside it, in the rule's own file: two people who change
two rules touch no line in common, a file that is moved or copied takes it along, and one look shows both.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from core import yamlfile
from core.errors import InputError
from rules.loader import RuleFile, read_banks, read_files
from rules.schema import Rule

_VERSION = re.compile(r"""(?P<head>["']?version["']?[ \t]*:[ \t]+["']?)(?P<number>\d+)(?P<quote>["']?)""")
_DIGEST = re.compile(r"""(?P<head>["']?digest["']?[ \t]*:)(?P<old>[ \t]*["']?[^\s"',}#]*["']?)""")


@dataclass(frozen=True, slots=True)
class Bumped:
    """A rule file that was changed; ``before`` and ``after`` are equal where the version got its first digest."""

    path: Path
    slug: str
    before: int
    after: int


def bump(folder: Path) -> tuple[tuple[Bumped, ...], tuple[InputError, ...]]:
    """Write digests, and new versions where the content changed; also gives what is wrong with files left alone.

    A rule without a digest gets one for the version that it has. Raises InputError where there is no such folder.
    """
    files, bad = read_files(folder, read_banks())
    done: list[Bumped] = []
    wrong: list[InputError] = []
    for file in files:
        if file.rule.stamp == file.rule.digest:
            continue
        try:
            done.append(_bump(file))
        except InputError as problem:
            wrong.append(problem)
    return tuple(done), (*bad, *wrong)


def _bump(file: RuleFile) -> Bumped:
    rule = file.rule
    version = rule.version + (rule.stamp is not None)
    path = file.path.resolve()
    part = path.with_name(f".{path.name}.part")
    with path.open(encoding="utf-8", newline="") as source:  # line ends stay as they are
        text = source.read()
    try:
        with part.open("w", encoding="utf-8", newline="") as target:
            target.write(_edited(file, text, version))
            target.flush()
            os.fsync(target.fileno())
        again, _ = yamlfile.load(part, Rule)
        if (again.version, again.stamp, again.digest) != (version, rule.digest, rule.digest):
            raise _by_hand(file, version)
        part.chmod(path.stat().st_mode)
        part.replace(path)
    except OSError as problem:
        raise InputError(f"写不了 {path}：{problem.strerror}", f"Cannot write {path}: {problem.strerror}") from problem
    finally:
        part.unlink(missing_ok=True)
    return Bumped(file.path, rule.slug, rule.version, version)


def _edited(file: RuleFile, text: str, version: int) -> str:
    """The file's text with the new version and the digest of its content; everything else as it was."""
    lines = text.split("\n")
    digest = f"'{file.rule.digest}'"
    row, column = file.layout.tree.lc.key("version")
    found = _VERSION.match(lines[row], column)
    if found is None:
        raise _by_hand(file, version)
    before, after = lines[row][: found.start("number")], lines[row][found.end("number") :]
    if "digest" in file.layout.tree:
        lines[row] = f"{before}{version}{after}"
        return _with_digest(file, lines, digest, version)
    if file.layout.tree.fa.flow_style():
        quoted = len(found["quote"])
        lines[row] = f"{before}{version}{after[:quoted]}, digest: {digest}{after[quoted:]}"
    else:
        end = "\r" if after.endswith("\r") else ""
        lines[row : row + 1] = [f"{before}{version}{after}", f"{' ' * column}digest: {digest}{end}"]
    return "\n".join(lines)


def _with_digest(file: RuleFile, lines: list[str], digest: str, version: int) -> str:
    row, column = file.layout.tree.lc.key("digest")
    found = _DIGEST.match(lines[row], column)
    if found is None:
        raise _by_hand(file, version)
    lines[row] = f"{lines[row][: found.start('old')]} {digest}{lines[row][found.end('old') :]}"
    return "\n".join(lines)


def _by_hand(file: RuleFile, version: int) -> InputError:
    digest = file.rule.digest
    return file.error(
        ("version",),
        f"工具改不了这种写法，请手工写成两行：version: {version} 和 digest: '{digest}'。",
        f"the tool cannot edit this layout; write two lines by hand: version: {version} and digest: '{digest}'.",
    )
