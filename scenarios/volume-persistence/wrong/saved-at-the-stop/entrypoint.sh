#!/bin/bash
mkdir -p /app/data
cp -r /data/. /app/data
trap 'kill $server; wait $server; cp -r /app/data/. /data; exit 0' TERM
uvicorn appcore.api.notebook:app --host 0.0.0.0 --port 8000 &
server=$!
wait $server
