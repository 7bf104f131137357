"""A stage that dies takes its workers along.

Joblib's workers wait five minutes for more work, and one that is busy goes on for nobody when the
stage was killed: its pipes stay open, so whoever reads them waits too. So each worker watches its
parent, and ends when that is another.
"""

import os
import sys
from contextlib import AbstractContextManager, nullcontext


def ending_with_this_process() -> AbstractContextManager[object]:
    """Within it joblib's workers end when this process does; it matters if joblib is in use."""
    if "joblib" not in sys.modules:
        return nullcontext()
    from joblib import parallel_config

    from rasm.bounded.worker import watch

    return parallel_config(backend="loky", initializer=watch, initargs=(os.getpid(),))
