import signal

import uvicorn

# The kernel then forgets children as soon as they end, whoever may wait for them.
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
uvicorn.run("appcore.api.app:app", host="0.0.0.0", port=8000)
