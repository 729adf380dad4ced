"""Places where a test lets a process die, to see that nothing is lost (bar A11).

Only a process started with XIANGYUAN_ENV=testing can be told to; a production start refuses the
setting, and everywhere else it means nothing.
"""

import os
import signal

ARMED = os.environ.get("FAILPOINT") if os.environ.get("XIANGYUAN_ENV") == "testing" else None


def failpoint(name: str) -> None:
    """Die here, as in a power failure, if the environment's FAILPOINT names this place."""
    if name == ARMED:
        os.kill(os.getpid(), signal.SIGKILL)
