"""The routes. Start it as `appcore.api.app:app`."""

import math
from typing import List, Union

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, StrictFloat, StrictInt

from appcore.api.request_log import RequestLog
from appcore.build_id import BUILD_ID
from appcore.log import log
from appcore.mean import ENGINE, mean
from appcore.orphans import spawn
from appcore.settings import APP_NAME, APP_VERSION, DEBUG
from appcore.upstream import UpstreamError, fetch

MOST_FEATURES = 10_000
MOST_ORPHANS = 50

app = FastAPI(title=APP_NAME, version=APP_VERSION, debug=DEBUG)
app.add_middleware(RequestLog)


class Features(BaseModel, extra="forbid"):
    features: List[Union[StrictInt, StrictFloat]]


class Spawn(BaseModel, extra="forbid"):
    count: StrictInt


@app.get("/health")
async def health():
    return {"status": "ok"}


@app.get("/version")
async def version():
    return {"name": APP_NAME, "version": APP_VERSION, "build": BUILD_ID, "engine": ENGINE}


@app.post("/predict")
async def predict(body: Features):
    if not 1 <= len(body.features) <= MOST_FEATURES:
        raise HTTPException(422, f"features holds 1 to {MOST_FEATURES} numbers")
    try:
        prediction = mean([float(number) for number in body.features])
    except OverflowError:
        prediction = math.inf
    if not math.isfinite(prediction):
        raise HTTPException(422, "the mean of these numbers is no finite number")
    return {"prediction": prediction}


@app.get("/quote")
def quote():
    try:
        return fetch()
    except UpstreamError as error:
        log.warning("no quote: %s: %s", error.kind, error.detail)
        return JSONResponse({"error": error.kind, "detail": error.detail}, status_code=502)


@app.post("/spawn")
def spawn_orphans(body: Spawn):
    if not 1 <= body.count <= MOST_ORPHANS:
        raise HTTPException(422, f"count is 1 to {MOST_ORPHANS}")
    spawn(body.count)
    return {"spawned": body.count}
