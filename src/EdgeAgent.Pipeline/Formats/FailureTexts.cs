using System.Text;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>What is wrong with a message, and what helps; both go on from a name or a number.</summary>
/// <param name="What">What is so, and what was expected.</param>
/// <param name="Remedy">What to do.</param>
internal readonly record struct FailureText(string What, string Remedy);

/// <summary>
/// The reasons for which messages are refused, for people: one name each, the same in the log, the dead-letter file, the status and the
/// metrics, and what to do.
/// </summary>
internal static class FailureTexts
{
    /// <summary>As long as an array is that has a place for each by its number.</summary>
    public static int Count { get; } = (int)Enum.GetValues<DecodeFailure>().Max() + 1;

    private static readonly string[] Words = [.. Enumerable.Range(0, Count).Select(n => SnakeCase(((DecodeFailure)n).ToString()))];

    /// <summary>All reasons for which a message is refused; what is left out on purpose is none.</summary>
    public static IReadOnlyList<DecodeFailure> All { get; } = [.. Enum.GetValues<DecodeFailure>()
        .Where(f => f != DecodeFailure.None && !f.IsLeftOut())];

    /// <summary>Whether it is no failure: the message is left out on purpose.</summary>
    public static bool IsLeftOut(this DecodeFailure failure) =>
        failure is DecodeFailure.NotTelemetry or DecodeFailure.History or DecodeFailure.NoUsableValue or DecodeFailure.Excepted;

    /// <summary>The reason's name: <c>no_channels</c>.</summary>
    public static string Word(this DecodeFailure failure) => Words[(int)failure];

