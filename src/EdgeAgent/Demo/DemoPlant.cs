using System.Buffers;
using System.Text.Json;
using EdgeAgent.Recordings;

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
        var tables = files.Where(f => !f.HasMessages).ToList();
        if (tables.Count == 0)
            throw new RecordingException("the demo plays tables of readings, as CSV, and found none; name some with --recording");
        var messages = new List<PlantMessage>();
        for (var device = 0; device < tables.Count; device++)
            messages.AddRange(Play(tables[device], device));
        return new DemoPlant([.. tables.Select((f, i) => $"pump-{i + 1}")], [.. messages.OrderBy(m => m.Due)]);
    }

    public string TopicOf(in PlantMessage message) => $"plant/{Devices[message.Device]}/telemetry";

    private static IEnumerable<PlantMessage> Play(RecordingFile file, int device)
    {
        var recording = RecordingReader.Read(file.Path, file.Path)[0];
        for (var row = 0; row < recording.Rows; row++)
        {
            var due = TimeSpan.FromTicks(recording.Ticks[row] - recording.Ticks[0]);
            yield return new PlantMessage(due, device, recording.Ticks[row], Encode(recording, row));
        }
    }

    /// <summary>A payload as many gateways write it: Unix milliseconds and an object of values.</summary>
    private static byte[] Encode(RawRecording recording, int row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("ts", (recording.Ticks[row] - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
        json.WriteStartObject("values");
        foreach (var channel in recording.Columns)
            if (!float.IsNaN(channel.Values[row]))
                json.WriteNumber(channel.Name, channel.Values[row]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
