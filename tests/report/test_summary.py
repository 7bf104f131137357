"""What `make run` prints of the metrics: every number, and nothing of what was not measured."""

from pathlib import Path
from typing import Any

import pytest

from rasm.report.summary import corpus_summary, main, report, summary
from rasm.store.json_file import write_json

MACHINE = {"machine": "a Xeon"}
CELLS = {"accuracy": 0.95, "accuracy_inked": 0.9, "empty_false_positive_rate": 0.0123}


def recogniser(top1: float) -> dict[str, Any]:
    return {
        "glyphs": 100,
        "labels": 30,
        "families": 4,
        "strict_top1": top1,
        "strict_top1_ceiling": 0.89,
        "calibration_error": 0.02,
        "strict_top1_family_min": 0.25,
        "strict_top1_family_max": 0.75,
        "shape_top1_family_min": 0.5,
        "shape_top1_family_max": 1.0,
        **{f"{kind}_top1": top1 for kind in ("shape", "letter")},
        **{f"{kind}_top1_family_mean": top1 for kind in ("strict", "shape", "letter")},
    }


def words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def test_scores_stand_side_by_side_before_their_ceiling() -> None:
    text = summary({"phase1": CELLS, "baseline": recogniser(0.6), "phase2": recogniser(0.5)}, {})
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    assert rows["phase2"] == ["baseline", "ceiling"]
    assert rows["strict_top1"][-3:] == ["family", "0.25-0.75", "0.25-0.75"]
    assert "strict_top1 0.5000 0.6000 0.8900" in " ".join(words(text))
    assert rows["calibration_error"] == ["0.0200", "0.0200"]  # no ceiling
    assert {"0.9500", "0.9000", "0.0123", "100", "30", "4"} <= set(words(text))


def test_intervals_and_the_lead_are_told_where_they_are_known() -> None:
    """Metrics in git may be older."""
    ends = {f"{kind}_top1_{end}": 0.25 for kind in ("strict", "shape") for end in ("low", "high")}
    lead = {"shape_top1_lead": 0.0125, "shape_top1_lead_low": -0.03, "shape_top1_lead_high": 0.05}
    phase2 = recogniser(0.5) | ends | lead
    text = summary({"phase2": phase2, "baseline": recogniser(0.6) | ends, "machine": MACHINE}, {})
    assert "shape_top1 interval 0.25-0.25 0.25-0.25" in " ".join(words(text))
    assert "phase2 is +0.0125 (-0.030 to +0.050) ahead of baseline" in text
    assert "Computed on a Xeon." in text
    older = summary({"phase2": recogniser(0.5)}, {})
    assert "interval" not in older and "ahead" not in older and "Computed" not in older
    found = RETRIEVAL | {"recall_at_1_low": 0.0101, "recall_at_1_high": 0.75}
    assert "recall at 1 0.0100 (0.01 to 0.75) " in corpus_summary({"arabic": found})


def test_validation_stands_beside_test() -> None:
    text = summary({"phase2": recogniser(0.5)}, {"phase2": recogniser(0.7) | {"families": 8}})
    below = text[text.index("On 100 glyphs of 8 validation families") :]
    assert "letter_top1 0.7000" in " ".join(words(below))
    assert "strict_top1_family_mean 0.7000" in " ".join(words(below))


def test_errors_are_summed_up() -> None:
    found = {"errors": 50, "errors_of_dots": 20, "errors_of_form": 9}
    found |= {"errors_mended_by_true_grid": 3, "errors_made_by_true_grid": 1}
    text = summary({"phase2": recogniser(0.5), "analysis": found}, {})
    assert {"50", "20", "9", "3", "1"} <= set(words(text))
    assert "outputs/analysis/confusions.html" in text


def test_what_was_not_measured_is_left_out() -> None:
    assert "phase2" not in summary({"baseline": recogniser(0.6)}, {})
    assert "Glyph" not in summary({"phase1": CELLS}, {})
    assert summary({}, {}) == corpus_summary({}) == ""


def test_corpora_of_characters_and_of_letters() -> None:
    characters = {"ways": 20, "trials": 400, "scripts": 8}
    characters |= {"one_shot_error_embedding": 0.125, "one_shot_error_pixels": 0.5}
    level = {"top1": 0.75, "verification_accuracy": 0.875, "verification_accuracy_fixed": 0.5}
    level |= {"verification_roc_auc": 0.9375, "verification_eer": 0.125}
    letters = {"verification_threshold": 0.25} | {f"heavy_{k}": v for k, v in level.items()}
    about_characters, about_letters = corpus_summary(
        {"world": characters, "carved": letters}
    ).split("\n\n")
    assert {"20", "400", "8", "0.1250", "0.5000"} <= set(words(about_characters))
    assert "world" in about_characters and "carved" in about_letters
    assert "heavy 0.7500 0.8750 0.5000 0.9375 0.1250" in " ".join(words(about_letters))
    assert "0.250" in words(about_letters)
    assert "seed" not in about_letters, "a level that was not asked"
    assert "Brier" not in about_letters, "metrics of before say nothing of it"


