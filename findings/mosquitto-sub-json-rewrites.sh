#!/usr/bin/env bash
# 2026-11-30
# mosquitto_sub -F %J does not record what was sent: it reads the payload and writes it anew.
#
# Expected: %J puts the payload into its line as it is, where it is JSON, and says so in the line where it is not.
# Seen, with mosquitto-clients 2.0.11 and libcjson 1.7.15 of Debian 12:
# - whole numbers above 2^53 become a rounded real: a time in ns loses its last digits, 9007199254740993 becomes 9.00719925474099e+15.
# - 1e400 becomes null.
# - 007, which is no JSON, becomes the number 7, while 10,5 and NaN are refused. One NaN loses all channels of its message.
# - A payload that is refused leaves an empty line, without topic or time; the reason goes to stderr. The exit code is 0.
# %j writes the payload as a text, and all of it is there.
# Cost: a recording made in a night, with > and without stderr, lacks just the messages that were wrong, which is what it was made
# for; and two counters that differ by one are the same in it.
set -euo pipefail
for program in mosquitto mosquitto_sub mosquitto_pub dpkg-query python3; do
    [ -n "$(PATH=$PATH:/usr/sbin command -v $program)" ] || { echo "needs $program"; exit 2; }
done
PATH=$PATH:/usr/sbin
for wanted in mosquitto-clients=2.0.11-1.2+deb12u libcjson1=1.7.15-1+deb12u; do
    version=$(dpkg-query -W -f '${Version}' "${wanted%%=*}" 2>/dev/null || true)
    [[ $version == "${wanted#*=}"* ]] || { echo "needs ${wanted%%=*} ${wanted#*=}…, not '$version'"; exit 2; }
done
folder=$(mktemp -d)
started=()
finish() {
    for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" > broker.conf
mosquitto -c broker.conf > broker.log 2>&1 &
started+=($!)

payloads=('{"ts":1712345678901234567,"n":9007199254740993}' '{"x":1e400,"y":1}' '007' '10,5' '{"x":NaN,"y":1}' '{"x":23.1}')
send() { mosquitto_pub -h 127.0.0.1 -p "$port" -t plant/p7 -m "$1"; }
for _ in $(seq 100); do send '' 2>/dev/null && break; sleep 0.1; done

for form in J j; do
    # A retained message tells that the subscription stands.
    mosquitto_pub -h 127.0.0.1 -p "$port" -t plant/ready -r -m '0'
    mosquitto_sub -h 127.0.0.1 -p "$port" -t 'plant/#' -F "%$form" -C $((${#payloads[@]} + 1)) -W 20 > "lines.$form" 2> "errors.$form" &
    recorder=$!
    started+=("$recorder")
    for _ in $(seq 100); do grep -q plant/ready "lines.$form" && break; sleep 0.1; done
    for payload in "${payloads[@]}"; do send "$payload"; done
    code=0; wait "$recorder" || code=$?
    { echo "%$form, exit code $code"; tail -n +2 "lines.$form" | sed 's/.*"payload"://; s/}$//; s/^$/(an empty line)/'; sort "errors.$form" | uniq -c | sed 's/^ *//'; } >> seen
done

cat > expected <<'TEXT'
%J, exit code 0
{"ts":1.7123456789012347e+18,"n":9.00719925474099e+15}
{"x":null,"y":1}
7
(an empty line)
(an empty line)
{"x":23.1}
2 Error: Message payload is not valid JSON on topic plant/p7.
%j, exit code 0
"{\"ts\":1712345678901234567,\"n\":9007199254740993}"
"{\"x\":1e400,\"y\":1}"
"007"
"10,5"
"{\"x\":NaN,\"y\":1}"
"{\"x\":23.1}"
TEXT
diff expected seen || { echo "CHANGED: mosquitto_sub -F %J or %j writes otherwise"; exit 1; }
cat seen
echo "holds: %J rewrites numbers and leaves an empty line for what it refuses; %j keeps the text"
