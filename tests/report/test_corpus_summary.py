"""The lines on the corpora, character by character."""

from rasm.report.corpus_summary import corpus_summary


def test_both_kinds() -> None:
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


def test_nothing_says_nothing() -> None:
    assert corpus_summary({}) == ""