    /// <summary>What is wrong with messages of a source, and what helps.</summary>
    public static FailureText Explain(this DecodeFailure failure, PayloadOptions source) => failure switch
    {
        DecodeFailure.BadJson => new(
            "the payload is not well-formed JSON", "correct the sender, or set decode to the format that it sends"),
        DecodeFailure.NotAnObject => new(
            "the payload is JSON, and no object with names: expected {\"name\": number, ...} or a list of such",
            "have the sender name its values, or set rows to where the objects are"),
        DecodeFailure.BadTime => TimeTexts.Unreadable(source),
        DecodeFailure.NoTime => TimeTexts.Missing(source),
        DecodeFailure.ImpossibleTime => TimeTexts.Impossible(source),
        DecodeFailure.BadCbor => new("the payload is not well-formed CBOR", "have the sender write CBOR, or set decode to what it writes"),
        DecodeFailure.BadMessagePack => new(
            "the payload is not well-formed MessagePack", "have the sender write MessagePack, or set decode to what it writes"),
        DecodeFailure.BadSenMl => new(
            "the payload is no pack of SenML records as RFC 8428 has it", "have the sender write SenML, or set decode to what it writes"),
        DecodeFailure.BadLine =>
            new("the payload is no line of line protocol", "have the sender write line protocol, or set decode to what it writes"),
        DecodeFailure.BadCsv => new(
            $"the payload is not one line of {source.Columns.Count} values", "correct columns, or set decode to what the sender writes"),
        DecodeFailure.FrameTooShort => new(
            "the payload has fewer bytes than the fields need, or a rest that is no whole frame", "correct fields, frame or skip"),
        DecodeFailure.NoFrame => new("there is no text where packed says that the bytes stand", "correct the path in packed"),
        DecodeFailure.BadEncoding =>
            new("the text with the bytes is not written as packed says", "set its encoding to \"hex\" or \"base64\""),
        DecodeFailure.BadCompression =>
            new("the payload is compressed, and damaged or cut off", "have the sender compress the whole payload, or send it plain"),
        DecodeFailure.BadSparkplug =>
            new("the payload is no Sparkplug payload", "have the sender write Sparkplug B, or set decode to what it writes"),
        DecodeFailure.NoSparkplugTopic => new(
            "the topic is not spBv1.0/GROUP/TYPE/NODE", "narrow the topics, or set decode to the format that it sends"),
        DecodeFailure.UnknownAlias => new(
            "it has metrics that only a birth names, and none came since", "set rebirth = true, or have the edge node send its birth"),
        DecodeFailure.UnknownFormat => new(
            "the payload is in no format that is known", "set decode, or have the sender write one of the formats of docs/messages.md"),
        DecodeFailure.NoChannels => new(
            $"no channel with a number was found {Places(source)}",
            "set channels to where the numbers are; narrow the topics if this is no telemetry"),
        DecodeFailure.OnlyTexts => new(
            $"its values {Places(source)} are texts, not numbers",
            "use decimal_comma, strip_units or words, or have the sender write numbers; narrow the topics if this is no telemetry"),
        DecodeFailure.NoChannelName => new(
            $"a row has a value and no channel's name{(source.NamePath is { } name ? $" at {Quoted(name)}" : "")}",
            "correct the path of the name, or set channel"),
        DecodeFailure.Empty => new(
            "the payload is empty", "nothing, if the sender clears a retained message so; else correct the sender"),
        DecodeFailure.BlockWithoutRate => new(
            "its values are arrays of numbers, and the source says no sample_rate",
            "set sample_rate to samples a second or to the path of it"),
        DecodeFailure.BadSampleRate => new(
            $"no rate could be read{(source.SampleRatePath is { } rate ? $" at {Quoted(rate)}" : "")}: expected samples a second, "
                + "from 0.001 to 10 million",
            "set sample_rate to the rate or to where it is"),
        DecodeFailure.BlockEmpty => new("an array of samples is empty", "have the sender leave it out"),
        DecodeFailure.BlockHoldsNoNumber => new(
            "an array of samples holds something that is no number", "have the sender write numbers, and null for a missing one"),
        DecodeFailure.BlockTooLong => new(
            "an array has more than 65,536 samples", "have the sender split it into several messages"),
        DecodeFailure.BlockLengthsDiffer => new(
            "the arrays of one message differ in length", "have the sender write as many samples for each channel"),
        DecodeFailure.TooManyChannels => new(
            $"more than {source.ChannelLimit} channels were found, and none of them is missing for long enough to make room",
            "list the channels in channels, or have names stay the same from one message to the next"),
        DecodeFailure.NoDevice => new(
            $"topic and payload have no device's name where device = \"{source.Device}\" says, or one with a control character in it",
            "correct device; topic[0] is a topic's first level"),
        DecodeFailure.NameTooLong => new(
            $"the name of its device (device = \"{source.Device}\") or of a channel is longer than 256 bytes",
            "correct device, channel or channels if they take something else for a name, or give it a shorter one"),
        DecodeFailure.NameNotUnicode => new(
            "the name of its device or of a channel is not written in UTF-8", "have the sender write UTF-8, as JSON and MQTT ask for"),
        DecodeFailure.TooManyDevices => new(
            "it is of a new device, the source has device_limit devices, and none of them is silent for long enough to make room",
            "correct device if it takes something else for a name, raise device_limit, or list in known_devices what must have a place"),
        DecodeFailure.TooLarge => new($"the payload is larger than payload_limit, {source.PayloadLimit} bytes", "raise payload_limit, or have the sender split it"),
        DecodeFailure.TooManyValues => new(
            "the payload brings more than 65,536 readings, or more than 1,048,576 values (each reading up to its last channel)",
            "have the sender split it into several messages"),
        DecodeFailure.NotTelemetry => new("it is no telemetry: a command, a state, or channels that nobody asked for", "nothing"),
        DecodeFailure.History => new("all of it is of the past, which the source skips", "set history = \"judge\" to have it judged"),
        DecodeFailure.Excepted => new("the source leaves its topic out", "take it out of except"),
        DecodeFailure.NoUsableValue => new(
            "all values are null, of bad quality, or outside min and max", "look at the device; correct quality, min or max"),
        _ => new("it is usable", "nothing"),
    };

    private static string Places(PayloadOptions source) =>
        source.ValuePath is { } value ? $"at {Quoted(value)}"
        : source.ChannelsBelow is { } below ? (below.Length == 0 ? "in the payload" : $"below {Quoted(below)}")
        : source.Channels.Count == 0 ? "in the payload"
        : $"at {string.Join(", ", source.Channels.Take(4).Select(c => Quoted(c.Path.Length > 0 ? c.Path : c.Name)))}"
            + (source.Channels.Count > 4 ? $" and {source.Channels.Count - 4} more" : "");

    private static string Quoted(string path) => $"\"{path}\"";

    private static string SnakeCase(string words)
    {
        var text = new StringBuilder();
        for (var i = 0; i < words.Length; i++)
        {
            if (i > 0 && char.IsUpper(words[i])) text.Append('_');
            text.Append(char.ToLowerInvariant(words[i]));
        }
        return text.ToString();
    }
}
