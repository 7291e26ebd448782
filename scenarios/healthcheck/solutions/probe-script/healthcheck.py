"""Ends with 0 when the service says that it is well."""

import http.client
import json
import sys

try:
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=2)
    connection.request("GET", "/health")
    response = connection.getresponse()
    well = response.status == 200 and json.load(response)["status"] == "ok"
except (OSError, ValueError, KeyError) as error:
    print(error)
    well = False
sys.exit(0 if well else 1)
