using EdgeAgent.Pipeline.Formats.Json;
using EdgeAgent.Pipeline.Formats.SenMl;

namespace EdgeAgent.Pipeline.Formats.Auto;

/// <summary>The formats that a payload may be in, by how it begins; the likeliest first.</summary>
/// <param name="source">How payloads are read, whatever their format.</param>
internal sealed class FormatSigns(PayloadOptions source)
{
    /// <summary>As much of a list as must be looked at to tell SenML from other JSON.</summary>
    private const int LookBytes = 256;

    private const string SenMl = "senml";

    private static readonly string[] Object = ["json"];
    private static readonly string[] Text = ["scalar", "influx"];
    private static readonly string[] MessagePack = ["msgpack"];
    private static readonly string[] Binary = ["cbor", "msgpack"];

    /// <summary>Whether names are made of what a pack of SenML has not.</summary>
    private readonly bool _isNoSenMl = !SenMlNames.HasPlaces(source);

    /// <summary>Whether the source says where in a document things stand: a pack of SenML has places of its own.</summary>
    private readonly bool _saysPlaces = source.Rows is not null || source.ValuePath is not null || source.Time is not null;

    /// <summary>Whether the source can read such payloads at all.</summary>
    public bool MayBe(string format) => format != SenMl || !_isNoSenMl;

    /// <param name="payload">As it arrived.</param>
    public string[] Of(ReadOnlySpan<byte> payload)
    {
        var text = JsonRepair.Trim(payload);
        if (text.IsEmpty) return Object;
        return text[0] switch
        {
            (byte)'{' => Object,
            (byte)'[' => WithSenMl(Object, isLikely: IsSenMl(text)),
            _ when IsText(text) => Text,
            // Up to fifteen pairs in MessagePack, an array in CBOR: what reads it to its end decides.
            >= 0x80 and <= 0x8f => WithSenMl(["msgpack", "cbor"], isLikely: true),
            >= 0x90 and <= 0xbf or 0xd9 => WithSenMl(Binary, isLikely: true),
            0xdc or 0xdd or 0xde or 0xdf => MessagePack,
            _ => Binary,
        };
    }

    private string[] WithSenMl(string[] others, bool isLikely) =>
        _isNoSenMl ? others : isLikely && !_saysPlaces ? [SenMl, .. others] : [.. others, SenMl];

    private static bool IsSenMl(ReadOnlySpan<byte> text)
    {
        var start = text[..Math.Min(text.Length, LookBytes)];
        return start.IndexOf("\"bn\""u8) >= 0 || (start.IndexOf("\"n\""u8) >= 0 && start.IndexOf("\"v"u8) >= 0);
    }

    private static bool IsText(ReadOnlySpan<byte> text) =>
        !text[..Math.Min(text.Length, LookBytes)].ContainsAnyInRange((byte)0, (byte)8) && System.Text.Unicode.Utf8.IsValid(text);
}
