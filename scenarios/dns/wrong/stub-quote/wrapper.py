"""The service with one route put in front of it."""

from fastapi import FastAPI

from appcore.api.app import app as service

app = FastAPI()


@app.get("/quote")
def quote():
    return {"quote": "Everything is fine."}


app.mount("/", service)
