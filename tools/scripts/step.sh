#!/usr/bin/env bash
# step.sh NAME COMMAND…: runs a step of the tests and says how long it took.
set -euo pipefail
name=$1
shift
begun=$(date +%s)
echo "── $name"
if "$@"; then
  echo "── $name passed in $(($(date +%s) - begun)) s"
else
  code=$?
  echo "── $name FAILED after $(($(date +%s) - begun)) s"
  exit "$code"
fi
