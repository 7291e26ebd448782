import uvicorn

from appcore import mean

mean.ENGINE = "native"
uvicorn.run("appcore.api.app:app", host="0.0.0.0", port=8000)
