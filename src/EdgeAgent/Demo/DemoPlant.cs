using System.Buffers;
using System.Text.Json;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources.Recordings;

namespace EdgeAgent.Demo;

/// <summary>One message of a simulated sensor: when it is due after the start, in recorded time, and what it says.</summary>
internal readonly record struct PlantMessage(TimeSpan Due, int Device, long TimeTicks, byte[] Payload);

/// <summary>The plant that the demo plays: one pump a recording, their readings merged in the order of time.</summary>
internal sealed class DemoPlant
{
    private DemoPlant(IReadOnlyList<string> devices, IReadOnlyList<PlantMessage> messages)
    {
        Devices = devices;
        Messages = messages;
    }

    public IReadOnlyList<string> Devices { get; }
    public IReadOnlyList<PlantMessage> Messages { get; }
    public TimeSpan Length => Messages.Count > 0 ? Messages[^1].Due : TimeSpan.Zero;

    /// <exception cref="RecordingException">No recording, or one that cannot be read.</exception>
    public static DemoPlant Load(IReadOnlyList<RecordingFile> files)
    {
        var csv = files.Where(f => f.IsCsv).ToList();
        if (csv.Count == 0) throw new RecordingException("the demo plays CSV recordings and found none; name some with --recording");
        var messages = new List<PlantMessage>();
        for (var device = 0; device < csv.Count; device++)
            messages.AddRange(Play(csv[device], device));
        return new DemoPlant([.. csv.Select((f, i) => $"pump-{i + 1}")], [.. messages.OrderBy(m => m.Due)]);
    }

    public string TopicOf(in PlantMessage message) => $"plant/{Devices[message.Device]}/telemetry";

    private static IEnumerable<PlantMessage> Play(RecordingFile file, int device)
    {
        var channels = new ChannelTable(limit: 256);
        using var csv = new CsvRecording(file.Path, channels);
        long? first = null;
        while (csv.Read())
        {
            first ??= csv.TimeTicks;
            yield return new PlantMessage(TimeSpan.FromTicks(csv.TimeTicks - first.Value), device, csv.TimeTicks, Encode(csv, channels));
        }
    }

    /// <summary>A payload as many gateways write it: Unix milliseconds and an object of values.</summary>
    private static byte[] Encode(CsvRecording csv, ChannelTable channels)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("ts", (csv.TimeTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
        json.WriteStartObject("values");
        for (var c = 0; c < channels.Count; c++)
            if (!float.IsNaN(csv.Values[c]))
                json.WriteNumber(channels.Current.Names[c], csv.Values[c]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
