"""The guides say what is exported, what rights it takes, and that no Kibana was tried."""

import json
import re
from contextlib import closing

import pytest

from core.words import Lang
from indexer.elastic.cluster import Access, Cluster
from indexer.elastic.keys import rights
from indexer.elastic.mapping import mappings
from indexer.kibana.export import saved_objects
from tests.running import ROOT

GUIDES = [("kibana.md", "en"), ("kibana.zh.md", "zh")]
UNTRIED = {"en": "**The import into a Kibana was not tried.**", "zh": "**没有在 Kibana 里试过导入。**"}


def guide(name: str) -> str:
    """The text of a guide."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "lang"), GUIDES)
def test_a_guide_names_every_object_and_version(name: str, lang: Lang) -> None:
    """Titles in its language, the versions of the form, and plainly what was not tried."""
    text = guide(name)
    for one in saved_objects(mappings("flags"), "flags", lang):
        assert one["attributes"]["title"].split(" · ")[-1] in text
        assert one["typeMigrationVersion"] in text
        assert one["coreMigrationVersion"] in text
    assert UNTRIED[lang] in text
    assert "deploy/kibana-import.sh" in text
    assert "_import?overwrite=true" in text


@pytest.mark.parametrize(("name", "lang"), GUIDES)
def test_the_rights_of_a_guide_are_those_of_the_key(name: str, lang: Lang) -> None:
    """Word for word what the key of Kibana's readers is given, without a prefix."""
    (block,) = re.findall(r"^```json\n(.*?)^```$", guide(name), re.MULTILINE | re.DOTALL)
    with closing(Cluster(Access("https://127.0.0.1:1"))) as cluster:  # it is not asked
        assert json.loads(block) == rights(cluster, "kibana")
