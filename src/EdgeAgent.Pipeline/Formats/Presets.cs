namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// What the payloads of common gateways and devices look like, by the name that a source gives in <c>preset</c>. What a source says
/// itself counts. The pages of <c>docs/makers</c> say what each sends.
/// </summary>
internal static class Presets
{
    private static readonly (string Name, PayloadOptions Options)[] All =
    [
        ("chirpstack", new PayloadOptions { Device = "payload.deviceInfo.devEui", ChannelsBelow = "object", Time = "time" }),
        ("esphome", new PayloadOptions { Decode = "scalar", Device = "topic[0]", Channel = "topic[2]" }),
        ("homie", new PayloadOptions { Decode = "scalar", Device = "topic[1]", Channel = "{topic[2]}.{topic[3]}" }),
        ("ifm", new PayloadOptions
        {
            Rows = "data.payload.*", ValuePath = "data", Quality = new QualityOptions { Path = "code", Good = ["200"] },
        }),
        ("influx", new PayloadOptions { Decode = "influx", ChannelsBelow = "fields" }),
        ("kepware", new PayloadOptions
        {
            Rows = "values[*]", NamePath = "id", ValuePath = "v", Time = "t", Quality = new QualityOptions { Path = "q" },
        }),
        ("neuron", new PayloadOptions { Device = "payload.node", ChannelsBelow = "values", Time = "timestamp" }),
        ("neuron-tags", new PayloadOptions
        {
            Device = "payload.node", Rows = "tags[*]", NamePath = "name", ValuePath = "value", Time = "$.timestamp",
            Quality = new QualityOptions { Path = "error", Good = ["0"] },
        }),
        ("opc-publisher", new PayloadOptions
        {
            Rows = "Messages[*].Payload.*", ValuePath = "Value | Value.Body", Time = "SourceTimestamp | $.Timestamp",
            Quality = new QualityOptions { Path = "StatusCode | StatusCode.Code | StatusCode.Symbol", Codes = QualityCodes.OpcUa },
        }),
        ("opc-publisher-samples", new PayloadOptions
        {
            NamePath = "DisplayName", ValuePath = "Value | Value.Value | Value.Body",
            Time = "SourceTimestamp | Value.SourceTimestamp",
            Quality = new QualityOptions { Path = "StatusCode | Value.StatusCode | Status", Codes = QualityCodes.OpcUa },
        }),
        ("senml", new PayloadOptions { Decode = "senml" }),
        ("shelly", new PayloadOptions { Device = "payload.src", ChannelsBelow = "params", Time = "params.ts" }),
        ("shelly-status", new PayloadOptions { Device = "topic[0]", Channel = "topic[2]", ChannelsBelow = "" }),
        ("siemens", new PayloadOptions
        {
            Rows = "vals[*]", NamePath = "id", ValuePath = "val", Time = "ts",
            Quality = new QualityOptions { Path = "qc", Good = ["3", "192", "good"] },
        }),
        ("sparkplug-b", new PayloadOptions { Decode = "sparkplug-b" }),
        ("tasmota", new PayloadOptions { Device = "topic[1]", ChannelsBelow = "", Time = "Time" }),
        ("telegraf", new PayloadOptions { Device = "payload.tags.host", ChannelsBelow = "fields", Time = "timestamp" }),
        ("telegraf-batch", new PayloadOptions
        {
            Device = "row.tags.host", Rows = "metrics[*]", ChannelsBelow = "fields", Time = "timestamp",
        }),
        ("thingsboard", new PayloadOptions { ChannelsBelow = "values", Time = "ts" }),
        ("thingsboard-gateway", new PayloadOptions { Device = "key", Rows = "*[*]", ChannelsBelow = "values", Time = "ts" }),
        ("ttn", new PayloadOptions
        {
            Device = "payload.end_device_ids.device_id", ChannelsBelow = "uplink_message.decoded_payload", Time = "received_at",
        }),
        ("zigbee2mqtt", new PayloadOptions { Device = "topic[1]", ChannelsBelow = "" }),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(p => p.Name)];

    /// <summary>How payloads are read under that name; null: there is none.</summary>
    public static PayloadOptions? Find(string name) => Array.Find(All, p => p.Name == name).Options;

    /// <summary>What of a preset is left where payloads come in another format than its own: names, and what paths that has.</summary>
    /// <param name="preset">As it was found.</param>
    /// <param name="format">What the source decodes.</param>
    /// <param name="isInDocument">Whether binary frames stand in a document.</param>
    public static PayloadOptions Fit(PayloadOptions preset, string format, bool isInDocument)
    {
        if (format == preset.Decode || FormatPlaces.HasPaths(format)) return preset;
        return preset with
        {
            Rows = null, NamePath = null, ValuePath = null, Quality = null, ChannelsBelow = null,
            Time = FormatPlaces.HasTimePath(format, isInDocument) ? preset.Time : null,
        };
    }
}
