# One life of the agent between two power cuts. Run in the guest by `power-cuts`; what it prints is the ledger.
. /opt/copy/lib.sh
. /opt/copy/cut.env                             # START, FROM, TO, SETUP, DRAIN, BROKEN
stats() { edgeagent status --json 2>/dev/null; }

if [[ -n $SETUP ]]; then
    dpkg -s edgeagent >/dev/null 2>&1 || apt-get install -y /opt/copy/edgeagent.deb >/dev/null
    mkdir -p /etc/edgeagent/conf.d
    cp /opt/copy/plant.toml /etc/edgeagent/conf.d/plant.toml
    systemctl restart edgeagent
fi
within 120 is_ready >/dev/null || { echo "NOT READY"; systemctl status --no-pager -n 30 edgeagent; }
echo "READY after $(cut -d' ' -f1 /proc/uptime) s, restarts $(prop NRestarts)"
journalctl -b -u edgeagent -o cat --no-pager | grep -E 'damaged|set aside|salvag|quarantin|go on where|cannot' | sed 's/^/TOLD /'
# What is on disk after the cut, before anything new comes.
edgeagent outbox export | grep -oE '"time":"[^"]*"' | sed 's/^"time":"/OWED /; s/"$//' | sort | uniq

# The hub is there only while it is drained: what it hears is printed before anything can be cut.
if [[ -n $DRAIN ]]; then
    hub() {
        printf '%s\n' "listener $1 127.0.0.1" "allow_anonymous true" "max_queued_messages 100000" "persistence true" "persistence_location /run/hub/" >/run/hub.conf
        mosquitto -c /run/hub.conf 2>/dev/null & hub=$!
        until mosquitto_pub -p "$1" -t none -n 2>/dev/null; do sleep 0.2; done
    }
    install -d -o mosquitto /run/hub
    # The agent is there at once; so that nothing is delivered to nobody, the listener's session is made where the agent cannot come.
    hub 1885
    mosquitto_sub -p 1885 -c -i ledger -q 1 -t 'anomalies/#' -t drained -E
    kill "$hub"; wait "$hub"
    hub 1884
    mosquitto_sub -p 1884 -c -i ledger -q 1 -t 'anomalies/#' -t drained | sed -u -n 's/.*"time":"\([^"]*\)","datacontenttype.*/DELIVERED \1/p; s/^drained$/DRAINED/pw /run/drained' &
    sleep 2
    empty() { [[ $(figure owed) == 0 ]]; }
    within 240 empty >/dev/null || echo "NOT DRAINED"
    # What the hub has acknowledged is printed when this has come behind it, however busy the machine is.
    mosquitto_pub -p 1884 -q 1 -t drained -m drained
    printed() { [[ -s /run/drained ]]; }
    within 120 printed >/dev/null || echo "NOT PRINTED"
    kill "$hub"
fi

printf '%s\n' "listener 1883 127.0.0.1" "allow_anonymous true" "max_queued_messages 100000" "max_inflight_messages 0" "log_type all" >/run/sensors.conf
mosquitto -c /run/sensors.conf 2>&1 | sed -u -n -E \
    's/.*Sending PUBLISH to edgeagent-gateway-pumps \(d([01]), q1, r., m([0-9]+), .plant.*/SENT \2/p; s/.*Received PUBACK from edgeagent-gateway-pumps \(Mid: ([0-9]+),.*/ACKED \1/p' &
connected() { [[ $(stats | grep -oE '"connected":(true|false)' | head -1) == *true ]]; }
within 120 connected >/dev/null || echo "NOT CONNECTED"
[[ -z $BROKEN || -n $SETUP ]] || mount -o remount,barrier=0 /
echo "BEGIN"
readings "$FROM" "$TO" >/run/readings
if [[ -n $SETUP ]]; then
    mosquitto_pub -p 1883 -t plant/pump-2/telemetry -q 1 -l </run/readings
    learned() { [[ $(figure devicesCalibrated) == 1 && $(figure received) -ge $((TO - FROM)) ]]; }
    within 240 learned >/dev/null || echo "NOT LEARNED"
    sleep 3
    systemctl restart edgeagent                 # writes the checkpoint
    within 60 is_ready
    sync
    echo "LEARNED"
else
    while read -r line; do
        printf '%s\n' "$line"
        sleep 0.05
    done </run/readings | mosquitto_pub -p 1883 -t plant/pump-2/telemetry -q 1 -l
    sleep 5
    echo "ALL SENT"
    sleep 600
fi
