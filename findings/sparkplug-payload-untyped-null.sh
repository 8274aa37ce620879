#!/usr/bin/env bash
# 2026-11-30
# sparkplug-payload reads data without a datatype as null, without an error.
#
# Expected: the value that is in the frame, or an error. Sparkplug 3.0 says that a metric's datatype belongs into births and should
# not stand in data, where alias and value are enough. The kind of value is in the frame: a double has a field of its own.
# Seen, with sparkplug-payload 1.0.3: double, float, int and boolean without a datatype are all read as null. The same frame with a
# datatype is read right. A metric that the node itself calls null (is_null) looks the same, so nobody can tell the two apart.
# Cost: a consumer built on it shows "no value" for every change after the birth, from nodes that follow the specification, while
# nodes that send the datatype each time are fine. A historian keeps the gaps.
set -euo pipefail
command -v node >/dev/null || { echo "needs nodejs and npm"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --ignore-scripts --no-audit --no-fund --silent --save-exact sparkplug-payload@1.0.3

cat > read.js <<'JS'
const { decodePayload } = require("sparkplug-payload").get("spBv1.0");

// Fields of a metric: alias 2, datatype 4, is_null 7, int_value 10, float_value 12, double_value 13, boolean_value 14.
const double = Buffer.from([13 << 3 | 1, 0, 0, 0, 0, 0, 0x80, 0x37, 0x40]);
const float = Buffer.from([12 << 3 | 5, 0, 0, 0x76, 0x42]);
const values = { double: [10, double], float: [9, float], int: [3, Buffer.from([10 << 3, 7])], boolean: [11, Buffer.from([14 << 3, 1])] };

function read(fields) {
    const metric = Buffer.concat([Buffer.from([2 << 3, 1]), ...fields]);
    const payload = Buffer.concat([Buffer.from([1 << 3, 1, 2 << 3 | 2, metric.length]), metric, Buffer.from([3 << 3, 2])]);
    return decodePayload(payload).metrics[0].value;
}
for (const [name, [type, value]] of Object.entries(values))
    console.log(`${name}: with datatype ${read([Buffer.from([4 << 3, type]), value])}, without ${read([value])}`);
console.log(`null: with datatype ${read([Buffer.from([4 << 3, 10, 7 << 3, 1])])}, without ${read([Buffer.from([7 << 3, 1])])}`);
JS
node read.js > seen

cat > expected <<'TEXT'
double: with datatype 23.5, without null
float: with datatype 61.5, without null
int: with datatype 7, without null
boolean: with datatype true, without null
null: with datatype null, without null
TEXT
diff expected seen || { echo "CHANGED: sparkplug-payload reads metrics without a datatype otherwise"; exit 1; }
cat seen
echo "holds: sparkplug-payload 1.0.3 reads every value without a datatype as null"
