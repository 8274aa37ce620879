#!/usr/bin/env bash
# 2026-11-30
# The numbers of system calls that the filter of trial runs decides about, against the kernel's own headers.
#
# Expected: each name in src/EdgeAgent/Trials/SystemCalls.cs has the number of asm/unistd_64.h (x86-64) and of asm-generic/unistd.h
# (ARM64), and None where a header has none.
# Seen, with linux-libc-dev 6.1: all agree. Shifted by one in a list of bare numbers, a filter refuses the wrong call and looks the same.
# Cost: a hostile model may do what it must not, or a good one fails.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
x64=$(ls /usr/include/*/asm/unistd_64.h 2>/dev/null | head -n 1)
arm64=/usr/include/asm-generic/unistd.h
[[ -n $x64 && -e $arm64 ]] || { echo "needs linux-libc-dev, on x86-64"; exit 2; }

number() { # FILE NAME: its number, or None.
    awk -v name="$2" '
        $1 == "#define" && $2 == "__NR_" name { value = $3 }
        $1 == "#define" && $2 == "__NR3264_" name { shared = $3 }
        END { print value ~ /^[0-9]+$/ ? value : shared != "" ? shared : "None" }' "$1"
}

checked=0 wrong=0
while read -r name first second; do
    checked=$((checked + 1))
    seen="$(number "$x64" "$name") $(number "$arm64" "$name")"
    [[ $seen == "$first $second" ]] || { echo "$name is $first $second, the headers say $seen"; wrong=1; }
done < <(grep -oE 'new\("[a-z0-9_]+", [0-9A-Za-z]+, [0-9A-Za-z]+\)' "$here/src/EdgeAgent/Trials/SystemCalls.cs" | tr -d '",()' | sed 's/^new//')
echo "$checked calls compared"
((checked > 100)) && exit "$wrong"