def test_labels_asked_for_among_all_are_tabled() -> None:
    world = {"ways": 20, "trials": 400, "scripts": 8}
    world |= {"one_shot_error_embedding": 0.125, "one_shot_error_pixels": 0.5}
    world |= {"open_labels": 11512, "open_held_out_queries": 700, "open_held_out_groups": 6}
    world |= {f"open_held_out_top{most}": most / 16 for most in (1, 5, 10)}
    world |= {"open_held_out_top1_low": 0.01, "open_held_out_top1_high": 0.99}
    text = corpus_summary({"world": world})
    assert "which of 11512 labels" in text and "by hand" not in text
    (line,) = (line for line in text.splitlines() if "unseen scripts" in line)
    row = "unseen scripts 700 6 0.0625 0.3125 0.6250 - - (0.01 to 0.99)"
    assert " ".join(line.split()) == row
    world |= {"open_held_out_verdict_ok": 0.5, "open_held_out_ok_precision": 0.75}
    assert "0.6250 0.5000 0.7500 (0.01" in " ".join(words(corpus_summary({"world": world})))


def test_the_probability_of_the_same_letter_is_judged() -> None:
    judged = {"accuracy": 0.91, "roc_auc": 0.92, "brier": 0.93, "calibration_error": 0.94}
    judged |= {"accuracy_fixed": 0.95, "eer": 0.96}
    found = {f"verification_{key}": value for key, value in judged.items()}
    text = corpus_summary({"digits": RETRIEVAL | found})
    assert "right 0.9100 ROC-AUC 0.9200 Brier 0.9300 calibration error 0.9400" in " ".join(
        words(text)
    )
    letters = {f"heavy_{key}": value for key, value in found.items()}
    letters |= {"heavy_top1": 0.5, "verification_threshold": 0.25}
    (line,) = (ln for ln in corpus_summary({"carved": letters}).splitlines() if "heavy" in ln)
    assert " ".join(line.split()) == "heavy 0.5000 0.9100 0.9500 0.9200 0.9600 0.9300 0.9400"


RETRIEVAL = {
    "queries": 500,
    "gallery": 4000,
    "classes": 90,
    "queries_of_no_class": 0,
    "recall_at_1": 0.01,
    "recall_at_5": 0.02,
    "recall_at_10": 0.03,
    "label_recall_at_5": 0.04,
    "label_recall_at_10": 0.05,
    "map": 0.06,
    "map_at_r": 0.07,
    "vote_top1": 0.08,
    "prototype_top1": 0.09,
    "verdict_ok": 0.1,
    "verdict_uncertain": 0.11,
    "verdict_not_known": 0.12,
}


def test_corpora_of_known_classes() -> None:
    plain = words(corpus_summary({"digits": RETRIEVAL}))
    assert {"500", "4000", "90", *(f"{n / 100:.4f}" for n in range(1, 13))} <= set(plain)
    more = {"groups": 6, "ok_precision": 0.13, "queries_of_no_class": 3}
    more |= {"group_recall_at_1_min": 0.14, "group_recall_at_1_mean": 0.15}
    more |= {"group_recall_at_1_max": 0.16}
    found = {"6", "3", "0.1300", "0.1400", "0.1500", "0.1600"}
    assert found <= set(words(corpus_summary({"digits": RETRIEVAL | more})))
    assert not found & set(plain)


RANKING = {
    **{"letters": 7, "letters_trained": 18},
    **{"adjacent": 0.91, "adjacent_low": 0.83, "adjacent_high": 0.94, "adjacent_gap": 0.7101},
    **{"adjacent_anew": 0.8201, "adjacent_grain": 0.99},
    **{"unseen": 0.86, "unseen_low": 0.8, "unseen_high": 0.9, "unseen_gap": 0.6101},
    **{"unseen_anew": 0.6201, "unseen_scratches": 0.77},
    **{"heavy_error": 0.2875, "heavy_error_kept_ranker": 0.1302, "heavy_error_ratio_ranker": 0.45},
    **{"heavy_error_ratio_ranker_low": 0.41, "heavy_error_ratio_ranker_high": 0.52},
}


def test_a_ranker() -> None:
    text = corpus_summary({"carved_ranker": RANKING})
    first, seen, kinds, unseen, other_kinds, heavy = text.splitlines()
    assert first.startswith("Ranker carved: ") and "on 7 letters" in first
    assert "0.9100 (0.83 to 0.94)" in seen and "0.7101" in seen and "0.8201" in seen
    assert kinds.strip() == "grain 0.99"
    assert "0.8600 (0.80 to 0.90)" in unseen and other_kinds.strip() == "scratches 0.77"
    assert "heavy: error 0.2875" in heavy
    assert "by ranker 0.1302, a share of 0.45 (0.41 to 0.52)" in heavy


def test_a_folder_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder, name, found in (
        ("metrics", "baseline", recogniser(0.6)),
        ("metrics", "phase1", CELLS),
        ("metrics", "machine", {"machine": "a Toy, 2 cores, 32-true"}),
        ("corpus_metrics", "digits", RETRIEVAL),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        write_json(tmp_path / folder / f"{name}.json", found)
    assert main(tmp_path) == 0
    printed = capsys.readouterr().out
    assert printed == report(tmp_path) + "\n"
    assert "Computed on a Toy, 2 cores, 32-true." in printed
    assert summary({"phase1": CELLS, "baseline": recogniser(0.6)}, {}) in printed
    assert corpus_summary({"digits": RETRIEVAL}) in printed


def test_no_metrics_say_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path) == 1
    assert "make run" in capsys.readouterr().err
