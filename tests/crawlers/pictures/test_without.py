"""Where what reads pictures is not installed, sources that ask for it are patrolled without, and a sentence says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from crawlers.pictures.optional import installed, missing
from tests.crawlers.conftest import Answer, Site
from tests.crawlers.pictures.test_patrolled import SOURCE
from tests.running import ROOT, environment

WITHOUT = """
import sys
sys.modules.update(dict.fromkeys(("rapidocr_onnxruntime", "zxingcpp", "cv2", "PIL")))  # as if they were not there
from cli.main import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize(("lang", "said"), [("zh", "读图组件没有安装"), ("en", "is not installed")])
def test_patrolled_without(tmp_path: Path, site: Site, lang: str, said: str) -> None:
    """The text is judged as ever, no picture is asked for, and how to install it is said once."""
    html = '<meta charset=utf-8><li class="post" id="a"><p class="words">周末去哪里玩<img src="/p.png"></p></li>'
    site.pages["/walls"] = Answer(html, headers={"Content-Type": "text/html"})
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "w.yml").write_text(SOURCE.format(id="walls", url=site.url, pictures="true"), "utf-8")
    env = environment(
        tmp_path,
        LUREWATCH_SOURCES=str(tmp_path / "sources"),
        LUREWATCH_ALLOW_PRIVATE="127.0.0.0/8",
        PYTHONPATH=str(ROOT),
    )
    args = [sys.executable, "-c", WITHOUT, "--lang", lang, "patrol", "--once"]
    done = subprocess.run(args, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(said) == 1
    assert "make images" in done.stderr
    assert site.paths() == ["/walls"]


def test_nothing_is_said_where_nothing_is_asked() -> None:
    """Here it is installed; and without sources that ask, it is nobody's matter."""
    assert installed()
    assert missing(()) is None
