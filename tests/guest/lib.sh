# What the scripts in the guest share. Sourced there, as root; deb and recordings lie in /opt/copy.
passed=0 failed=0

# check NAME COMMAND…: one line, and what the command said if it failed.
check() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then
        printf 'ok      %s\n' "$name"
        passed=$((passed + 1))
    else
        printf 'FAILED  %s\n%s\n' "$name" "$said" | head -n 40
        failed=$((failed + 1))
    fi
}

# within SECONDS COMMAND…: until it holds.
within() {
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < until)) || { echo "not so within the time:"; declare -f "$1"; systemctl status --no-pager -n 12 edgeagent; return 1; }
        sleep 0.5
    done
}

prop() { systemctl show -P "$1" edgeagent; }
is_ready() { [[ $(prop ActiveState) == active && $(prop SubState) == running ]]; }
figure() { edgeagent status --json 2>/dev/null | grep -oE "\"$1\":\"?[^,}\"]*" | head -1 | cut -d: -f2- | tr -d '"'; }

# broker PORT NAME [LINE…]: a mosquitto as a service of its own.
broker() {
    local port=$1 name=$2
    shift 2
    printf '%s\n' "listener $port 127.0.0.1" "allow_anonymous true" "max_queued_messages 100000" "max_inflight_messages 0" "$@" >"/run/$name.conf"
    systemd-run --quiet --unit="$name" mosquitto -c "/run/$name.conf"
    within 30 mosquitto_pub -p "$port" -t plant/none -n
}

# readings FROM TO: recorded readings as JSON, one a line, with times of the ledger: START plus one second each.
readings() { awk -v from="$1" -v to="$2" -v start="$START" '
    BEGIN { FS = ";" }
    NR == 1 { for (c = 2; c <= 9; c++) name[c] = $c; next }
    { row[NR - 2] = $0; rows = NR - 1 }
    END {
        for (i = from; i < to; i++) {
            split(row[i % rows], f, ";"); line = ""
            for (c = 2; c <= 9; c++) line = line (c > 2 ? "," : "") "\"" name[c] "\":" f[c]
            printf "{\"ts\":%.0f,\"values\":{%s}}\n", (start + i) * 1000, line
        }
    }' /opt/copy/recording.csv; }

sums() { echo "$passed passed, $failed failed"; ((failed == 0)); }
