using System.Text;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Formats.Names;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Reads a table <c>[sources.NAME]</c>.</summary>
internal static class SourceReader
{
    /// <summary>The largest payload that MQTT can carry.</summary>
    private const int PayloadLimit = 268_435_455;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(365);

    public static SourceOptions Read(TomlScope source)
    {
        var defaults = new SourceOptions();
        var named = RowReader.Preset(source);
        var decode = source.Choice("decode", named.Decode, [.. PayloadDecoders.Names.Select(name => (name, name))]);
        var preset = Presets.Fit(named, decode, isInDocument: PackedReader.IsInDocument(source));
        var mqtt = source.Table("mqtt");
        var options = new SourceOptions
        {
            Name = source.Name,
            Mqtt = MqttReader.Read(mqtt, "mqtt://127.0.0.1:1883"),
            Topics = [.. mqtt.NeededTexts("topics", "plant/+/telemetry", ConfigurationChecks.TopicFilter)],
            Qos = mqtt.Integer("qos", defaults.Qos, 0, 1, "0 or 1"),
            PersistentSession = mqtt.Boolean("persistent", defaults.PersistentSession),
            Retained = mqtt.Boolean("retained", defaults.Retained),
            Except = source.Has("except") ? [.. source.NeededTexts("except", "plant/+/state", ConfigurationChecks.TopicFilter)] : [],
            SilentAfter = source.Has("silent_after") ? source.Duration("silent_after", TimeSpan.Zero, TimeSpan.Zero, LongestSilence) : null,
            ReceiveLimit = mqtt.Integer("receive_limit", defaults.ReceiveLimit, 1, 65_535),

            Decode = decode,
            Time = preset.Time,
            Reading = ReadingReader.Read(source),
            RequestsBirths = source.Boolean("rebirth", defaults.RequestsBirths),
            PayloadLimit = (int)source.Size("payload_limit", defaults.PayloadLimit, 1, PayloadLimit),
            DeviceLimit = source.Integer("device_limit", defaults.DeviceLimit, 1, 10_000_000),
            KnownDevices = source.Has("known_devices") ? [.. source.NeededTexts("known_devices", "pump-1", DeviceName)] : [],
            ChannelLimit = source.Integer("channel_limit", defaults.ChannelLimit, 1, 65_536),
        };
        TimeReader.Read(source, options);
        ShareReader.Read(source, options);
        RowReader.Read(source, options, preset);
        SampleRateReader.Read(source, options);
        if (options.Decode == "packed") PackedReader.Read(source, options);
        else ChannelReader.Read(source, options, preset);
        ChannelReader.ReadColumns(source, options);
        FormatChecks.Check(source, options);
        ConversionReader.Read(source, options);
        HistoryReader.Read(source, options);
        CheckDeviceLevel(source, options);
        CheckKnownDevices(source, options);
        return options;
    }

    private static string? DeviceName(string name) => name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= NameBuffer.NameLimit
        ? null : $"the name of a device, of 1 to {NameBuffer.NameLimit} bytes";

    private static void CheckKnownDevices(TomlScope source, SourceOptions options)
    {
        if (options.KnownDevices.Count <= options.DeviceLimit) return;
        source.Report("known_devices", source.Find("known_devices")!,
            $"names {options.KnownDevices.Count} devices, more than `device_limit`, which is {options.DeviceLimit}", "raise device_limit");
    }

    /// <summary>Messages of a filter that ends before the device's level could never be told apart.</summary>
    private static void CheckDeviceLevel(TomlScope source, SourceOptions options)
    {
        if (ConfigurationChecks.TopicLevel(options.Device) is not { } level || source.Find("device") is not { } written)
            return;
        if (options.Topics.Find(filter => !ConfigurationChecks.Reaches(filter, level)) is { } filter)
        {
            source.Report("device", written, $"is {written.Shown}, but topics of \"{filter}\" have no such level",
                "levels are counted from 0: in \"plant/p7/telemetry\", topic[1] is p7");
        }
    }
}
