using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Normals;

/// <summary>
/// How far each channel wanders from its calibration while all is well, measured without labels. A wandering that grows
/// with the level (flow, vibration, most temperatures) is a share of it, so that one figure serves machines of all sizes;
/// that of a channel without a level of its own (one that swings around zero) is in its unit.
/// </summary>
/// <param name="Shares">Per channel, as a share of the level; 0 where it has none.</param>
/// <param name="Sizes">Per channel, in its unit; 0 where it has a level.</param>
/// <param name="Wanders">The same in the device's own spread, whatever the level; empty unless options ask for it.</param>
internal sealed record ChannelDrift(float[] Shares, float[] Sizes, float[] Wanders)
{
    // Further than that a channel has no normal place to speak of.
    private const double WanderLimit = 60;

    // Most windows of a recording stay within, a few may be beyond: those shall look odd.
    private const double WindowQuantile = 0.9;
    // Recordings differ much; one that was starting up shall not decide for all.
    private const double RecordingQuantile = 0.9;
    // What follows the normal part shows the rest of a season, and perhaps faults: most windows of most recordings count, the
    // wildest do not.
    private const double RestQuantile = 0.75, MiddleRecording = 0.5;
    // A mean this many spreads from zero is a level.
    private const double LevelSpreads = 3;
    // A mean that has been at less than this part of where it was once has no level to take a share of: it may pass zero.
    private const double LevelKept = 0.2;
    private const double ShareLimit = 1;
    private const int Step = 10;
    private const int AgeStep = 100;

    /// <param name="runs">Normal runs; the first part is seen.</param>
    /// <param name="others">Recordings of which the calibration part is seen: its second half against its first.</param>
    /// <param name="options">Lengths.</param>
    /// <param name="rests">What follows: perhaps with faults in it.</param>
    /// <param name="floors">Smallest spread per channel, where drift is asked for in the device's own.</param>
    public static ChannelDrift Measure(IReadOnlyList<Recording> runs, IReadOnlyList<Recording> others, NormalOptions options,
        IReadOnlyList<OpenRest>? rests = null, float[]? floors = null)
    {
        var channels = (runs.Count > 0 ? runs[0] : others[0]).Channels.Length;
        var ofRuns = runs
            .Select(r => Moves(r, NormalSource.Share(r, options), options.CalibrationReadings, options, floors: floors)).ToArray();
        var half = options.CalibrationReadings / 2;
        var ofOthers = others.Select(o => Moves(o, options.CalibrationReadings, half, options, floors: floors)).ToArray();
        var ofRests = (rests ?? []).Where(r => r.IsMostlyNormal && r.Recording.Rows - r.From >= options.CalibrationReadings)
            .Select(r => (r.Recording, Start: r.From - options.CalibrationReadings))
            .Select(r => r.Recording.Select([.. Enumerable.Range(r.Start, r.Recording.Rows - r.Start)]))
            .Select(r => Moves(r, r.Rows, options.CalibrationReadings, options, RestQuantile, floors)).ToArray();
        var (shares, sizes, wanders) = (new float[channels], new float[channels], new float[channels]);
        for (var c = 0; floors is not null && c < channels; c++)
        {
            var of = (Func<Move, double>)(m => m.Spreads[c]);
            var size = Math.Max(ofRuns.Select(of).DefaultIfEmpty(0).Max(), Quantile([.. ofOthers.Select(of)], RecordingQuantile));
            wanders[c] = (float)Math.Clamp(Math.Max(size, Quantile([.. ofRests.Select(of)], MiddleRecording)), 1, WanderLimit);
        }
        if (floors is not null) return new ChannelDrift(shares, sizes, wanders);
        for (var c = 0; c < channels; c++)
        {
            var hasLevel = ofRuns.Concat(ofOthers).Count(m => m.HasLevel[c]) * 2 > ofRuns.Length + ofOthers.Length;
            var of = hasLevel ? (Func<Move, double>)(m => m.Share[c]) : m => m.Size[c];
            var size = Math.Max(ofRuns.Select(of).DefaultIfEmpty(0).Max(), Quantile([.. ofOthers.Select(of)], RecordingQuantile));
            size = Math.Max(size, Quantile([.. ofRests.Select(of)], MiddleRecording));
            if (hasLevel) shares[c] = (float)Math.Min(ShareLimit, size);
            else sizes[c] = (float)size;
        }
        return new ChannelDrift(shares, sizes, []);
    }

    private sealed record Move(double[] Share, double[] Size, double[] Spreads, bool[] HasLevel);

    /// <summary>How far windows lie from a calibration before them, up to the age that a renewed one gets.</summary>
    private static Move Moves(Recording recording, int rows, int readings, NormalOptions options, double quantile = WindowQuantile,
        float[]? floors = null)
    {
        var channels = recording.Channels.Length;
        var (share, size, spreads) = (Lists(channels), Lists(channels), Lists(channels));
        var levels = new int[channels];
        var lowest = Enumerable.Repeat(double.MaxValue, channels).ToArray();
        var highest = Enumerable.Repeat(double.MinValue, channels).ToArray();
        var count = 0;
        for (var end = readings + options.WindowLength; end <= rows; end += Step)
            for (var age = 0; age < options.AgeLimit && end - options.WindowLength - age - readings >= 0; age += AgeStep)
            {
                var window = Stats(recording, end - options.WindowLength, options.WindowLength);
                var usual = Stats(recording, end - options.WindowLength - age - readings, readings);
                count++;
                for (var c = 0; c < channels; c++)
                {
                    var moved = Math.Abs(window[c].Mean - usual[c].Mean);
                    size[c].Add(moved);
                    if (floors is not null) spreads[c].Add(moved / Math.Max(usual[c].Spread, floors[c]));
                    (lowest[c], highest[c]) = (Math.Min(lowest[c], usual[c].Mean), Math.Max(highest[c], usual[c].Mean));
                    share[c].Add(usual[c].Mean == 0 ? ShareLimit : moved / Math.Abs(usual[c].Mean));
                    if (Math.Abs(usual[c].Mean) >= LevelSpreads * usual[c].Spread) levels[c]++;
                }
            }
        return new Move(
            [.. share.Select(s => Quantile(s, quantile))],
            [.. size.Select(s => Quantile(s, quantile))],
            [.. spreads.Select(s => Quantile(s, quantile))],
            [.. levels.Select((l, c) => 2 * l > count && KeepsLevel(lowest[c], highest[c]))]);
    }

    private static bool KeepsLevel(double lowest, double highest) =>
        lowest > 0 ? lowest >= LevelKept * highest : highest < 0 && highest <= LevelKept * lowest;

    private static (double Mean, double Spread)[] Stats(Recording recording, int start, int rows)
    {
        var block = new EdgeAgent.Pipeline.Detection.Calibration.ChannelBlock(recording.Channels.Length);
        for (var r = start; r < start + rows; r++)
            block.Add(recording.Row(r));
        return [.. Enumerable.Range(0, recording.Channels.Length).Select(c => (block.Mean(c), block.Spread(c)))];
    }

    private static List<double>[] Lists(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<double>())];

    private static double Quantile(List<double> values, double share)
    {
        if (values.Count == 0) return 0;
        values.Sort();
        return values[Math.Min(values.Count - 1, (int)(values.Count * share))];
    }
}
