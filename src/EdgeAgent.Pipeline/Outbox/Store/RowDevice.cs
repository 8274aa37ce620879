using System.Text;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>
/// Whose an event is: the subject of its message. An index is made of it, so that what one device owes is found without reading what
/// others do, and rows of before need no other shape.
/// </summary>
internal static class RowDevice
{
    private const string Begin = "\"subject\":\"";
    /// <summary>A name that is longer counts as none.</summary>
    private const int BytesLimit = 512;

    // The message is JSON that this agent wrote, with the subject before anything that a device says: what stands in a text has its
    // quotes escaped. Found by bytes, for the message may be large and there may be many.
    private const string At = "instr(payload, X'227375626A656374223A22')";
    private const string Rest = $"substr(payload, {At} + 11, 512 * ({At} > 0))";

    /// <summary>The subject as it stands in the message; empty where there is none.</summary>
    public const string Expression = $"substr({Rest}, 1, instr({Rest}, X'22') - 1)";

    /// <summary>The same of a message in hand.</summary>
    public static string Of(ReadOnlySpan<byte> payload)
    {
        var at = payload.IndexOf(Encoding.UTF8.GetBytes(Begin));
        if (at < 0) return "";
        var rest = payload[(at + Begin.Length)..];
        var end = rest[..Math.Min(rest.Length, BytesLimit)].IndexOf((byte)'"');
        return end <= 0 ? "" : Name(rest[..end]);
    }

    /// <summary>The name that stands there in JSON.</summary>
    public static string Name(ReadOnlySpan<byte> key)
    {
        if (key.IndexOf((byte)'\\') < 0) return Encoding.UTF8.GetString(key);
        try
        {
            var reader = new Utf8JsonReader((byte[])[(byte)'"', .. key, (byte)'"']);
            return reader.Read() && reader.GetString() is { } name ? name : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A quote within the name has ended it too early, or it is damaged.
            return Encoding.UTF8.GetString(key);
        }
    }
}
