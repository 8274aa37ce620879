using System.Buffers;

namespace EdgeAgent.Pipeline.Formats.Influx;

/// <summary>Escapes of line protocol: a backslash before a comma, a blank or an equals sign takes its meaning from it.</summary>
internal static class InfluxText
{
    /// <summary>What ends a measurement with its tags.</summary>
    public static readonly SearchValues<byte> SeriesEnd = SearchValues.Create(" \n\\"u8);
    /// <summary>What ends a measurement, and each of its tags.</summary>
    public static readonly SearchValues<byte> TagEnd = SearchValues.Create(",\\"u8);
    public static readonly SearchValues<byte> TagKeyEnd = SearchValues.Create("=\\"u8);
    public static readonly SearchValues<byte> FieldKeyEnd = SearchValues.Create("=, \n\\"u8);

    /// <summary>Where the first of these bytes stands that is not escaped; the length where none does.</summary>
    /// <param name="text">Names with their escapes.</param>
    /// <param name="stops">One of those above, in which the backslash is.</param>
    public static int EndOf(ReadOnlySpan<byte> text, SearchValues<byte> stops)
    {
        for (var at = 0; at < text.Length; at += 2)
        {
            var next = text[at..].IndexOfAny(stops);
            if (next < 0) break;
            at += next;
            if (text[at] != '\\') return at;
        }
        return text.Length;
    }

    /// <summary>The name without its escapes; what is longer than it may be is cut, and still too long.</summary>
    /// <param name="name">As it stands in the line.</param>
    /// <param name="scratch">Takes a name that has some.</param>
    public static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> name, Span<byte> scratch)
    {
        name = name[..Math.Min(name.Length, scratch.Length)];
        if (!name.Contains((byte)'\\')) return name;
        var length = 0;
        for (var at = 0; at < name.Length; at++)
        {
            if (name[at] == '\\' && at + 1 < name.Length && name[at + 1] is (byte)',' or (byte)' ' or (byte)'=') at++;
            scratch[length++] = name[at];
        }
        return scratch[..length];
    }
}
