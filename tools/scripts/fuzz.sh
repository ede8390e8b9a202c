#!/usr/bin/env bash
# fuzz.sh TIME: runs each fuzz target of the project for that long, one after the other.
set -euo pipefail
cd "$(dirname "$0")/../.."
time=$1
grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' . | sort | while read -r file; do
  grep -oE '^func Fuzz[A-Za-z0-9_]+' "$file" | sed 's/^func //' | while read -r target; do
    echo "── $target ($(dirname "$file"))"
    go test "$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$time"
  done
done
