"""A process of a world that runs steps for the test: functions by name, arguments and answers pickled."""

import os
import pickle
import sys
import traceback

import django


def main() -> None:
    """Read (function, keyword arguments) until the input ends; answer (worked, value or traceback)."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    django.setup()
    from django.db import close_old_connections

    while True:
        try:
            step, options = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer = (True, step(**options))
        except Exception:
            answer = (False, traceback.format_exc())
        pickle.dump(answer, answers)
        answers.flush()
        close_old_connections()


if __name__ == "__main__":
    main()
