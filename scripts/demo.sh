#!/usr/bin/env bash
# The main job on the built-in corpus (synthetic speech): inspect, augment, preview, train, predict.
set -euo pipefail

say() { printf '\n\033[1m$ merhan-balance %s\033[0m\n' "$*"; merhan-balance "$@"; }

mkdir -p demo && cd demo
[ -d corpus ] || say demo --out corpus
say inspect --corpus corpus
say augment --corpus corpus --recipe minority_boost
say preview --corpus corpus --recipe minority_boost -n 2
say train --corpus balanced/minority_boost --recipe minority_boost --out runs/minority_boost --force
say predict runs/minority_boost --text "I can't believe you did that, get out!"
printf '\nEverything is in %s: runs/minority_boost/metrics.json, balanced/minority_boost/manifest.parquet.\n' "$PWD"
printf 'The corpus is synthetic speech: its figures show that the parts work, not how good they are.\n'
