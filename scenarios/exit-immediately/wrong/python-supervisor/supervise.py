import subprocess
import time

while True:
    subprocess.run(["uvicorn", "appcore.api.app:app", "--host", "0.0.0.0"])
    time.sleep(0.2)
