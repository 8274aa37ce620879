using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Rules;

namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>Why a detector does not take what a device sends.</summary>
internal enum MissingReason
{
    /// <summary>The device has never sent a channel of the model.</summary>
    NeverSent,
    /// <summary>It has sent all of them, one not for so long that its last value no longer stands in.</summary>
    TooOld,
    /// <summary>The model judges one channel of any name, and the device sends several.</summary>
    LeavesChoice,
}

/// <summary>Says in words what a device lacks for a detector.</summary>
internal static class MissingChannels
{
    private const int NamesShown = 8;

    public static MissingReason ReasonOf(DetectorTrack track)
    {
        if (track.Pick is { Name: null }) return MissingReason.LeavesChoice;
        return Array.Exists(track.LastValues, float.IsNaN) ? MissingReason.NeverSent : MissingReason.TooOld;
    }

    /// <summary>In words that go on from the device's name.</summary>
    public static string Describe(DetectorTrack track, ChannelNames channels)
    {
        var sent = track.Device.Sent.Names(channels);
        return ReasonOf(track) switch
        {
            MissingReason.LeavesChoice => $"sends {List(sent)}, and the model judges one channel of any name",
            MissingReason.TooOld => $"has not sent {List(Names(track, c => track.IsMissing(c)))} for more than "
                + $"{track.Detector.Settings.HoldLimit} readings",
            _ => $"lacks {List([.. Names(track, c => float.IsNaN(track.LastValues[c])).Select(m => WithGuess(m, sent))])}; it sends {List(sent)}",
        };
    }

    /// <summary>What helps.</summary>
    public static string Remedy(MissingReason reason) => reason switch
    {
        MissingReason.LeavesChoice => "name the channel in the detector's configuration (channel = \"...\") or with --channel",
        MissingReason.TooOld => "look at the sensor; if values come only when they change, set reading = \"sampled\" with every and stale in "
            + "the source",
        _ => "correct the source's channels, the device or the detector's model; leave the device out with except in the source, or give it "
            + "a detector of its own",
    };

    /// <summary>How many channels the model still has no value of.</summary>
    public static int Count(DetectorTrack track) => Names(track, c => track.IsMissing(c)).Count;

    private static List<string> Names(DetectorTrack track, Func<int, bool> isMeant) =>
        [.. track.Naming.Channels.Where((_, c) => isMeant(c))];

    private static string WithGuess(string missing, List<string> sent) =>
        NearestName.Find(missing, sent) is { } near ? $"{missing} (did you mean {near}?)" : missing;

    private static string List(List<string> names) => names.Count == 0 ? "no number"
        : string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "");
}
