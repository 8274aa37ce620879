using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Documents;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Configuration;

/// <summary>Reads a source's <c>sample_rate</c>, a rate or where the payload says it, and <c>block_time</c>.</summary>
internal static class SampleRateReader
{
    private const string Key = "sample_rate";
    private const string Expected =
        "samples a second with their unit (Hz or kHz) from 0.001Hz to 10000kHz, as in \"3200Hz\", or the path of that number in the "
            + "payload, as in \"rate\"";

    public static void Read(TomlScope source, SourceOptions options)
    {
        options.BlockTime = source.Choice("block_time", options.BlockTime, ("last", BlockTime.Last), ("first", BlockTime.First));
        switch (source.Find(Key))
        {
            case null:
                return;
            case TextNode { Value: [var first, ..] } text when !char.IsAsciiDigit(first)
                && ConfigurationChecks.PayloadPath(text.Value) is null:
                options.SampleRatePath = text.Value;
                return;
            case TextNode text when Units.Rate(text.Value) is >= SampleClock.LeastRate and <= SampleClock.RateLimit and var rate:
                options.SampleRate = rate;
                return;
            case { } other:
                source.Wrong(Key, other, Expected);
                return;
        }
    }
}
