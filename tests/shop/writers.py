"""A process of many writers: `python -m tests.shop.writers THREADS SECONDS`, settings from outside.

Each leaves messages, one transaction each, until time is over. Answers one line of JSON: how many
each writer has written, and the errors.
"""

import json
import sys
import threading
import time

from shop import clock, outbox
from shop.app import create_app
from shop.db import db, transaction


def main() -> None:
    threads, seconds = int(sys.argv[1]), float(sys.argv[2])
    app = create_app()
    written, errors = [0] * threads, []
    end = time.monotonic() + seconds

    def write(number: int) -> None:
        while time.monotonic() < end:
            try:
                with app.app_context(), transaction():
                    outbox.leave("test.written", {"by": number}, at=clock.now())
                    db.session.flush()
                written[number] += 1
            except Exception as problem:
                errors.append(repr(problem)[:300])

    workers = [threading.Thread(target=write, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(json.dumps({"written": written, "errors": errors}))


if __name__ == "__main__":
    main()
