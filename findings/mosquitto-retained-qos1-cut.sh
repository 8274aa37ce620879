#!/usr/bin/env bash
# 2026-11-30
# mosquitto gives a subscriber with QoS 1 fewer retained messages than one with QoS 0, and how many depends on the client's receive maximum.
#
# Expected: who subscribes gets the retained message of each topic that matches, in pieces if need be; a higher QoS loses no more than
# a lower one.
# Seen, with mosquitto 2.0.11 of Debian 12 as it comes, mqtt 5.16.0, and 6000 topics with a retained message at QoS 1:
# - subscribed to with QoS 0: 6000. With QoS 1: 1020, 20 in flight (max_inflight_messages) and 1000 waiting (max_queued_messages).
# - The rest does not come later, though all is acknowledged at once. SUBACK grants QoS 1 without a word; the broker logs one line.
# - MQTT 5: a client that states a receive maximum of 4096 gets 5096; it takes the place of the 20.
# - Retained at QoS 0, all 6000 come, at either QoS.
# Cost: a program that starts learns the last state of 1020 devices and takes the others for missing. The same program moved from QoS 1 to
# QoS 0, or given another client library with a larger window, sees others.
set -euo pipefail
for program in mosquitto node npm dpkg-query; do
    [ -n "$(PATH=$PATH:/usr/sbin command -v $program)" ] || { echo "needs $program"; exit 2; }
done
PATH=$PATH:/usr/sbin
version=$(dpkg-query -W -f '${Version}' mosquitto 2>/dev/null || true)
[[ $version == 2.0.11-1.2+deb12u* ]] || { echo "needs mosquitto 2.0.11-1.2+deb12u…, not '$version'"; exit 2; }
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
npm install --ignore-scripts --no-audit --no-fund --silent --save-exact mqtt@5.16.0

port=$(node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" > broker.conf
mosquitto -c broker.conf > broker.log 2>&1 &
started+=($!)

cat > retained.js <<'JS'
const mqtt = require("mqtt");
const url = `mqtt://127.0.0.1:${process.argv[2]}`;
const topics = 6000;

async function count(protocolVersion, folder, qos, receiveMaximum) {
    const client = await mqtt.connectAsync(url, { protocolVersion, properties: receiveMaximum && { receiveMaximum } });
    let seen = 0;
    client.on("message", () => seen++);
    const [granted] = await client.subscribeAsync(`${folder}/#`, { qos });
    for (let before = -1; before !== seen;) {
        before = seen;
        await new Promise(done => setTimeout(done, 1500));
    }
    await client.endAsync();
    const window = receiveMaximum ? `, receive maximum ${receiveMaximum}` : "";
    console.log(`MQTT ${protocolVersion === 5 ? "5" : "3.1.1"}, retained at ${folder}, granted QoS ${granted.qos}${window}: ${seen} of ${topics}`);
}
(async () => {
    const sender = await mqtt.connectAsync(url);
    for (const qos of [0, 1])
        for (let i = 0; i < topics; i++) await sender.publishAsync(`qos${qos}/d${i}`, "1", { qos, retain: true });
    await sender.endAsync();
    await count(4, "qos1", 0);
    await count(4, "qos1", 1);
    await count(5, "qos1", 0);
    await count(5, "qos1", 1);
    await count(5, "qos1", 1, 4096);
    await count(4, "qos0", 1);
})();
JS
for _ in $(seq 100); do (exec 3<> "/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
timeout 120 node retained.js "$port" > seen
echo "log: $(grep -c 'Outgoing messages are being dropped' broker.log) times 'Outgoing messages are being dropped'" >> seen

cat > expected <<'TEXT'
MQTT 3.1.1, retained at qos1, granted QoS 0: 6000 of 6000
MQTT 3.1.1, retained at qos1, granted QoS 1: 1020 of 6000
MQTT 5, retained at qos1, granted QoS 0: 6000 of 6000
MQTT 5, retained at qos1, granted QoS 1: 1020 of 6000
MQTT 5, retained at qos1, granted QoS 1, receive maximum 4096: 5096 of 6000
MQTT 3.1.1, retained at qos0, granted QoS 1: 6000 of 6000
log: 3 times 'Outgoing messages are being dropped'
TEXT
diff expected seen || { echo "CHANGED: mosquitto gives retained messages otherwise"; exit 1; }
cat seen
echo "holds: of 6000 retained messages mosquitto 2.0.11 gives 1020 to a subscriber with QoS 1 and all to one with QoS 0"
