#!/bin/sh
exec uvicorn --app-dir src appcore.api.app:app --host 0.0.0.0
