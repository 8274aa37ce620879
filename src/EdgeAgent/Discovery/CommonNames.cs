namespace EdgeAgent.Discovery;

/// <summary>Names by which senders commonly call what is no measurement, and what is.</summary>
internal static class CommonNames
{
    private static readonly string[] Devices =
    [
        "device", "deviceid", "device_id", "devicename", "device_name", "deveui", "dev_eui", "machine", "machineid", "machine_id", "asset",
        "assetid", "asset_id", "sensor", "sensorid", "sensor_id", "node", "nodeid", "node_id", "host", "hostname", "serial", "serialnumber",
        "mac", "thing", "tag", "id", "src", "name",
    ];

    private static readonly string[] Rates =
        ["rate", "samplerate", "sample_rate", "sampling_rate", "samplingrate", "samplingfrequency", "sampling_frequency", "fs", "sr", "hz"];

    private static readonly string[] Counters =
    [
        "seq", "sequence", "seqno", "msgid", "message_id", "messageid", "id", "version", "ver", "schema", "counter", "cnt", "fcnt", "f_cnt",
        "fport", "f_port", "port", "uptime", "uptimesec", "heap", "loadavg", "sleep", "qos", "channel", "index",
    ];

    private static readonly string[] Times = ["ts", "t", "at", "utc", "when", "epoch", "timestamp", "datetime", "received_at"];

    private static readonly string[] Values = ["value", "val", "v", "reading", "measurement", "data", "state"];

    private static readonly string[] Tails = ["state", "value", "val", "data", "raw", "telemetry", "reading", "current", "get"];

    private static readonly string[] Telling =
        ["temp", "press", "vibr", "flow", "current", "power", "level", "humid", "torque", "speed", "rpm", "accel", "rms", "force", "volt"];

    private static readonly string[] Housekeeping =
        ["battery", "batt", "rssi", "snr", "linkquality", "lqi", "signal", "uptime", "wifi", "error", "status", "state", "total", "count"];

    /// <summary>How likely a name is a device's: 0 is most likely; −1: it is none.</summary>
    public static int DeviceRank(string name) => Array.IndexOf(Devices, name.ToLowerInvariant());

    public static bool IsRate(string name) => Is(Rates, name);

    public static bool IsValue(string name) => Is(Values, name);

    public static bool IsTime(string name) => Is(Times, name) || name.Contains("time", StringComparison.OrdinalIgnoreCase)
        || name.Contains("date", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a channel of that name measures nothing.</summary>
    public static bool IsCounter(string channel)
    {
        var name = Last(channel);
        // A lone t may be a temperature.
        return Is(Counters, name) || IsRate(name) || (name.Length > 1 && Is(Times, name))
            || name.Contains("timestamp", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a topic's last level says nothing of what is measured.</summary>
    public static bool IsTail(string level) => Is(Tails, level);

    /// <summary>1 for what is worth watching in a plant, −1 for what is of the device itself, 0 for all else.</summary>
    public static int Worth(string channel)
    {
        if (Has(Housekeeping, channel)) return -1;
        return Has(Telling, channel) ? 1 : 0;
    }

    private static string Last(string channel) => channel[(channel.LastIndexOf('.') + 1)..];

    private static bool Is(string[] names, string name) => Array.Exists(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool Has(string[] parts, string name) =>
        Array.Exists(parts, p => name.Contains(p, StringComparison.OrdinalIgnoreCase));
}
