using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Thresholds;

/// <summary>
/// Finds the threshold where normal readings were held out: the lowest at which a device that sees them hardly ever opens an
/// event, and one that sees what follows does not flag more of it than faults can be.
/// </summary>
internal sealed class HeldOutThreshold : IDisposable
{
    // Of what was taken for normal; where nobody has vouched for it a few readings may be at fault.
    private const double NormalShareLimit = 0.002, PartShareLimit = 0.005, TailShareLimit = 0.02;
    private const int Halvings = 7;
    // Each is one more chance to look odd: of 64, 1.8 % of unseen readings were flagged with the margin that does for few.
    private const int ManyChannels = 16;
    // Outputs of normal readings thin out about evenly: from one in ten to one in fifty, and as far again for each fivefold.
    private const double TailStart = 0.9, TailEnd = 0.98, TailReach = 3.5;

    /// <summary>The rule, for the card.</summary>
    public static string Rule =>
        "the lowest INT8 output at which of normal readings that training had not seen at most "
        + FormattableString.Invariant($"{100 * NormalShareLimit} % are flagged (of calibration parts {100 * PartShareLimit} %; ")
        + FormattableString.Invariant($"up to {100 * TailShareLimit} % where few stand far out), ")
        + "and of what follows them no more than faults can be, times 1.15 to 1.9 seen from their median, the fewer readings the more";

    private readonly List<Evidence> _evidence = [];

    /// <summary>Judgements of some recordings that count together.</summary>
    private sealed record Evidence(
        BundleManifest AsDevice, DeviceReplay Replay, IReadOnlyList<Stretch> Stretches, double Limit, bool IsNormal)
    {
        public List<Verdict> Judge() => [.. Stretches.SelectMany(s =>
        {
            var verdicts = Replay.Run(s.Recording, s.Start, s.End);
            return verdicts.Skip(verdicts.Count - (s.End - s.From));
        })];
    }

    public HeldOutThreshold(BundleManifest manifest, ModelProto model, NormalSource normals)
    {
        var readings = manifest.Calibration.Readings;
        Add(manifest, model, Stretch.Of(normals.Held.Runs), NormalShareLimit, isNormal: true);
        var parts = normals.Held.Parts.Select(p => new Stretch(p, 0, readings / 2, readings));
        Add(ThresholdSearch.Halved(manifest), model, [.. parts], PartShareLimit, isNormal: true);
        foreach (var limit in normals.Rests.Select(r => r.FlaggedLimit).Distinct())
            Add(manifest, model, Stretch.Of([.. normals.Rests.Where(r => r.FlaggedLimit == limit)], readings), limit, isNormal: false);
    }

    /// <summary>For a model from elsewhere: recordings that its maker calls normal.</summary>
    public HeldOutThreshold(BundleManifest manifest, ModelProto model, IReadOnlyList<Recording> normal) => Add(
        manifest, model, [.. normal.Select(r => new Stretch(r, 0, 0, r.Rows))], NormalShareLimit, isNormal: true);

    /// <summary>Writes <c>output.zero</c> (the median held-out output) and <c>output.one</c> (the threshold).</summary>
    /// <param name="manifest">Its output is changed in place.</param>
    /// <param name="lowest">A threshold below is not believed in, whatever the readings say.</param>
    /// <param name="progress">Told what was found.</param>
    public ThresholdOutcome Set(BundleManifest manifest, float lowest, Action<string> progress)
    {
        Put(0, float.MaxValue);
        var calm = _evidence.Where(e => e.IsNormal).SelectMany(e => e.Judge()).Select(v => v.Output).Order().ToArray();
        var highest = _evidence.Where(e => !e.IsNormal).SelectMany(e => e.Judge()).Select(v => v.Output).DefaultIfEmpty(calm[^1]).Max();
        var zero = calm[calm.Length / 2];
        var low = Math.Max(zero + 0.01f * Math.Max(1e-3f, calm[^1] - zero), lowest);
        var high = Math.Max(Math.Max(calm[^1], highest), lowest) + 1e-3f;
        var chosen = Lowest(zero, low, high, e => e.Limit);
        // A fault among what was held out must not blind the model to all others.
        var (start, end) = (calm[(int)(TailStart * calm.Length)], calm[(int)(TailEnd * calm.Length)]);
        var tail = Math.Max(low, (float)(end + TailReach * (end - start)));
        if (tail < chosen) chosen = Math.Min(chosen, Lowest(zero, tail, high, e => e.IsNormal ? TailShareLimit : e.Limit));
        (manifest.Output.Zero, manifest.Output.One) = (zero, zero + Margin(calm.Length, manifest.Channels.Count) * (chosen - zero));
        Put(zero, manifest.Output.One);
        var flagged = Share(_evidence.Where(e => e.IsNormal).SelectMany(e => e.Judge()));
        progress(FormattableString.Invariant($"threshold {manifest.Output.One:0.00} (median of normal windows {zero:0.00}): ")
            + FormattableString.Invariant($"{100 * flagged:0.00} % of {calm.Length} normal readings that were held out are flagged"));
        return new ThresholdOutcome(flagged, _evidence[0].Limit, IsAtLimit: false, calm) { HeldOutReadings = calm.Length };
    }

    public void Dispose()
    {
        foreach (var evidence in _evidence) evidence.Replay.Dispose();
    }

    private void Add(BundleManifest manifest, ModelProto model, IReadOnlyList<Stretch> stretches, double limit, bool isNormal)
    {
        var asDevice = manifest with { Output = manifest.Output with { } };
        if (stretches.Count > 0) _evidence.Add(new Evidence(asDevice, new DeviceReplay(asDevice, model), stretches, limit, isNormal));
    }

    private float Lowest(float zero, float low, float high, Func<Evidence, double> limit)
    {
        if (low >= high || IsCalm(zero, low, limit)) return low;
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            if (IsCalm(zero, middle, limit)) high = middle;
            else low = middle;
        }
        return high;
    }

    private bool IsCalm(float zero, float one, Func<Evidence, double> limit)
    {
        Put(zero, one);
        return _evidence.All(e => Share(e.Judge()) <= limit(e));
    }

    private void Put(float zero, float one)
    {
        foreach (var evidence in _evidence)
            (evidence.AsDevice.Output.Zero, evidence.AsDevice.Output.One) = (zero, one);
    }

    /// <summary>Few readings, none of which happened to look odd, do not show that none ever will.</summary>
    private static float Margin(int readings, int channels) => readings switch
    {
        < 600 when channels > ManyChannels => 1.9f,
        < 600 => 1.6f,
        < 3_000 => 1.3f,
        _ => 1.15f,
    };

    private static double Share(IEnumerable<Verdict> verdicts)
    {
        var (all, open) = (0, 0);
        foreach (var verdict in verdicts)
        {
            all++;
            open += verdict.IsOpen ? 1 : 0;
        }
        return open / (double)Math.Max(1, all);
    }
}
