using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recordings;
using Xunit.Abstractions;

namespace EdgeAgent.Modeling.Tests.Commands;

/// <summary>
/// One command over folders that nobody has described; then recordings that the fit has not seen: calm on what is in order, and
/// plain faults are found. With EDGEAGENT_UNSEEN=all each kind with three seeds (minutes); else the ones that once failed, with one.
/// </summary>
public sealed class InventedFolderTests(ITestOutputHelper output) : IDisposable
{
    private const double FlaggedLimit = 0.02;

    private static readonly bool IsAll = Environment.GetEnvironmentVariable("EDGEAGENT_UNSEEN") == "all";

    private readonly TempFolder _folder = new();

    public static TheoryData<string, int> Cases()
    {
        var data = new TheoryData<string, int>();
        foreach (var (name, kind) in InventedFolder.Kinds)
            foreach (var seed in IsAll ? [1, 2, 3] : kind.IsInSuite ? [1] : (int[])[])
                data.Add(name, seed);
        return data;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_fit_without_options_is_calm_and_finds_plain_faults(string kind, int seed)
    {
        var folder = InventedFolder.Kinds[kind];
        folder.Write(_folder.File, (ulong)seed);

        Assert.Equal(0, CommandLine.Run(["fit", "--data", _folder.Place("data"), "--out", _folder.Place("models/mine"), "--no-report"]));

        var bundle = ModelBundle.Load(_folder.Place("models/mine"));
        using var replay = new DeviceReplay(bundle.Manifest, OnnxFile.Read(bundle.ModelPath));
        var calm = Enumerable.Range(0, 4).SelectMany(i => replay.Judge(folder.Unseen((ulong)(100 * seed + i)))).ToArray();
        var flagged = calm.Count(v => v) / (double)calm.Length;
        var (steps, stuck) = (Found(replay, folder, seed, isStuck: false), Found(replay, folder, seed, isStuck: true));
        output.WriteLine(FormattableString.Invariant($"{kind} | {seed} | {bundle.Manifest.Provenance!["recipe"]} | {100 * flagged:0.00} | {steps} | {stuck}"));
        Assert.InRange(flagged, 0, FlaggedLimit);
        Assert.InRange(steps, 5, 6);
        Assert.InRange(stuck, folder.StuckFound, 6);
    }

    /// <summary>Faults of six recordings in which an event was open.</summary>
    private static int Found(DeviceReplay replay, InventedFolder folder, int seed, bool isStuck) => Enumerable.Range(0, 6).Count(i =>
    {
        var (recording, first, last) = folder.Faulty((ulong)(100 * seed + i), isStuck);
        var verdicts = replay.Judge(recording);
        var readings = recording.Rows - verdicts.Length;
        return verdicts.AsSpan(first - readings, last + 1 - first).Contains(true);
    });
}
