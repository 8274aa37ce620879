# A clean Debian: installed with one command, the service at work, reloaded, hung, upgraded. Run in the guest by `run`.
. /opt/copy/lib.sh
cd /opt/copy

check "one command installs it" apt-get install -y ./edgeagent.deb
check "the service is READY" within 60 is_ready
check "it runs as a user of its own" test "$(ps -o user= -p "$(prop MainPID)")" = edgeagent
check "it is told as of Type=notify or notify-reload" grep -qx "notify\|notify-reload" <<<"$(prop Type)"
check "it is enabled" systemctl is-enabled edgeagent
demo_judges() { [[ $(figure judged) -gt 0 ]]; }
check "unconfigured, it plays the demo and judges" within 180 demo_judges
check "what it finds can be heard as the documentation says" mosquitto_sub -i me -p 18830 -t 'anomalies/#' -C 1 -W 240
check "systemctl status tells what it does" grep -q "plays the demo" <<<"$(prop StatusText)"
outside() { ! ss -Hltn 2>/dev/null | awk '{print $4}' | grep -vE '^(127\.0\.0\.1|\[::1\]):' | grep .; }
check "nothing listens but on loopback" outside
check "health is fine" edgeagent health
useradd --groups edgeagent engineer
check "a user of its group may ask it" runuser -u engineer -- edgeagent status
useradd stranger
check "another one may not" eval '! runuser -u stranger -- edgeagent status'

# A bad configuration is refused, and the agent goes on.
pid=$(prop MainPID)
cp /etc/edgeagent/edgeagent.toml /root/edgeagent.toml
echo 'no_such_key = 1' >>/etc/edgeagent/edgeagent.toml
systemctl reload edgeagent
told() { journalctl -u edgeagent -o cat --no-pager | grep -q "$1"; }
check "a bad configuration is refused, with its reason" within 30 told 'unknown key `agent.no_such_key`'
check "and is named as refused" within 30 told "is refused"
check "the agent goes on, READY, as the same process" within 30 eval 'is_ready && [[ $(prop MainPID) == '"$pid"' ]]'
cp /root/edgeagent.toml /etc/edgeagent/edgeagent.toml

# Two real brokers, and a configuration in place of the demo.
broker 1883 sensors
broker 1884 hub
cat >/etc/edgeagent/conf.d.new <<'TOML'
[agent]
site = "guest"
id = "gateway"
[sources.pumps]
mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["plant/+/telemetry"] }
device = "topic[1]"
time = "ts"
channels = "values.*"
[detectors.pump-health]
source = "pumps"
model = "/usr/lib/edgeagent/models/pump-health"
[upstream]
mqtt = { url = "mqtt://127.0.0.1:1884" }
retry_delay_limit = "1s"
TOML
mkdir -p /etc/edgeagent/conf.d && mv /etc/edgeagent/conf.d.new /etc/edgeagent/conf.d/plant.toml
mosquitto_sub -p 1884 -q 1 -t 'anomalies/#' >/run/events.jsonl &
systemctl reload edgeagent
connected() { [[ $(figure site) == guest && $(figure connected) == true ]]; }
check "a good configuration is taken over by a reload" within 60 connected
check "within the same process, not restarted" test "$(prop MainPID) $(prop NRestarts)" = "$pid 0"
START=$(($(date +%s) - 2000))
readings 0 1140 | mosquitto_pub -p 1883 -t plant/pump-1/telemetry -q 1 -l
opened() { grep -q 'anomaly.opened' /run/events.jsonl; }
check "readings from a real mosquitto are judged, and an anomaly arrives at the hub" within 180 opened
judged_all() { [[ $(figure received) == 1140 && $(figure owed) == 0 ]]; }
check "every reading is received, nothing is owed" within 60 judged_all
check "the books balance" grep -q '"balanced":true' <<<"$(edgeagent status --json)"

# The journal's priorities.
priorities() { journalctl -u edgeagent "_PID=$pid" -o json --no-pager | grep -oE '"PRIORITY":"[0-9]"' | sort | uniq -c | tr -s ' \n' ' '; }
echo "        priorities of its lines: $(priorities)"
check "errors have the journal's priority of errors" grep -q "not taken over" <<<"$(journalctl -u edgeagent -p err -o cat --no-pager)"
check "news have theirs, not that of errors" grep -q '"PRIORITY":"6"' <<<"$(priorities)"
no_brackets() { ! journalctl -u edgeagent -o cat --no-pager | grep -E '^<[0-7]>'; }
check "no prefix is left in a message" no_brackets

