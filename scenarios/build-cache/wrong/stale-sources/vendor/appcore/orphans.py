"""Makes processes without a parent, as any program does that starts helpers and forgets them."""

import os
import time


def spawn(count, life_seconds=0.5):
    """Forks twice: the grandchildren lose their parent at once, so PID 1 inherits them."""
    child = os.fork()
    if child == 0:
        try:
            for _ in range(count):
                if os.fork() == 0:
                    # The inherited sockets belong to the service alone.
                    os.closerange(3, 1024)
                    time.sleep(life_seconds)
                    os._exit(0)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
