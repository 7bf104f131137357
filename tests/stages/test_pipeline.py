"""Who makes what, as dvc.yaml says it."""

from pathlib import Path

import yaml

from stages.pipeline import read_stages


def write(root: Path, file: str, **stages: dict[str, object]) -> None:
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(yaml.safe_dump({"stages": stages}), encoding="utf-8")


def test_paths_are_read_from_the_root(tmp_path: Path) -> None:
    entry = {"cmd": "python -m stages x --out y", "deps": ["in"], "outs": [{"y": {"cache": False}}]}
    write(tmp_path, "dataset/dvc.yaml", x=entry)
    write(tmp_path, "dvc.yaml", z=entry | {"wdir": "sub"})
    x, z = read_stages(tmp_path).values()
    assert (x.deps, x.outs) == (("dataset/in",), ("dataset/y",))
    assert (z.deps, z.outs) == (("sub/in",), ("sub/y",))
    assert x.command == ("python", "-m", "stages", "x", "--out", "y")


def test_inputs_are_the_options_whose_paths_are_dependencies(tmp_path: Path) -> None:
    cmd = "python -m stages x --own-fonts ../a/fonts --table t --out y"
    entry = {"cmd": cmd, "wdir": "..", "deps": ["../a/fonts", "t", "code.json"], "outs": ["y"]}
    write(tmp_path, "dataset/dvc.yaml", x=entry)
    assert read_stages(tmp_path)["x"].inputs == {"own_fonts", "table"}


def test_a_stage_makes_its_outs_and_what_is_below_them(tmp_path: Path) -> None:
    outs = ["outputs/metrics", "outputs/index/${item}"]
    write(tmp_path, "dvc.yaml", x={"foreach": "${corpora}", "do": {"cmd": "c", "outs": outs}})
    stage = read_stages(tmp_path)["x"]
    made = ("outputs/metrics", "outputs/metrics/phase1.json", "outputs/index/arabic")
    assert all(stage.makes(path) for path in made)
    assert not stage.makes("outputs/metrics.json")
