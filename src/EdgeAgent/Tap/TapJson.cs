using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tap;

/// <summary>Messages as JSON for programs, one object a line.</summary>
internal sealed class TapJson(TextWriter output) : ITapView
{
    private readonly ArrayBufferWriter<byte> _line = new();

    public long Hidden => 0;

    public void Show(SourceOptions source, HeardMessage message, ProbedMessage probed)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteString("time", new DateTime(message.ArrivalTicks, DateTimeKind.Utc));
            json.WriteString("source", source.Name);
            json.WriteString("topic", message.Topic);
            json.WriteNumber("bytes", message.Payload.Length);
            json.WriteString("outcome", Outcome(probed));
            if (probed.IsUsable) WriteReadings(json, probed);
            else if (!probed.IsLeftAlone) WriteReason(json, source, message, probed);
            if (probed.ArraysLeftOut.Count > 0) WriteArrays(json, probed);
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(_line.WrittenSpan));
    }

    public void Settle()
    {
        // Objects have no columns.
    }

    private static string Outcome(ProbedMessage probed) => probed.Outcome switch
    {
        ProbedOutcome.Usable => "usable",
        ProbedOutcome.LeftOut => probed.IsLeftAlone ? "retained" : "left_out",
        _ => "refused",
    };

    /// <summary>Arrays of numbers that nobody reads.</summary>
    private static void WriteArrays(Utf8JsonWriter json, ProbedMessage probed)
    {
        json.WriteStartArray("arrays_left_out");
        foreach (var name in probed.ArraysLeftOut) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WriteReason(Utf8JsonWriter json, SourceOptions source, HeardMessage message, ProbedMessage probed)
    {
        json.WriteString("reason", probed.Failure.Word());
        json.WriteString("detail", probed.Failure.Explain(source).What);
        if (System.Text.Unicode.Utf8.IsValid(message.Payload)) json.WriteString("payload", message.Payload);
        else json.WriteBase64String("payload64", message.Payload);
    }

    /// <summary>The first hundred; <c>count</c> says how many there are.</summary>
    private static void WriteReadings(Utf8JsonWriter json, ProbedMessage probed)
    {
        json.WriteNumber("count", probed.Count);
        json.WriteStartArray("readings");
        foreach (var reading in probed.Readings.Take(SourceProbe.ReadingLimit))
        {
            json.WriteStartObject();
            json.WriteString("device", reading.Device);
            json.WriteString("time", new DateTime(reading.TimeTicks, DateTimeKind.Utc));
            json.WriteStartObject("values");
            foreach (var (channel, value) in reading.Values)
                json.WriteNumber(channel, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
