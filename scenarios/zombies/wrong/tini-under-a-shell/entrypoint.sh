#!/bin/sh
tini -s -- python start.py
echo "ended with $?"
