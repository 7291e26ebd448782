"""A small init: hands signals on to the one child it started, and waits for every child that it was given."""

import os
import signal
import sys

main = os.fork()
if main == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, lambda received, _frame: os.kill(main, received))

while True:
    pid, status = os.wait()
    if pid == main:
        code = os.waitstatus_to_exitcode(status)
        sys.exit(code if code >= 0 else 128 - code)
