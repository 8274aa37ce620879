#!/usr/bin/env bash
# 2026-11-30
# Node-RED's mqtt out sends MessagePack as the JSON text {"0":130,"1":162,...}.
#
# Expected: what an encoder returns is bytes, and bytes go out as they are.
# Seen, with Node-RED 4.1.8, @msgpack/msgpack 3.1.3 and cbor 9.0.2: only a Buffer goes out as bytes. The encoder of MessagePack
# returns a Uint8Array, which is no Buffer, and the node makes JSON of every other object, a member a byte. The encoder of CBOR returns
# a Buffer and is fine, so the same flow works in one format and not in the other. A Float32Array of samples becomes an object, not
# a list; a Map becomes {} and loses everything.
# Cost: nothing complains. The text is valid JSON, so a reader that takes every number has a channel for each byte, and the frame is
# several times as long.
set -euo pipefail
for program in node npm mosquitto mosquitto_sub mosquitto_pub; do
    [ -n "$(PATH=$PATH:/usr/sbin command -v $program)" ] || { echo "needs $program"; exit 2; }
done
PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
started=()
finish() {
    for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
    for id in "${started[@]}"; do wait "$id" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --ignore-scripts --omit=optional --no-audit --no-fund --silent --save-exact \
    node-red@4.1.8 @msgpack/msgpack@3.1.3 cbor@9.0.2

port=$(node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" > broker.conf
mosquitto -c broker.conf > broker.log 2>&1 &
started+=($!)
for _ in $(seq 100); do mosquitto_pub -h 127.0.0.1 -p "$port" -t up -n 2>/dev/null && break; sleep 0.1; done
mosquitto_sub -h 127.0.0.1 -p "$port" -t 'seen/#' -F '%t %x' -C 6 -W 80 > arrived &
recorder=$!
started+=("$recorder")

cat > settings.js <<'JS'
module.exports = {
    httpAdminRoot: false, httpNodeRoot: false, credentialSecret: false, telemetry: { enabled: false },
    functionGlobalContext: { msgpack: require("@msgpack/msgpack"), cbor: require("cbor") },
};
JS
cat > function.js <<'JS'
const [msgpack, cbor] = [global.get("msgpack"), global.get("cbor")];
const payloads = {
    msgpack: msgpack.encode({ t: 61.5 }), "msgpack-buffer": Buffer.from(msgpack.encode({ t: 61.5 })), cbor: cbor.encode({ t: 61.5 }),
    floats: new Float32Array([1.5, 2.5]), list: [1.5, 2.5], map: new Map([["t", 61.5]]),
};
return [Object.entries(payloads).map(([name, payload]) => ({ topic: `seen/${name}`, payload }))];
JS
node > flow.json <<JS
const flow = [
    { id: "tab", type: "tab", label: "bytes" },
    { id: "broker", type: "mqtt-broker", broker: "127.0.0.1", port: "$port", protocolVersion: "5", keepalive: "60", cleansession: true, autoConnect: true },
    { id: "once", z: "tab", type: "inject", props: [], once: true, onceDelay: "1", wires: [["encode"]] },
    { id: "encode", z: "tab", type: "function", func: require("fs").readFileSync("function.js", "utf8"), outputs: 1, wires: [["out"]] },
    { id: "out", z: "tab", type: "mqtt out", topic: "", qos: "1", retain: "false", broker: "broker", wires: [] },
];
console.log(JSON.stringify(flow));
JS
NODE_ENV=production node node_modules/node-red/red.js --userDir "$folder/user" --settings "$folder/settings.js" "$folder/flow.json" > flow.log 2>&1 &
started+=($!)
wait "$recorder" || { cat flow.log; echo "the flow's messages did not arrive"; exit 2; }

# Text where it is JSON, hex where it is bytes.
while read -r topic hex; do
    case $hex in
        7b* | 5b*) echo "${topic#seen/}: JSON $(node -p "Buffer.from('$hex', 'hex').toString()")" ;;
        *) echo "${topic#seen/}: bytes $hex" ;;
    esac
done < arrived | sort > seen

cat > expected <<'TEXT'
cbor: bytes a16174fa42760000
floats: JSON {"0":1.5,"1":2.5}
list: JSON [1.5,2.5]
map: JSON {}
msgpack-buffer: bytes 81a174cb404ec00000000000
msgpack: JSON {"0":129,"1":161,"2":116,"3":203,"4":64,"5":78,"6":192,"7":0,"8":0,"9":0,"10":0,"11":0}
TEXT
diff <(sort expected) <(sort seen) || { echo "CHANGED: Node-RED's mqtt out sends typed arrays otherwise"; exit 1; }
cat seen
echo "holds: of encoded bytes Node-RED's mqtt out sends only a Buffer as bytes"
