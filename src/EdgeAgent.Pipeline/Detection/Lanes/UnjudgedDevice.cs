using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Rules;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>A device that sends and is judged by no detector, to be shown. Immutable; free for all threads.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Source">The source that brings it.</param>
/// <param name="Detector">The detector that lacks least.</param>
/// <param name="Why">In words that go on from its name: "lacks flow, ...".</param>
/// <param name="LeavesChoice">Whether it sends several channels to a model of one; otherwise it lacks some.</param>
internal sealed record UnjudgedDevice(string Device, string Source, string Detector, string Why, bool LeavesChoice)
{
    private const int NamesShown = 8;

    /// <param name="track">A device under at least one detector.</param>
    /// <param name="values">Its last reading.</param>
    /// <param name="channels">What the values are.</param>
    public static UnjudgedDevice Of(DeviceTrack track, ReadOnlySpan<float> values, ChannelNames channels)
    {
        var detector = track.Detectors.MinBy(d => Missing(d).Count)!;
        var sent = new List<string>();
        for (var i = 0; i < Math.Min(values.Length, channels.Count); i++)
            if (!float.IsNaN(values[i])) sent.Add(channels.Names[i]);
        var leavesChoice = detector.Pick is { Name: null };
        return new UnjudgedDevice(
            track.Device.Name, track.Device.Source, detector.Detector.Options.Name,
            leavesChoice
                ? $"sends {List(sent)}, and the model judges one channel of any name"
                : $"lacks {List([.. Missing(detector).Select(m => WithGuess(m, sent))])}; it sends {List(sent)}",
            leavesChoice);
    }

    private static List<string> Missing(DetectorTrack track) =>
        [.. track.Naming.Channels.Where((_, c) => WindowStage.IsMissing(track, c))];

    private static string WithGuess(string missing, List<string> sent) =>
        NearestName.Find(missing, sent) is { } near ? $"{missing} (did you mean {near}?)" : missing;

    private static string List(List<string> names) => names.Count == 0 ? "no number"
        : string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "");
}
