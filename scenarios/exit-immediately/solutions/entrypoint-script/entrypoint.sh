#!/bin/sh
set -e
export PYTHONPATH=/app/src
exec uvicorn appcore.api.app:app --host 0.0.0.0 --port 8000
