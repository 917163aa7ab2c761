#!/usr/bin/env bash
# Builds and runs all tests. The last line is "N passed, N failed" (and skipped, if any).
set -uo pipefail

root=$(dirname "$(dirname "$(readlink -f "$0")")")
source "$root/eng/dotnet.sh"

give_up() { echo "0 passed, 1 failed"; exit 1; }

require_sdk || give_up
# MSBuild leaves empty folders behind where temporary files go.
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

"$root/eng/install-browser.sh"
"$root/eng/install-mpich.sh"
dotnet build "$root/ModalityBalance.sln" -c Release -v q < /dev/null || give_up

log=$TMPDIR/log
# One project at a time: each one's tests use every core.
dotnet test "$root/ModalityBalance.sln" -c Release --no-build -m:1 < /dev/null 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

count() { grep -oE "$1: +[0-9]+" "$log" | awk '{ sum += $2 } END { print sum + 0 }'; }
passed=$(count Passed) failed=$(count Failed) skipped=$(count Skipped)
# A test host that broke off leaves no count behind, and none at all means that nothing ran.
{ [ "$status" -eq 0 ] && [ "$passed" -gt 0 ]; } || [ "$failed" -gt 0 ] || failed=1
summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary+=", $skipped skipped"
echo "$summary"
[ "$failed" -eq 0 ]
