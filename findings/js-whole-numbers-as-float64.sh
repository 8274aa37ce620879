#!/usr/bin/env bash
# 2026-11-30
# Whole numbers of 2^32 and above leave cbor-x and msgpackr as float64.
#
# Expected: a whole number is written as an integer, as cbor and @msgpack/msgpack do. And an encoder reads what a peer writes the
# way it reads its own.
# Seen, with cbor-x 1.6.9, msgpackr 1.11.14 and 2.1.4:
# - 4294967295 is a uint32, 4294967296 a float64. Below zero cbor-x changes at -2^32, msgpackr at -2^31. Every time in ms is a float64.
# - An integer in 64 bits is read as BigInt, however small. So their own frame comes back as a number and a peer's frame does not:
#   JSON.stringify, new Date and minus all throw, on a time of today.
# Cost: a counter of ms since the start changes its type on the 50th day, a counter of Wh at 4.3 GWh. A reader with a typed column or
# field refuses it from then on. A test in which one library reads its own frames does not see any of it.
set -euo pipefail
command -v node >/dev/null || { echo "needs nodejs and npm"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --ignore-scripts --omit=optional --no-audit --no-fund --silent --save-exact \
    cbor@9.0.2 cbor-x@1.6.9 @msgpack/msgpack@3.1.3 msgpackr@2.1.4 msgpackr-1@npm:msgpackr@1.11.14

cat > write.js <<'JS'
const libraries = {
    cbor: [require("cbor").encode, require("cbor").decode],
    "cbor-x": [require("cbor-x").encode, require("cbor-x").decode],
    "@msgpack/msgpack": [require("@msgpack/msgpack").encode, require("@msgpack/msgpack").decode],
    "msgpackr 1": [require("msgpackr-1").pack, require("msgpackr-1").unpack],
    "msgpackr 2": [require("msgpackr").pack, require("msgpackr").unpack],
};
const values = [4294967295, 4294967296, 1712345678901, -2147483649, -4294967297];
const kind = head => ({
    0x1a: "integer", 0x1b: "integer", 0x3a: "integer", 0x3b: "integer", 0xfb: "float64",
    0xce: "integer", 0xcf: "integer", 0xd2: "integer", 0xd3: "integer", 0xcb: "float64",
})[head] ?? `byte ${head}`;
for (const [name, [encode]] of Object.entries(libraries))
    console.log(`${name}: ${values.map(v => `${v} ${kind(encode(v)[0])}`).join(", ")}`);

const time = 1712345678901;
const peers = { "cbor-x": "cbor", "msgpackr 1": "@msgpack/msgpack", "msgpackr 2": "@msgpack/msgpack" };
for (const [name, peer] of Object.entries(peers)) {
    const [encode, decode] = libraries[name];
    const theirs = decode(libraries[peer][0]({ ts: time })).ts;
    const tries = { stringify: () => JSON.stringify(theirs), date: () => new Date(theirs), minus: () => theirs - 1000 };
    const thrown = Object.entries(tries).map(([what, act]) => {
        try { act(); return `${what} works`; } catch { return `${what} throws`; }
    });
    console.log(`${name} reads its own as ${typeof decode(encode({ ts: time })).ts}, that of ${peer} as ${typeof theirs}: ${thrown.join(", ")}`);
}
JS
node write.js > seen

cat > expected <<'TEXT'
cbor: 4294967295 integer, 4294967296 integer, 1712345678901 integer, -2147483649 integer, -4294967297 integer
cbor-x: 4294967295 integer, 4294967296 float64, 1712345678901 float64, -2147483649 integer, -4294967297 float64
@msgpack/msgpack: 4294967295 integer, 4294967296 integer, 1712345678901 integer, -2147483649 integer, -4294967297 integer
msgpackr 1: 4294967295 integer, 4294967296 float64, 1712345678901 float64, -2147483649 float64, -4294967297 float64
msgpackr 2: 4294967295 integer, 4294967296 float64, 1712345678901 float64, -2147483649 float64, -4294967297 float64
cbor-x reads its own as number, that of cbor as bigint: stringify throws, date throws, minus throws
msgpackr 1 reads its own as number, that of @msgpack/msgpack as bigint: stringify throws, date throws, minus throws
msgpackr 2 reads its own as number, that of @msgpack/msgpack as bigint: stringify throws, date throws, minus throws
TEXT
diff expected seen || { echo "CHANGED: cbor-x or msgpackr write or read large whole numbers otherwise"; exit 1; }
cat seen
echo "holds: from 2^32 on cbor-x and msgpackr write float64, and read a peer's integers as BigInt"
