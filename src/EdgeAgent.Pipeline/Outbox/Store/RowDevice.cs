using System.Text;
using System.Text.Json;

namespace EdgeAgent.Pipeline.Outbox.Store;

/// <summary>Whose an event is: the subject of its message, which is JSON that this agent wrote.</summary>
internal static class RowDevice
{
    /// <summary>So far into a message its subject is looked for.</summary>
    public const int HeadBytes = 2048;

    /// <summary>A name that is longer counts as none.</summary>
    private const int NameBytesLimit = 512;

    // It stands before anything that a device says, and what stands in a text has its quotes escaped.
    private static ReadOnlySpan<byte> Begin => "\"subject\":\""u8;

    /// <summary>The device; empty where the message does not say.</summary>
    /// <param name="message">All of it, or its first <see cref="HeadBytes"/>.</param>
    public static string Of(ReadOnlySpan<byte> message)
    {
        message = message[..Math.Min(message.Length, HeadBytes)];
        var at = message.IndexOf(Begin);
        if (at < 0) return "";
        var rest = message[(at + Begin.Length)..];
        var end = EndOf(rest[..Math.Min(rest.Length, NameBytesLimit)]);
        return end <= 0 ? "" : Name(rest[..end]);
    }

    /// <summary>Where the text ends that begins there; negative: not within.</summary>
    private static int EndOf(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') return i;
            if (text[i] == '\\') i++;
        }
        return -1;
    }

    private static string Name(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'\\') < 0) return Encoding.UTF8.GetString(text);
        try
        {
            var reader = new Utf8JsonReader((byte[])[(byte)'"', .. text, (byte)'"']);
            return reader.Read() && reader.GetString() is { } name ? name : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The message is damaged.
            return "";
        }
    }
}
