#!/bin/bash
python start.py &
wait
