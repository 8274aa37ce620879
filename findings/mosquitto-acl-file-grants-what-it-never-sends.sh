#!/usr/bin/env bash
# 2026-11-30
# mosquitto grants a subscription that its acl_file forbids, and refuses the same one when the dynamic security plugin forbids it.
#
# Expected: a right that is missing gives the same answer wherever it is written down. SUBACK has had a code for it since MQTT 3.1.1
# (128), and MQTT 5 says "not authorised" (135). A PUBLISH that the file forbids is answered with 135.
# Seen, with mosquitto 2.0.11 of Debian 12, whose package has both:
# - acl_file: granted, over 3.1.1 and 5, for a filter with wildcards and for the exact topic of a "topic deny" line. Nothing ever comes.
# - dynamic_security: 128 and 135, and mosquitto_sub says so and ends.
# Cost: a subscriber cannot tell a right that is missing from a hall that is silent, and a test with one of the two says nothing about
# the other. After a move from the file to the plugin a client that never had a right begins to fail.
set -euo pipefail
for program in mosquitto mosquitto_sub mosquitto_pub dpkg-query python3 timeout; do
    [ -n "$(PATH=$PATH:/usr/sbin command -v $program)" ] || { echo "needs $program"; exit 2; }
done
PATH=$PATH:/usr/sbin
for wanted in mosquitto mosquitto-clients; do
    version=$(dpkg-query -W -f '${Version}' "$wanted" 2>/dev/null || true)
    [[ $version == 2.0.11-1.2+deb12u* ]] || { echo "needs $wanted 2.0.11-1.2+deb12u…, not '$version'"; exit 2; }
done
plugin=$(dpkg-query -L mosquitto | grep 'mosquitto_dynamic_security.so$')
folder=$(mktemp -d)
chmod 755 "$folder"
started=()
finish() {
    for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
    for id in "${started[@]}"; do wait "$id" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap finish EXIT
cd "$folder"

printf 'topic readwrite hall1/#\ntopic deny hall2/t\n' > rights
cat > rights.json <<'JSON'
{
    "defaultACLAccess": { "publishClientSend": false, "publishClientReceive": false, "subscribe": false, "unsubscribe": true },
    "anonymousGroup": "all", "clients": [], "groups": [{ "groupname": "all", "roles": [{ "rolename": "hall1" }] }],
    "roles": [{ "rolename": "hall1", "acls": [
        { "acltype": "subscribePattern", "topic": "hall1/#", "allow": true },
        { "acltype": "publishClientSend", "topic": "hall1/#", "allow": true },
        { "acltype": "publishClientReceive", "topic": "hall1/#", "allow": true }] }]
}
JSON
chmod 644 rights rights.json

ask() { # what, lines of the broker's configuration
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    printf 'listener %s 127.0.0.1\nallow_anonymous true\n%s\n' "$port" "$2" > broker.conf
    mosquitto -c broker.conf > broker.log 2>&1 &
    started+=($!)
    for _ in $(seq 100); do mosquitto_pub -h 127.0.0.1 -p "$port" -t hall1/up -n 2>/dev/null && break; sleep 0.1; done
    for version in 311 5; do
        for topic in hall1/+ hall2/+ hall2/t; do
            code=$(timeout 20 mosquitto_sub -h 127.0.0.1 -p "$port" -V "$version" -q 1 -d -t "$topic" -E 2>/dev/null | sed -n 's/^Subscribed (mid: 1): //p')
            echo "$1, MQTT $version, $topic: $code"
        done
    done
    said=$(timeout 20 mosquitto_pub -h 127.0.0.1 -p "$port" -V 5 -q 1 -t hall2/t -m 1 2>&1)
    echo "$1, MQTT 5, PUBLISH to hall2/t: $said"
}
ask acl_file "acl_file $folder/rights" > seen
ask dynamic_security "plugin $plugin
plugin_opt_config_file $folder/rights.json" >> seen

cat > expected <<'TEXT'
acl_file, MQTT 311, hall1/+: 1
acl_file, MQTT 311, hall2/+: 1
acl_file, MQTT 311, hall2/t: 1
acl_file, MQTT 5, hall1/+: 1
acl_file, MQTT 5, hall2/+: 1
acl_file, MQTT 5, hall2/t: 1
acl_file, MQTT 5, PUBLISH to hall2/t: Warning: Publish 1 failed: Not authorized.
dynamic_security, MQTT 311, hall1/+: 1
dynamic_security, MQTT 311, hall2/+: 128
dynamic_security, MQTT 311, hall2/t: 128
dynamic_security, MQTT 5, hall1/+: 1
dynamic_security, MQTT 5, hall2/+: 135
dynamic_security, MQTT 5, hall2/t: 135
dynamic_security, MQTT 5, PUBLISH to hall2/t: Warning: Publish 1 failed: Not authorized.
TEXT
diff expected seen || { echo "CHANGED: mosquitto answers otherwise where a right is missing"; exit 1; }
cat seen
echo "holds: mosquitto 2.0.11 grants what acl_file forbids to read, and refuses what dynamic_security forbids"
