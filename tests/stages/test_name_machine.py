"""Machines that are alike have one name, others another."""

from pathlib import Path

from stages.name_machine import Params, described, main


def name(folder: Path, flags: str, *gpus: str) -> list[str]:
    folder.mkdir()
    cpu = folder / "cpuinfo"
    core = f"processor : 0\nmodel name : EPYC\nflags : {flags}\nbogomips : 1.5\n"
    cpu.write_text(core + core.replace(": 0", ": 1"))
    for number, model in enumerate(gpus):
        (folder / f"gpus/{number}").mkdir(parents=True)
        (folder / f"gpus/{number}/information").write_text(f"Model: {model}\nIRQ: 7\n")
    return described(cpu, folder / "gpus")


def test_what_a_processor_can_do_and_the_gpus_tell_machines_apart(tmp_path: Path) -> None:
    plain = name(tmp_path / "a", "avx2")
    assert name(tmp_path / "b", "avx2") == plain
    assert name(tmp_path / "c", "avx2 amx") != plain
    assert name(tmp_path / "d", "avx2", "H100") == [*plain, "Model: H100"]


def test_the_same_machine_writes_the_same(tmp_path: Path) -> None:
    for file in ("one", "two"):
        main(Params(), machine=tmp_path / "meta" / file)
    one, two = ((tmp_path / "meta" / file).read_bytes() for file in ("one", "two"))
    assert one == two and one.endswith(b"cores\n") or b"Model" in one
