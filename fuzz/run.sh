#!/usr/bin/env bash
# run.sh TARGET RUNS: fuzzes one target without cargo-fuzz, which does the same with `cargo +nightly fuzz run TARGET`.
# Inputs that bring something new are kept in corpus/TARGET, which is not part of the repository beyond its seeds.
set -euo pipefail
cd "$(dirname "$0")"
target=$1 runs=$2
flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
flags+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing"
host=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS="$flags" cargo build --release --target "$host" --bin "$target"
mkdir -p "corpus/$target"
"${CARGO_TARGET_DIR:-target}/$host/release/$target" -runs="$runs" -max_len=65536 -rss_limit_mb=512 -timeout=5 "corpus/$target" "seeds/$target"
