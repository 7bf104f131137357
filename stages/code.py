"""What the code and the parameters of each run mean: two small files a run, which it depends on.

So a comment reruns nothing, and a change reruns what it reaches.
"""

from pathlib import Path

from rasm.store.json_file import write_json
from stages.closure import Sources, locked_versions
from stages.parameters import kinds_of, read_params, runs, section_of, settings_of
from stages.pipeline import read_stages


def main(
    *, library: Path, scripts: Path, lock: Path, params: Path, code: Path, resolved: Path
) -> None:
    """Write RUN.json into both folders: digests of what the run reaches, and its parameters."""
    sources = Sources(library, scripts)
    stages = read_stages(params.absolute().parent)
    settings = read_params(params, [name for name in stages if name != "code"])
    versions = locked_versions(lock.read_text(encoding="utf-8"))
    sections = {run: section_of(settings, run) for run in runs(stages, settings)}
    written = {}
    for run in sections:
        stage = run.partition("@")[0]
        script = sources.module(scripts / f"{stage}.py").tree
        written[code / f"{run}.json"] = sources.meaning(stage, kinds_of(run, sections), versions)
        written[resolved / f"{run}.json"] = settings_of(settings, run, script)
    for folder in (code, resolved):
        for left_over in folder.glob("*.json"):
            left_over.unlink()
    for path, content in written.items():
        write_json(path, content)
