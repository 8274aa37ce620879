namespace EdgeAgent.Recordings;

/// <summary>Says what a file looks like that is no recording, and what makes one of it; empty where that is not known.</summary>
internal static class OtherForm
{
    /// <summary>Goes on from what was expected.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [(byte)'P', (byte)'K', 3, 4, ..] => "; it looks like a ZIP file or one of Excel's own (.xlsx): export it as CSV",
        [0x1F, 0x8B, ..] => "; it looks like a gzip file: let its name end with .gz",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "; it looks like one of Excel's own files (.xls): export it as CSV",
        [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => "; it looks like Parquet: export it as CSV",
        _ => "",
    };

    /// <summary>Goes on from what was expected.</summary>
    public static string Of(string text) => text.AsSpan().TrimStart() switch
    {
        ['[', ..] => "; it looks like one list of JSON: write an object a line, as jq -c '.[]' does",
        ['<', ..] => "; it looks like XML or HTML",
        _ => "",
    };
}