# A hang: the watchdog ends it, systemd starts it again, and it knows its device.
at=$SECONDS
kill -STOP "$pid"
restarted() { is_ready && [[ $(prop NRestarts) == 1 && $(prop MainPID) != "$pid" ]]; }
check "an agent that hangs is restarted by the watchdog" within 120 restarted
echo "        $((SECONDS - at)) s after it was stopped"
check "the journal names the watchdog" told "Watchdog timeout"
check "it goes on where it was" told "1 devices go on where they were"

# A crash.
pid=$(prop MainPID)
kill -KILL "$pid"
crashed() { is_ready && [[ $(prop NRestarts) == 2 && $(prop MainPID) != "$pid" ]]; }
check "an agent that is killed is restarted" within 60 crashed

# A bad configuration at a start: told, and not tried again and again.
echo 'no_such_key = 1' >>/etc/edgeagent/edgeagent.toml
systemctl restart edgeagent
sleep 5
check "exit code 78 is not restarted" test "$(prop ActiveState) $(prop ExecMainStatus) $(prop NRestarts)" = "failed 78 0"
cp /root/edgeagent.toml /etc/edgeagent/edgeagent.toml
systemctl reset-failed edgeagent
systemctl start edgeagent
check "and starts when it is mended" within 60 is_ready

# A password that the agent's user must not read comes as a credential; GPIO lines by their drop-in.
mkdir -p /etc/edgeagent/secrets /etc/systemd/system/edgeagent.service.d
mosquitto_passwd -c -b /run/secured.pw sensor 'a secret' && chmod 644 /run/secured.pw
echo 'a secret' >/etc/edgeagent/secrets/sensors && chmod 600 /etc/edgeagent/secrets/sensors
printf '%s\n' "listener 1885 127.0.0.1" "allow_anonymous false" "password_file /run/secured.pw" >/run/secured.conf
systemd-run --quiet --unit=secured mosquitto -c /run/secured.conf
cat >/etc/edgeagent/conf.d/secured.toml <<'TOML'
[sources.secured]
channels = "values.*"
[sources.secured.mqtt]
url = "mqtt://127.0.0.1:1885"
topics = ["secured/#"]
username = "sensor"
password_file = "/run/credentials/edgeagent.service/sensors"
TOML
printf '[Service]\nLoadCredential=sensors:/etc/edgeagent/secrets/sensors\n' >/etc/systemd/system/edgeagent.service.d/password.conf
cp /usr/share/edgeagent/gpio.conf /etc/systemd/system/edgeagent.service.d/
systemctl daemon-reload
systemctl restart edgeagent
check "with both drop-ins the service is READY" within 60 is_ready
both_connected() { [[ $(edgeagent status --json | grep -o '"sources":.*"detectors"' | grep -o '"connected":true' | wc -l) == 2 ]]; }
check "a source has its password from a credential" within 30 both_connected
sees_lines() { [[ -e /proc/$(prop MainPID)/root/dev/gpiochip0 ]] && grep -qw "$(getent group gpio | cut -d: -f3)" <<<"$(grep Groups "/proc/$(prop MainPID)/status")"; }
check "the agent sees the GPIO chips, and belongs to their group" sees_lines
. /opt/copy/service-gpio.sh
check "with its lines taken out again it is READY" within 60 is_ready
rm -r /etc/edgeagent/conf.d/secured.toml /etc/edgeagent/secrets /etc/systemd/system/edgeagent.service.d
systemctl daemon-reload
systemctl restart edgeagent
blind() { is_ready && [[ ! -e /proc/$(prop MainPID)/root/dev/gpiochip0 ]]; }
check "and without the drop-in it does not see them" within 60 blind

# An upgrade keeps what it knows and the configuration.
check "an upgrade is one command, too" apt-get install -y ./edgeagent-next.deb
check "the new one is READY" within 60 is_ready
check "of the new version" grep -q "$NEXT" <<<"$(figure version) $(dpkg-query -W -f '${Version}' edgeagent)"
# A device is looked up when its first reading comes.
readings 1140 1141 | mosquitto_pub -p 1883 -t plant/pump-1/telemetry -q 1 -l
known() { edgeagent calibration list --json | grep -E '"device": ?"pump-1".*"state": ?"(un)?steady"'; }
check "it knows its device still" within 30 known
printf '        resident %s bytes, start-up %s ms\n' "$(figure residentBytes)" "$(journalctl -u edgeagent -o short-monotonic --no-pager | tail -n 30 | awk '/Starting|Started/ {gsub(/[\[\]]/,"",$0); t[$0~/Started/]=$1} END {printf "%.0f", (t[1]-t[0])*1000}')"
check "systemd finds nothing wrong with the unit" systemctl is-active edgeagent
sums
