using System.Text;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Formats.Influx;
using EdgeAgent.Pipeline.Formats.Json;

namespace EdgeAgent.Discovery;

/// <summary>A line of line protocol, its parts as texts.</summary>
/// <param name="Measurement">Its name.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Fields">The names of its fields.</param>
internal sealed record InfluxParts(string Measurement, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Fields)
{
    /// <summary>Null: the payload begins with no such line.</summary>
    public static InfluxParts? Of(ReadOnlySpan<byte> payload)
    {
        var rest = InfluxLine.SkipToLine(JsonRepair.Trim(payload));
        if (rest.IsEmpty || !InfluxLine.TryTake(ref rest, out var line)) return null;
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        var written = new InfluxTags(line.Tags);
        while (written.TryTake(out var key, out var value)) tags[Plain(key)] = Plain(value);
        var names = new List<string>();
        var fields = new InfluxFields(line.Fields);
        while (fields.TryTake(out var name, out _)) names.Add(Plain(name));
        return new InfluxParts(Plain(line.Measurement), tags, names);
    }

    private static string Plain(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(InfluxText.Plain(text, new byte[text.Length]));
}

/// <summary>Cuts payloads of line protocol into their lines.</summary>
internal static class InfluxLines
{
    private const int LineLimit = 100;

    /// <summary>The first lines of a payload; the whole payload, where it is none.</summary>
    public static IEnumerable<byte[]> Of(HeardMessage message)
    {
        var lines = new List<byte[]>();
        var rest = InfluxLine.SkipToLine(JsonRepair.Trim(message.Payload));
        while (!rest.IsEmpty && lines.Count < LineLimit)
        {
            var before = rest;
            if (!InfluxLine.TryTake(ref rest, out _)) return [message.Payload];
            lines.Add(before[..^rest.Length].ToArray());
            rest = InfluxLine.SkipToLine(rest);
        }
        return lines.Count == 0 ? [message.Payload] : lines;
    }
}
