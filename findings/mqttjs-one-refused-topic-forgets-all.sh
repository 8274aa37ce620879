#!/usr/bin/env bash
# 2026-11-30
# MQTT.js: where one of several topics is refused, those that were granted are gone after the next reconnect.
#
# Expected: a SUBACK has a code for each topic. What was granted is subscribed again after a reconnect, as everything else is; what was
# refused is named.
# Seen, with mqtt 5.16.0 and the broker aedes 0.51.3, topics hall1/+ (granted) and hall2/+ (refused, code 128):
# - the callback gets an error without the topic, and beside it a list that has both topics as granted with QoS 1. Messages of hall1 arrive.
# - after a reconnect nothing is subscribed: the client forgets all topics of a SUBSCRIBE that has one refusal in it. It is connected, there
#   is no error, and nothing arrives any more.
# - topics that are subscribed to one a call come back, without the refused one.
# Cost: the flow works when it is tried, error message or not, and falls silent for good at the first restart of the broker. Whoever
# has taken a right to a single topic away has silenced all of them, at some later time.
set -euo pipefail
command -v node >/dev/null || { echo "needs nodejs and npm"; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --ignore-scripts --no-audit --no-fund --silent --save-exact mqtt@5.16.0 aedes@0.51.3

cat > subscribe.js <<'JS'
const mqtt = require("mqtt");
const broker = require("aedes")({ authorizeSubscribe: (_, wanted, done) => done(null, wanted.topic.startsWith("hall1/") ? wanted : null) });
const server = require("net").createServer(broker.handle);
const pause = ms => new Promise(done => setTimeout(done, ms));

async function connect(url) {
    const client = mqtt.connect(url, { reconnectPeriod: 100 });
    client.seen = 0;
    client.errors = 0;
    client.on("message", () => client.seen++);
    client.on("error", () => client.errors++);
    client.on("packetsend", p => { if (p.cmd === "subscribe") console.log(`  SUBSCRIBE ${p.subscriptions.map(s => s.topic).join(" ")}`); });
    client.on("packetreceive", p => { if (p.cmd === "suback") console.log(`  SUBACK ${p.granted.join(" ")}`); });
    await new Promise(done => client.once("connect", done));
    return client;
}
const subscribe = (client, topics) => new Promise(done => client.subscribe(topics, { qos: 1 }, (error, granted) => {
    console.log(`  callback: ${error ? error.message : "no error"}; granted ${(granted ?? []).map(g => `${g.topic}=${g.qos}`).join(" ")}`);
    done();
}));
async function send(client) {
    client.seen = 0;
    for (let i = 0; i < 5; i++) broker.publish({ topic: "hall1/t", payload: "1", qos: 1 });
    await pause(500);
    return client.seen;
}
async function run(url, what, calls) {
    console.log(what);
    const client = await connect(url);
    for (const topics of calls) await subscribe(client, topics);
    console.log(`  5 sent, ${await send(client)} received`);
    const back = new Promise(done => client.once("connect", done));
    client.stream.destroy();
    await back;
    await pause(500);
    console.log(`  after a reconnect: 5 sent, ${await send(client)} received; connected: ${client.connected}, errors: ${client.errors}`);
    await client.endAsync();
}
server.listen(0, "127.0.0.1", async () => {
    const url = `mqtt://127.0.0.1:${server.address().port}`;
    await run(url, "both in one call", [["hall1/+", "hall2/+"]]);
    await run(url, "one a call", ["hall1/+", "hall2/+"]);
    process.exit();
});
JS
timeout 60 node subscribe.js > seen

cat > expected <<'TEXT'
both in one call
  SUBSCRIBE hall1/+ hall2/+
  SUBACK 1 128
  callback: Subscribe error: Unspecified error; granted hall1/+=1 hall2/+=1
  5 sent, 5 received
  after a reconnect: 5 sent, 0 received; connected: true, errors: 0
one a call
  SUBSCRIBE hall1/+
  SUBACK 1
  callback: no error; granted hall1/+=1
  SUBSCRIBE hall2/+
  SUBACK 128
  callback: Subscribe error: Unspecified error; granted hall2/+=1
  5 sent, 5 received
  SUBSCRIBE hall1/+
  SUBACK 1
  after a reconnect: 5 sent, 5 received; connected: true, errors: 0
TEXT
diff expected seen || { echo "CHANGED: MQTT.js subscribes otherwise"; exit 1; }
cat seen
echo "holds: mqtt 5.16.0 subscribes to none of several topics again when one of them was refused"
