"""Settings, read from the environment once."""

import os

APP_NAME = os.environ.get("APP_NAME", "practical-production-service")
APP_VERSION = os.environ.get("APP_VERSION", "0.1.0")
DEBUG = os.environ.get("DEBUG", "false").strip().lower() in {"1", "true", "yes", "on"}
LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO").strip().upper()
UPSTREAM_URL = os.environ.get("UPSTREAM_URL", "https://httpbin.org/get")
FASTMEAN_LIB = os.environ.get("FASTMEAN_LIB", "/app/lib/libfastmean.so")
