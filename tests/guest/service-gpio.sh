# gpio.conf under the real unit: an alarm line is safe after a crash, after the whole service was killed, and after a stop.
# Sourced by service.sh. gpio-sim shows a line's level while it is held; the machine's own pl061 keeps it when nobody holds it.
modprobe gpio-sim
mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
sim=/sys/kernel/config/gpio-sim/edge
mkdir -p $sim/bank0/line3 && echo 8 >$sim/bank0/num_lines && echo sim-edge >$sim/bank0/label && echo relay >$sim/bank0/line3/name && echo 1 >$sim/live
# As gpio.conf says: chips that were there before the rule get their group by a trigger.
udevadm control --reload
udevadm trigger --subsystem-match=gpio
udevadm settle
relay=/sys/devices/platform/$(cat $sim/dev_name)/$(cat $sim/bank0/chip_name)/sim_gpio3/value
pl061=$(edgeagent gpio list | awk '$2 ~ /pl061/ { print $1; exit }')

cat >/etc/edgeagent/conf.d/lamp.toml <<TOML
[sources.lamp]
mqtt = { url = "mqtt://127.0.0.1:1883", topics = ["lamp/+/t"] }
device = "topic[1]"
time = "ts"
channels = "values.*"
[detectors.lamp]
source = "lamp"
model = "/usr/lib/edgeagent/models/single-channel"
on_after = 1
off_after = 1
[[rules]]
when = "temperature > 23"
detector = "lamp"
gpio = { chip = "sim-edge", line = "relay" }
[[rules]]
when = "temperature > 23"
detector = "lamp"
gpio = { chip = "$pl061", line = 6 }
[[rules]]
when = "temperature > 1000"
detector = "lamp"
gpio = { chip = "$pl061", line = 5, stopped = "high" }
TOML
# Long enough before a restart that what is seen until then is not the new agent's doing.
printf '[Service]\nRestartSec=30s\n' >/etc/systemd/system/edgeagent.service.d/slow.conf
systemctl daemon-reload
systemctl restart edgeagent

lamp() { mosquitto_pub -p 1883 -t lamp/oven/t -q 1 -l; }
quiet_readings() { awk -v end="$(date +%s)" 'BEGIN { srand(1); for (i = 520; i > 0; i--) printf "{\"ts\": %.0f, \"values\": {\"temperature\": %.3f}}\n", (end - i) * 1000, 20 + 4 * (rand() - .5) }'; }
hot() { echo "{\"ts\": $(date +%s%3N), \"values\": {\"temperature\": 23.5}}" | lamp; }
line() { gpioget -c "$pl061" --as-is --numeric "$1" 2>&1; }
high() { [[ $(cat "$relay") == 1 ]] || { hot; sleep 1; false; }; }
down() { [[ $(prop SubState) == auto-restart ]]; }
safe() { [[ $(line 6) == 0 && $(line 5) == 1 ]] || { echo "line 6: $(line 6), line 5: $(line 5)"; false; }; }
since() { journalctl -u edgeagent --after-cursor="$cursor" -o cat --no-pager; }
mark() { cursor=$(journalctl -u edgeagent -n 1 --show-cursor --no-pager | sed -n 's/^-- cursor: //p'); }
guard_told() { since | grep -q "guard: the agent is gone;.*$pl061"; }
post_ran() { grep -q 'code=exited ; status=0' <<<"$(prop ExecStopPost)" && since | grep -q "$pl061.* is low\$"; }
post_alone() { post_ran && ! guard_told; }

check "with gpio.conf the sandbox is as tight as promised" systemd-analyze security --threshold=16 --no-pager edgeagent.service
check "with alarm lines the service is READY" within 60 is_ready
held() { [[ $(edgeagent status --json | grep -o '"outputs":.*' | grep -o '"ready":true' | wc -l) == 3 ]] || { edgeagent health; false; }; }
check "the agent holds its three lines" within 30 held
quiet_readings | lamp
learned() { grep -qE '"name":"lamp"[^}]*"devicesCalibrated":1' <<<"$(edgeagent status --json)"; }
check "the lamp's device is learned" within 60 learned
check "an alarm raises the line under the real unit" within 30 high

mark
kill -KILL "$(prop MainPID)"
check "killed (SIGKILL), the service ends" within 30 down
check "its lines are safe before it is started again" safe
check "it was the guard that set them" guard_told
check "and ExecStopPost ran edgeagent gpio safe after it" post_ran
check "it is started again" within 90 is_ready
check "and raises the line with the next reading" within 60 high

mark
systemctl kill --signal=KILL --kill-who=all edgeagent
check "agent and guard killed at once, the service ends" within 30 down
check "its lines are safe before it is started again" safe
check "it was ExecStopPost that set them" post_alone
check "it is started again" within 90 is_ready
check "and raises the line with the next reading" within 60 high

mark
check "the service is stopped under an alarm" systemctl stop edgeagent
check "stopped, its lines are safe" safe
check "and the guard had nothing to do" eval '! guard_told'
rm -r /etc/edgeagent/conf.d/lamp.toml /etc/systemd/system/edgeagent.service.d/slow.conf
systemctl daemon-reload
systemctl start edgeagent
