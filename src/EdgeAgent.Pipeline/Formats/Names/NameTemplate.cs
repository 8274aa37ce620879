using System.Globalization;
using System.Text;

namespace EdgeAgent.Pipeline.Formats.Names;

/// <summary>What a place in a template stands for.</summary>
internal enum NamePlace
{
    /// <summary>The text itself.</summary>
    Literal,
    /// <summary>The topic, or one of its levels: <c>topic</c>, <c>topic[1]</c>; <c>topic[-1]</c> is the last.</summary>
    Topic,
    /// <summary>A value in the payload: <c>payload.PATH</c>.</summary>
    Payload,
    /// <summary>A value in the row: <c>row.PATH</c>.</summary>
    Row,
    /// <summary>What stood for a <c>*</c> of the rows' path: <c>key</c>, <c>key[1]</c>.</summary>
    Key,
    /// <summary>The name of the row's value, or a part of it between dots: <c>name</c>, <c>name[0]</c>.</summary>
    Name,
}

/// <summary>One part of a template.</summary>
/// <param name="Place">What it stands for.</param>
/// <param name="Text">The literal, or the path.</param>
/// <param name="Index">Level or part, from 0; negative: from the end; null: the whole.</param>
internal readonly record struct NamePart(NamePlace Place, string Text, int? Index);

/// <summary>
/// How names of devices and channels are made of what a message says: one place, as in <c>topic[1]</c>, or a text with places in
/// braces, as in <c>{topic[0]}/{payload.unit}</c>.
/// </summary>
internal sealed class NameTemplate
{
    private NameTemplate(List<NamePart> parts) => Parts = parts;

    public IReadOnlyList<NamePart> Parts { get; }

    /// <summary>Whether the topic alone makes the name.</summary>
    public bool IsOfTopic => Parts.All(p => p.Place is NamePlace.Literal or NamePlace.Topic);

    /// <summary>The level, where the name is one level of the topic and nothing else.</summary>
    public int? OnlyLevel => Parts is [{ Place: NamePlace.Topic, Index: >= 0 and var level }] ? level : null;

    /// <summary>Whether the name is the whole topic.</summary>
    public bool IsWholeTopic => Parts is [{ Place: NamePlace.Topic, Index: null }];

    /// <summary>Null where the text is no template.</summary>
    public static NameTemplate? TryParse(string text)
    {
        if (!text.Contains('{', StringComparison.Ordinal))
            return PlaceOf(text) is { } only ? new NameTemplate([only]) : null;
        var parts = new List<NamePart>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            var literal = open < 0 ? text[at..] : text[at..open];
            if (literal.Contains('}', StringComparison.Ordinal)) return null;
            if (literal.Length > 0) parts.Add(new NamePart(NamePlace.Literal, literal, null));
            if (open < 0) break;
            var close = text.IndexOf('}', open);
            if (close < 0 || PlaceOf(text[(open + 1)..close]) is not { } place) return null;
            parts.Add(place);
            at = close + 1;
        }
        return parts.Exists(p => p.Place != NamePlace.Literal) ? new NameTemplate(parts) : null;
    }

    /// <exception cref="ArgumentException">It is no template; the configuration was to be checked before.</exception>
    public static NameTemplate Parse(string text) =>
        TryParse(text) ?? throw new ArgumentException($"\"{text}\" is no name made of topic, payload, row, key or name");

    /// <summary>Appends a part of the topic, or of a dotted name; nothing where it has no such part.</summary>
    public static void AppendPart(NameBuffer name, ReadOnlySpan<byte> whole, byte separator, int? index)
    {
        // Of one that was cut nobody knows which part is the last.
        if (index is not { } wanted || whole.Length == NameBuffer.BytesLimit)
        {
            name.Append(whole);
            return;
        }
        if (wanted < 0) wanted += whole.Count(separator) + 1;
        var place = 0;
        foreach (var range in whole.Split(separator))
        {
            if (place++ != wanted) continue;
            name.Append(whole[range]);
            return;
        }
        name.IsWhole = false;
    }

    private static NamePart? PlaceOf(string text)
    {
        if (text.StartsWith("payload.", StringComparison.Ordinal)) return PathOf(NamePlace.Payload, text["payload.".Length..]);
        if (text.StartsWith("row.", StringComparison.Ordinal)) return PathOf(NamePlace.Row, text["row.".Length..]);
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        int? index = null;
        if (bracket >= 0)
        {
            if (text[^1] != ']' || !int.TryParse(
                text.AsSpan(bracket + 1, text.Length - bracket - 2),
                NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i))
                return null;
            index = i;
        }
        return (bracket < 0 ? text : text[..bracket]) switch
        {
            "topic" => new NamePart(NamePlace.Topic, "", index),
            "key" when index is null or >= 0 => new NamePart(NamePlace.Key, "", index ?? 0),
            "name" => new NamePart(NamePlace.Name, "", index),
            _ => null,
        };
    }

    private static NamePart? PathOf(NamePlace place, string path) =>
        Documents.PathSyntax.TryParse(path) is null ? null : new NamePart(place, path, null);
}

/// <summary>A name that is being made. Its memory is used again.</summary>
internal sealed class NameBuffer
{
    /// <summary>
    /// Longer names of devices and channels are refused: they would fill memory, and events of such a device would find no room in a
    /// topic.
    /// </summary>
    public const int NameLimit = 256;

    /// <summary>What is read of a name, more than it may have: one that is cut here is too long all the same.</summary>
    public const int BytesLimit = 1024;

    private readonly byte[] _bytes = new byte[BytesLimit];
    private int _length;

    /// <summary>Whether every part was there.</summary>
    public bool IsWhole { get; set; }

    public ReadOnlySpan<byte> Name => _bytes.AsSpan(0, _length);

    public void Clear() => (_length, IsWhole) = (0, true);

    public void Append(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty) IsWhole = false;
        part = part[..Math.Min(part.Length, BytesLimit - _length)];
        part.CopyTo(_bytes.AsSpan(_length));
        _length += part.Length;
    }

    /// <summary>Control characters belong in no name, and in no topic or log line that repeats it.</summary>
    public bool IsPlain => IsWhole && _length > 0 && !Name.ContainsAnyInRange((byte)0, (byte)0x1f);
}
