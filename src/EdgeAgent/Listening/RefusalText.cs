using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Listening;

/// <summary>Says to people why a source cannot use a message, and what helps.</summary>
internal static class RefusalText
{
    /// <param name="failure">Why.</param>
    /// <param name="source">How the source reads payloads.</param>
    public static string Of(DecodeFailure failure, PayloadOptions source) => failure switch
    {
        DecodeFailure.BadJson => "no JSON",
        DecodeFailure.NotAnObject => "JSON, but no object at the top",
        DecodeFailure.BadTime => $"no readable time at \"{source.Time}\": see `time`",
        DecodeFailure.NoChannels => "no channel with a number: see `channels`",
        DecodeFailure.OnlyTexts => "texts where numbers might be: see `decimal_comma`, `strip_units`, `words`",
        DecodeFailure.NoChannelName => "the value's channel is not named: see `name` and `channel`",
        DecodeFailure.Empty => "empty",
        DecodeFailure.BlockWithoutRate => "an array of samples, but no rate: add `sample_rate`",
        DecodeFailure.BadSampleRate => "the sample rate is missing or impossible: see `sample_rate`",
        DecodeFailure.NoDevice => $"\"{source.Device}\" gives no device: see `device`",
        DecodeFailure.TooManyDevices => "more devices than `device_limit`",
        DecodeFailure.TooManyChannels => "more channels than `channel_limit`",
        DecodeFailure.TooLarge => "larger than `payload_limit`",
        _ => failure.ToString(),
    };
}
