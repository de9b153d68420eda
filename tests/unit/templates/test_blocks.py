"""Every block of every default template can be overridden, and super() gives all that it had."""

from __future__ import annotations

from pathlib import Path

from clientsmith.api import Api
from clientsmith.config import load
from clientsmith.customize.reference import blocks_of
from clientsmith.format import check_compiles
from clientsmith.pipeline import lowered
from clientsmith.plugins import Plugin
from clientsmith.render import Renderer, find_templates

SPEC = Path(__file__).parents[3] / "spec" / "recordings.yaml"
DOCUMENTS = Path(__file__).parents[2] / "golden" / "documents"
OTHERS = ("polymorphism", "webhooks")
BLOCKS = {
    template.name: [block.name for block in blocks_of(template)]
    for template in find_templates().templates
    if template.name.endswith(".jinja")
}


def override(folder: Path, text: str) -> Path:
    """Write a template for each default one that has blocks, with a text in each block, and return their folder."""
    for name, blocks in BLOCKS.items():
        if not blocks:
            continue
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        code = "".join(
            f"{{% block {block} %}}{text.replace('BLOCK', f'{name}: {block}')}{{% endblock %}}\n"
            for block in blocks
        )
        file.write_text(f'{{% extends "default/{name}" %}}\n{code}')
    return folder


def api_of(spec: Path) -> Api:
    return lowered(load(spec.parent, spec=str(spec))).api


def test_each_block_can_be_overridden_and_super_gives_what_it_had(tmp_path: Path) -> None:
    reached: set[str] = set()

    def noted(block: str) -> str:
        reached.add(block)
        return ""

    plugin = Plugin("noting", None, None, {}, {}, {"noted": noted})
    mine = find_templates(override(tmp_path, "{{ noted('BLOCK') }}{{ super() }}"))
    for spec in (SPEC, *(DOCUMENTS / f"{name}.yaml" for name in OTHERS)):
        api = api_of(spec)
        before = dict(Renderer(api, find_templates()).files())
        after = dict(Renderer(api, mine, [plugin]).files())
        assert after == before
        for path, text in after.items():
            check_compiles(path, text)
    every = {f"{name}: {block}" for name, blocks in BLOCKS.items() for block in blocks}
    assert every - reached == set()
