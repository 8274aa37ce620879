using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>
/// Finds the threshold where normal readings were held out: the lowest at which a device that sees them hardly ever opens an
/// event, and one that sees what follows does not flag more of it than faults can be.
/// </summary>
internal sealed class HeldOutThreshold : IDisposable
{
    // Of parts that nobody has vouched for, and of all that comes after them: more than this share of a long recording is hardly at fault.
    private const double PartShareLimit = 0.005, RestShareLimit = 0.1;
    private const int EvidenceLimit = 40_000, Halvings = 9;
    // Few readings, none of which happened to look odd, do not show that none ever will.
    private const int FewReadings = 3_000;
    private const float Margin = 1.15f, WideMargin = 1.3f;

    private readonly List<Evidence> _evidence = [];

    /// <summary>Judgements of some recordings that count together.</summary>
    private sealed record Evidence(BundleManifest AsDevice, DeviceReplay Replay, (Recording Recording, int Start, int From)[] Recordings, double Limit, bool IsNormal)
    {
        public List<Verdict> Judge() =>
            [.. Recordings.SelectMany(r => Replay.Run(r.Recording, r.Start, r.Recording.Rows).Skip(r.From - r.Start - AsDevice.Calibration.Readings))];
    }

    public HeldOutThreshold(BundleManifest manifest, ModelProto model, NormalSource normals, RecipeOptions options)
    {
        var readings = options.CalibrationReadings;
        Add(manifest with { Output = manifest.Output with { } }, model, [.. normals.Held.Runs.Select(h => (h.Recording, 0, h.From))], options.RunShareLimit, isNormal: true);
        Add(ThresholdSearch.Halved(manifest), model, [.. normals.Held.Parts.Select(p => (p.Select([.. Enumerable.Range(0, readings)]), 0, readings / 2))], PartShareLimit, isNormal: true);
        Add(manifest with { Output = manifest.Output with { } }, model, [.. normals.Rests.Where(r => r.Recording.Rows > r.From).Select(r => (r.Recording, r.From - readings, r.From))], RestShareLimit, isNormal: false);
    }

    public bool HasNormal => _evidence.Any(e => e.IsNormal);

    /// <summary>Writes <c>output.zero</c> (the median held-out output) and <c>output.one</c> (the threshold).</summary>
    /// <param name="manifest">Its output is changed in place.</param>
    /// <param name="lowest">A threshold below is not believed in, whatever the readings say.</param>
    /// <param name="progress">Told what was found.</param>
    public ThresholdOutcome Set(BundleManifest manifest, float lowest, Action<string> progress)
    {
        Put(0, float.MaxValue);
        var calm = _evidence.Where(e => e.IsNormal).SelectMany(e => e.Judge()).Select(v => v.Output).Order().ToArray();
        var all = _evidence.Where(e => !e.IsNormal).SelectMany(e => e.Judge()).Select(v => v.Output).DefaultIfEmpty(calm[^1]).Max();
        var zero = calm[calm.Length / 2];
        var (low, high) = (Math.Max(zero + 0.01f * Math.Max(1e-3f, calm[^1] - zero), lowest), Math.Max(Math.Max(calm[^1], all), lowest) + 1e-3f);
        for (var i = 0; i < Halvings && low < high; i++)
        {
            var middle = i == 0 ? low : (low + high) / 2;
            if (IsCalm(zero, middle)) high = middle;
            else low = middle;
        }
        (manifest.Output.Zero, manifest.Output.One) = (zero, zero + (calm.Length < FewReadings ? WideMargin : Margin) * (high - zero));
        Put(zero, manifest.Output.One);
        var shares = _evidence.Select(e => (e.IsNormal, Verdicts: e.Judge())).ToArray();
        var flagged = Share(shares.Where(s => s.IsNormal).SelectMany(s => s.Verdicts));
        progress(FormattableString.Invariant($"threshold {manifest.Output.One:0.00} (median of normal windows {zero:0.00}): {100 * flagged:0.00} % of {calm.Length} normal readings that were held out are flagged"));
        return new ThresholdOutcome(flagged, _evidence[0].Limit, IsAtLimit: false, calm) { HeldOutReadings = calm.Length };
    }

    public void Dispose()
    {
        foreach (var evidence in _evidence) evidence.Replay.Dispose();
    }

    private void Add(BundleManifest asDevice, ModelProto model, (Recording Recording, int Start, int From)[] recordings, double limit, bool isNormal)
    {
        if (recordings.Length == 0) return;
        var step = Math.Max(1, (int)(recordings.Sum(r => (long)r.Recording.Rows - r.Start) / EvidenceLimit));
        _evidence.Add(new Evidence(asDevice, new DeviceReplay(asDevice, model), [.. recordings.Where((_, i) => i % step == 0)], limit, isNormal));
    }

    private void Put(float zero, float one)
    {
        foreach (var evidence in _evidence)
            (evidence.AsDevice.Output.Zero, evidence.AsDevice.Output.One) = (zero, one);
    }

    private bool IsCalm(float zero, float one)
    {
        Put(zero, one);
        return _evidence.All(e => Share(e.Judge()) <= e.Limit);
    }

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
