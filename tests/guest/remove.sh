# After a power cut: the service is back; then it is removed and purged. Run in the guest by `run`.
. /opt/copy/lib.sh
check "removing stops the service" apt-get remove -y edgeagent
gone() { [[ ! -e /usr/bin/edgeagent && ! -e /usr/lib/edgeagent && $(systemctl is-active edgeagent) != active ]]; }
check "the program is gone" gone
check "what it learned is kept" test -e /var/lib/edgeagent/devices.checkpoint
check "its configuration is kept" test -e /etc/edgeagent/edgeagent.toml
check "purging" apt-get purge -y edgeagent
rm -rf /etc/edgeagent/conf.d                    # ours, not the package's
clean() { ! ls -d /etc/edgeagent/edgeagent.toml /var/lib/edgeagent /run/edgeagent /etc/systemd/system/edgeagent* /etc/systemd/system/*/edgeagent* /var/lib/systemd/deb-systemd-helper-*/edgeagent* 2>/dev/null | grep .; }
check "nothing is left of it" clean
check "no unit has failed" test "$(systemctl --failed --plain --no-legend | grep -c edgeagent)" = 0
sums
