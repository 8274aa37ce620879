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

    /// <summary>What a row calls its value by, the likeliest first; else it is called like a device.</summary>
    private static readonly string[] RowNames =
    [
        "name", "tagname", "tag_name", "variable", "variablename", "variable_name", "signal", "metric", "measurement", "parameter", "point",
        "item", "id", "tag", "sensor", "channel", "key", "label", "n",
    ];

    private static readonly string[] Qualities =
        ["quality", "q", "qc", "qualitycode", "quality_code", "statuscode", "status_code", "status"];

    private static readonly string[] Groups =
        ["status", "state", "states", "sensor", "sensors", "telemetry", "tele", "data", "values", "measurements", "readings", "get"];

    /// <summary>What a gateway says of a radio message.</summary>
    private static readonly string[] Radio =
    [
        "rssi", "snr", "lsnr", "lorasnr", "fcnt", "f_cnt", "fport", "f_port", "dr", "adr", "rfchain", "rf_chain", "frequency", "channel",
        "bandwidth",
    ];

    private static readonly string[] OnlyRadio = ["lorasnr", "fcnt", "f_cnt", "fport", "f_port", "txinfo", "rxinfo", "rx_metadata"];

    private static readonly string[] Rates =
        ["rate", "samplerate", "sample_rate", "sampling_rate", "samplingrate", "samplingfrequency", "sampling_frequency", "fs", "sr", "hz"];

    private static readonly string[] Counters =
    [
        "seq", "sequence", "seqno", "msgid", "message_id", "messageid", "id", "version", "ver", "schema", "counter", "cnt", "fcnt", "f_cnt",
        "fport", "f_port", "port", "uptime", "uptimesec", "heap", "loadavg", "sleep", "qos", "channel", "index",
        "nsec", "nsecs", "nanosec", "nanoseconds", "usec", "msec", "qualitycode", "quality_code", "statuscode", "status_code",
    ];

    private static readonly string[] Times = ["ts", "t", "dt", "at", "utc", "when", "epoch", "timestamp", "datetime", "received_at"];

    /// <summary>Times where a Unix time stands there, and measures of their own where not.</summary>
    private static readonly string[] Seconds = ["sec", "secs", "seconds"];

    private static readonly string[] Values = ["value", "val", "v", "reading", "measurement", "data", "state"];

    private static readonly string[] Tails = ["state", "value", "val", "data", "raw", "telemetry", "reading", "current", "get"];

    private static readonly string[] Telling =
        ["temp", "press", "vibr", "flow", "current", "power", "level", "humid", "torque", "speed", "rpm", "accel", "rms", "force", "volt"];

    private static readonly string[] Housekeeping = ["battery", "batt", "rssi", "snr", "linkquality", "lqi", "signal", "uptime", "wifi"];

    /// <summary>Of the device itself where a name ends so; above others they say where those stand.</summary>
    private static readonly string[] HousekeepingEnds = ["error", "status", "state", "total", "count"];

    /// <summary>How likely a name is a device's: 0 is most likely; −1: it is none.</summary>
    public static int DeviceRank(string name) => Array.IndexOf(Devices, name.ToLowerInvariant());

    /// <summary>How likely a text of that name says which value a row has: 0 is most likely; −1: it does not.</summary>
    public static int RowNameRank(string name)
    {
        var rank = Array.IndexOf(RowNames, name.ToLowerInvariant());
        return rank >= 0 ? rank : DeviceRank(name) is >= 0 and var device ? RowNames.Length + Devices.Length - device : -1;
    }

    /// <summary>How likely a place of that name says how good a value is: 0 is most likely; −1: it does not.</summary>
    public static int QualityRank(string name) => Array.IndexOf(Qualities, name.ToLowerInvariant());

    /// <summary>Whether a topic's level says what kind of messages follow, not whose they are.</summary>
    public static bool IsGroup(string level) => Is(Groups, level);

    /// <summary>Whether a channel may be of a radio message, not of what the device measures.</summary>
    public static bool IsRadio(string channel) => Is(Radio, Last(channel));

    /// <summary>Whether a channel shows that payloads are those of a radio network.</summary>
    public static bool IsOnlyRadio(string channel) => channel.Split('.').Any(part => Is(OnlyRadio, part));

    public static bool IsRate(string name) => Is(Rates, name);

    public static bool IsValue(string name) => Is(Values, name);

    public static bool IsTime(string name) => Is(Times, name) || Is(Seconds, name)
        || name.Contains("time", StringComparison.OrdinalIgnoreCase) || name.Contains("date", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a channel of that name measures nothing.</summary>
    public static bool IsCounter(string channel)
    {
        var name = Last(channel);
        // A lone t may be a temperature.
        return Is(Counters, name) || Is(Seconds, name) || IsRate(name) || (name.Length > 1 && Is(Times, name))
            || name.Contains("timestamp", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a topic's last level says nothing of what is measured.</summary>
    public static bool IsTail(string level) => Is(Tails, level);

    /// <summary>1 for what is worth watching in a plant, −1 for what is of the device itself, 0 for all else.</summary>
    public static int Worth(string channel)
    {
        if (Has(Housekeeping, channel) || Has(HousekeepingEnds, Last(channel))) return -1;
        return Has(Telling, channel) ? 1 : 0;
    }

    private static string Last(string channel) => channel[(channel.LastIndexOf('.') + 1)..];

    private static bool Is(string[] names, string name) => Array.Exists(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool Has(string[] parts, string name) =>
        Array.Exists(parts, p => name.Contains(p, StringComparison.OrdinalIgnoreCase));
}
