using EdgeAgent.Pipeline.Formats.Json;

namespace EdgeAgent.Pipeline.Formats.Auto;

/// <summary>The formats that a payload may be in, by how it begins; the likeliest first.</summary>
internal static class FormatSigns
{
    /// <summary>As much of a list as must be looked at to tell SenML from other JSON.</summary>
    private const int LookBytes = 256;

    private static readonly string[] Object = ["json"];
    private static readonly string[] List = ["json", "senml"];
    private static readonly string[] SenMlList = ["senml", "json"];
    private static readonly string[] Text = ["scalar", "influx"];
    private static readonly string[] Cbor = ["senml", "cbor", "msgpack"];
    private static readonly string[] SmallMap = ["senml", "msgpack", "cbor"];
    private static readonly string[] CborDocument = ["cbor", "msgpack", "senml"];
    private static readonly string[] SmallDocument = ["msgpack", "cbor", "senml"];
    private static readonly string[] MessagePack = ["msgpack"];
    private static readonly string[] Binary = ["cbor", "msgpack"];

    /// <summary>All formats that a payload shows by how it begins.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["json", "senml", "scalar", "influx", "cbor", "msgpack"];

    /// <param name="payload">As it arrived.</param>
    /// <param name="isDocument">What looks like SenML is a plain list all the same.</param>
    public static string[] Of(ReadOnlySpan<byte> payload, bool isDocument)
    {
        var text = JsonRepair.Trim(payload);
        if (text.IsEmpty) return Object;
        return text[0] switch
        {
            (byte)'{' => Object,
            (byte)'[' => !isDocument && IsSenMl(text) ? SenMlList : List,
            _ when IsText(text) => Text,
            // Up to fifteen pairs in MessagePack, an array in CBOR: what reads it to its end decides.
            >= 0x80 and <= 0x8f => isDocument ? SmallDocument : SmallMap,
            >= 0x90 and <= 0xbf or 0xd9 => isDocument ? CborDocument : Cbor,
            0xdc or 0xdd or 0xde or 0xdf => MessagePack,
            _ => Binary,
        };
    }

    private static bool IsSenMl(ReadOnlySpan<byte> text)
    {
        var start = text[..Math.Min(text.Length, LookBytes)];
        return start.IndexOf("\"bn\""u8) >= 0 || (start.IndexOf("\"n\""u8) >= 0 && start.IndexOf("\"v"u8) >= 0);
    }

    private static bool IsText(ReadOnlySpan<byte> text) =>
        !text[..Math.Min(text.Length, LookBytes)].ContainsAnyInRange((byte)0, (byte)8) && System.Text.Unicode.Utf8.IsValid(text);
}
