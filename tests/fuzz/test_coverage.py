"""A short run of a fuzzer that looks for texts which lead through new parts of the code."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz.texts import PIECES
from tests.running import ROOT, environment

SECONDS = 20
SEEDS = (
    "办理各类证件刻章，加微信 zheng_8812，电话 138-0013-8000",
    "黑户贷\x1e低息放款，无视征信，Q群：一二三四五六七八九，www.daikuan点com",
    "【公安局】警方提醒：有人说“代开发票，加 V❤ fapiao_77310”，请勿相信，举报电话 0571-88012390",
    "ＱＱ①②③④⑤⑥　t.me/abc_12 abc艾特163点com http://a.test/x?y=1",
    "(fight or offer) and not show and offer near 30",
)
_COVERED = re.compile(r"^#(\d+)\s+\w+\s+cov: (\d+)", re.MULTILINE)


def quoted(word: str) -> str:
    """A word as libFuzzer's dictionaries have it."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"'


def test_no_text_breaks_the_judge(tmp_path: Path) -> None:
    """For so many seconds, from a few seeds and the words of adverts; the text that breaks it is shown."""
    if find_spec("atheris") is None:
        pytest.skip("atheris has wheels for Python 3.11 to 3.13 on Linux x86_64 alone, and is not installed here")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(SEEDS):
        (seeds / str(number)).write_bytes(seed.encode())
    words = tmp_path / "words.dict"
    words.write_text("\n".join(map(quoted, dict.fromkeys(PIECES))), "ascii")
    ran = subprocess.run(  # noqa: S603 - our own code
        [
            *(sys.executable, "-m", "tests.fuzz.target", str(seeds), f"-dict={words}", f"-artifact_prefix={tmp_path}/"),
            *(f"-max_total_time={SECONDS}", "-max_len=600", "-timeout=20", "-rss_limit_mb=3000", "-seed=1"),
        ],
        cwd=tmp_path,
        env={**environment(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=SECONDS * 8,
        check=False,
    )
    said = ran.stderr.decode("utf-8", "backslashreplace") + ran.stdout.decode("utf-8", "backslashreplace")
    broken = [path.read_bytes() for path in tmp_path.glob("*-*")]
    assert (ran.returncode, broken) == (0, []), said[-4000:]
    covered = _COVERED.findall(said)
    assert int(covered[-1][0]) > 200, said[-2000:]  # else it did not run at all
    assert int(covered[-1][1]) > int(covered[0][1]), "the readers were not instrumented"
