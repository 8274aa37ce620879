#!/usr/bin/env bash
# 2026-11-30
# cbor's encode cuts a large object off at the size of a stream's buffer, without an error.
#
# Expected: encode returns the whole object, or throws.
# Seen, with cbor 9.0.2: an object of 3000 channels comes back as 16385 bytes of its 34893, from encode and encodeOne; with a canonical
# order as 16389. It cannot be read, not even by cbor itself. Its README knows of a limit of 16 kB; the call does not tell. Up to there
# all is well, so a flow works until somebody adds a device to the list. encodeOne with a larger highWaterMark and encodeAsync give
# the whole.
# Cost: every large message is lost, and whoever sends it sees nothing.
set -euo pipefail
command -v node >/dev/null || { echo "needs nodejs and npm"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --ignore-scripts --no-audit --no-fund --silent --save-exact cbor@9.0.2

cat > write.js <<'JS'
const cbor = require("cbor");
const channels = count => Object.fromEntries(Array.from({ length: count }, (_, i) => [`ch${i}`, i + 0.5]));
const large = { highWaterMark: 1 << 20 };

function tell(what, bytes) {
    let read;
    try { read = `${Object.keys(cbor.decode(bytes, large)).length} channels`; } catch (e) { read = e.message; }
    console.log(`${what}: ${bytes.length} bytes, read as: ${read}`);
}
(async () => {
    tell("encode, 1000 channels", cbor.encode(channels(1000)));
    tell("encode, 3000 channels", cbor.encode(channels(3000)));
    tell("encodeOne, 3000 channels", cbor.encodeOne(channels(3000)));
    tell("encodeCanonical, 3000 channels", cbor.encodeCanonical(channels(3000)));
    tell("encodeOne with highWaterMark", cbor.encodeOne(channels(3000), large));
    tell("encodeAsync", await cbor.encodeAsync(channels(3000)));
})();
JS
node write.js > seen

cat > expected <<'TEXT'
encode, 1000 channels: 10893 bytes, read as: 1000 channels
encode, 3000 channels: 16385 bytes, read as: Insufficient data
encodeOne, 3000 channels: 16385 bytes, read as: Insufficient data
encodeCanonical, 3000 channels: 16389 bytes, read as: Insufficient data
encodeOne with highWaterMark: 34893 bytes, read as: 3000 channels
encodeAsync: 34893 bytes, read as: 3000 channels
TEXT
diff expected seen || { echo "CHANGED: cbor writes large objects otherwise"; exit 1; }
cat seen
echo "holds: cbor 9.0.2 cuts an object off behind 16 kB and says nothing"
