using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>What a device sends and what an agent forwards of it, in bytes of payload. An estimate: it writes no message.</summary>
/// <remarks>
/// Received: each reading as JSON with a time and one named value a channel, as the demo sends it. Forwarded: for each
/// event one message where it opens and one where it closes, and between them updates as by default; their sizes are those
/// of the agent's own messages, taken from replays, with the names of channels and features counted out.
/// </remarks>
internal sealed class Traffic(BundleManifest manifest)
{
    // {"ts":1583748873000,"values":{}} and, of each channel, "":, around name and number.
    private const int ReadingBytes = 32, ValueBytes = 4;
    // Ids, times, score, device, model; of a channel its value, expected value and share; of a feature its number.
    private const int EventBytes = 580, ChannelBytes = 75, FeatureBytes = 18;

    public static long Received(JudgedRecording judged)
    {
        var (channels, bytes) = (judged.Recording.Channels, 0L);
        for (var row = judged.First; row < judged.Recording.Rows; row++)
        {
            bytes += ReadingBytes;
            for (var c = 0; c < channels.Length; c++)
                bytes += ValueBytes + channels[c].Length + judged.Recording.Row(row)[c].ToString(CultureInfo.InvariantCulture).Length;
        }
        return bytes;
    }

    public long Forwarded(JudgedRecording judged)
    {
        var names = judged.Recording.Channels.Sum(c => c.Length);
        var channels = judged.Recording.Channels.Length;
        var update = EventBytes + names + ChannelBytes * channels;
        var whole = update + (manifest.Input.Features?.Count ?? 0) * (names + FeatureBytes * channels);
        var bytes = 0L;
        foreach (var (start, end) in judged.Alarms)
        {
            bytes += end < judged.Recording.Rows ? 2 * whole : whole;
            // An update comes with a reading: where readings are further apart, with each.
            bytes += update * Math.Min(end - start - 1, UpdatePace.Usual.Count(judged.Between(start, end)));
        }
        return bytes;
    }
}
