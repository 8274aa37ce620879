#!/usr/bin/env bash
# 2026-11-30
# An encoder object of cbor-x or msgpackr writes other bytes than the function of the same library, and only the library reads them.
#
# Expected: new Encoder().encode(x) and encode(x) write the same, an object as a map, as "CBOR" and "MessagePack" say.
# Seen, with cbor-x 1.6.9 and msgpackr 1.11.14 and 2.1.4: the functions write maps; an Encoder or Packr without options writes records,
# a form of their own: the names once, then the values (CBOR tag 57343; MessagePack extension 114 and more values behind it). cbor
# reads that without an error as tagged lists, where no value has a name; @msgpack/msgpack refuses it. useRecords: false writes maps.
# Cost: a sender that is made faster by keeping its encoder, as their READMEs suggest, is no longer understood by the plant's other programs.
set -euo pipefail
command -v node >/dev/null || { echo "needs nodejs and npm"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --ignore-scripts --omit=optional --no-audit --no-fund --silent --save-exact \
    cbor@9.0.2 cbor-x@1.6.9 @msgpack/msgpack@3.1.3 msgpackr@2.1.4 msgpackr-1@npm:msgpackr@1.11.14

cat > write.js <<'JS'
const readers = { cbor: require("cbor").decode, msgpack: require("@msgpack/msgpack").decode };
const cborX = require("cbor-x");
const reading = { ts: 5, t: 61.5 };

function tell(what, format, bytes) {
    let read;
    try { read = JSON.stringify(readers[format](bytes)); } catch (e) { read = "an error"; }
    console.log(`${what}: ${Buffer.from(bytes).toString("hex")} read as ${read}`);
}
tell("cbor-x encode", "cbor", cborX.encode(reading));
tell("cbor-x Encoder", "cbor", new cborX.Encoder().encode(reading));
tell("cbor-x Encoder, useRecords: false", "cbor", new cborX.Encoder({ useRecords: false }).encode(reading));
for (const version of ["1", "2"]) {
    const msgpackr = require(version === "1" ? "msgpackr-1" : "msgpackr");
    tell(`msgpackr ${version} pack`, "msgpack", msgpackr.pack(reading));
    tell(`msgpackr ${version} Packr`, "msgpack", new msgpackr.Packr().pack(reading));
    tell(`msgpackr ${version} Packr, useRecords: false`, "msgpack", new msgpackr.Packr({ useRecords: false }).pack(reading));
}
JS
node write.js > seen

cat > expected <<'TEXT'
cbor-x encode: b90002627473056174fb404ec00000000000 read as {"ts":5,"t":61.5}
cbor-x Encoder: d9dfff8419e00082627473617405fb404ec00000000000 read as {"tag":57343,"value":[57344,["ts","t"],5,61.5]}
cbor-x Encoder, useRecords: false: b90002627473056174fb404ec00000000000 read as {"ts":5,"t":61.5}
msgpackr 1 pack: de0002a2747305a174cb404ec00000000000 read as {"ts":5,"t":61.5}
msgpackr 1 Packr: d4724092a27473a17405cb404ec00000000000 read as an error
msgpackr 1 Packr, useRecords: false: de0002a2747305a174cb404ec00000000000 read as {"ts":5,"t":61.5}
msgpackr 2 pack: de0002a2747305a174cb404ec00000000000 read as {"ts":5,"t":61.5}
msgpackr 2 Packr: d4724092a27473a17405cb404ec00000000000 read as an error
msgpackr 2 Packr, useRecords: false: de0002a2747305a174cb404ec00000000000 read as {"ts":5,"t":61.5}
TEXT
diff expected seen || { echo "CHANGED: cbor-x or msgpackr write objects otherwise"; exit 1; }
cat seen
echo "holds: Encoder and Packr write records unless told not to, encode and pack write maps"
