"""The service with a notebook: the routes of `appcore.api.app`, and notes. Start it as `appcore.api.notebook:app`."""

from typing import Annotated

from fastapi import HTTPException, Path
from pydantic import BaseModel, StrictStr

from appcore import notes
from appcore.api.app import app

MOST_CHARACTERS = 10_000
Name = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$")]


class Note(BaseModel, extra="forbid"):
    text: StrictStr


@app.put("/notes/{name}")
def write_note(name: Name, note: Note):
    if len(note.text) > MOST_CHARACTERS:
        raise HTTPException(422, f"text holds at most {MOST_CHARACTERS} characters")
    notes.write(name, note.text)
    return {"name": name}


@app.get("/notes/{name}")
def read_note(name: Name):
    text = notes.read(name)
    if text is None:
        raise HTTPException(404, "no such note")
    return {"name": name, "text": text}
