"""The lines on the corpora, character by character."""

from rasm.report.summary import corpus_summary


def test_both_types() -> None:
    characters = {
        "ways": 20,
        "trials": 400,
        "scripts": 8,
        "one_shot_error_embedding": 0.125,
        "one_shot_error_pixels": 0.5,
    }
    level = {"top1": 0.75, "verification_accuracy": 0.875, "verification_accuracy_fixed": 0.5}
    level |= {"verification_roc_auc": 0.9375, "verification_eer": 0.125}
    letters = {"verification_threshold": 0.5} | {f"heavy_{k}": v for k, v in level.items()}
    assert corpus_summary({"world": characters, "letters": letters}).splitlines() == [
        "Corpus world: one of 20 characters of a script by one picture of each, in another font",
        "  400 trials in 8 scripts that no training saw",
        "  wrong answers 0.1250   raw pixels 0.5000",
        "",
        "Corpus letters: worn letters among clean ones; same or different by a threshold of 0.500",
        "  wear       top-1   same?  at 1.0  ROC-AUC     EER",
        "  heavy     0.7500  0.8750  0.5000   0.9375  0.1250",
    ]


RETRIEVAL = {
    "queries": 500,
    "gallery": 4000,
    "classes": 90,
    "queries_of_no_class": 0,
    "recall_at_1": 0.75,
    "recall_at_5": 0.875,
    "recall_at_10": 0.9375,
    "label_recall_at_5": 0.9375,
    "label_recall_at_10": 1.0,
    "map": 0.5,
    "map_at_r": 0.25,
    "vote_top1": 0.8125,
    "prototype_top1": 0.625,
    "verdict_ok": 0.5,
    "verdict_uncertain": 0.375,
    "verdict_not_known": 0.125,
}


def test_retrieval() -> None:
    lines = corpus_summary({"digits": RETRIEVAL}).splitlines()
    assert lines == [
        "Corpus digits: 500 unseen pictures looked up among 4000 of 90 classes",
        "  recall at 1 0.7500   at 5 0.8750   at 10 0.9375   mAP 0.5000   mAP@R 0.2500",
        "  right label among the nearest 5 labels 0.9375   10 1.0000",
        "  right by vote 0.8125   by nearest prototype 0.6250",
        "  verdicts: ok 0.5000, uncertain 0.3750, not a known glyph 0.1250",
    ]


def test_retrieval_says_more_where_there_is_more() -> None:
    groups = {"groups": 6} | {
        f"group_recall_at_1_{key}": value
        for key, value in (("min", 0.5), ("mean", 0.75), ("max", 1.0))
    }
    found = {**RETRIEVAL, **groups, "ok_precision": 0.96875, "queries_of_no_class": 3}
    assert corpus_summary({"arabic": found}).splitlines()[4:] == [
        "  verdicts: ok 0.5000, uncertain 0.3750, not a known glyph 0.1250; right when ok 0.9688",
        "  recall at 1 of 6 groups: from 0.5000 to 1.0000, mean 0.7500",
        "  3 of a class that is not there count as wrong",
    ]


def test_nothing_says_nothing() -> None:
    assert corpus_summary({}) == ""
