using EdgeAgent.Inference.Bundles;
using EdgeAgent.Modeling.Commands;
using EdgeAgent.Modeling.Evaluation;
using EdgeAgent.Modeling.Fitting;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Recipes.Contrast;
using Xunit.Abstractions;

namespace EdgeAgent.Modeling.Tests.Commands;

/// <summary>
/// One command over folders that nobody has described; then recordings that the fit has not seen: calm on what is in order, and
/// plain faults are found, sensors that stand still among them. With EDGEAGENT_UNSEEN=all each kind with three seeds, else with one.
/// </summary>
public sealed class InventedFolderTests(ITestOutputHelper output) : IDisposable
{
    private const double FlaggedLimit = 0.02;

    private static readonly bool IsAll = Environment.GetEnvironmentVariable("EDGEAGENT_UNSEEN") == "all";

    private readonly TempFolder _folder = new();

    public static TheoryData<string, int> Cases()
    {
        var data = new TheoryData<string, int>();
        foreach (var name in InventedFolder.Kinds.Keys)
            foreach (var seed in IsAll ? [1, 2, 3] : (int[])[1])
                data.Add(name, seed);
        return data;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_fit_without_options_is_calm_and_finds_plain_faults(string kind, int seed)
    {
        var folder = InventedFolder.Kinds[kind];
        folder.Write(_folder.Place, (ulong)seed);

        var told = new List<string>();
        var request = new FitRequest(
            _folder.Place("data"), _folder.Place("models/mine"), [], ["*"], null, [], [], Seed: 1, Spread: 0, NoReport: true);
        new ContrastFitting(request, new ContrastOptions(), RecipeList.Rivals).Run(told.Add);

        var bundle = ModelBundle.Load(_folder.Place("models/mine"));
        using var replay = new DeviceReplay(bundle.Manifest, OnnxFile.Read(bundle.ModelPath));
        var calm = Enumerable.Range(0, 4).SelectMany(i => replay.Judge(folder.Unseen((ulong)(100 * seed + i)))).ToArray();
        var flagged = calm.Count(v => v) / (double)calm.Length;
        var found = Enum.GetValues<InventedFolder.Shape>().ToDictionary(shape => shape, shape => Found(replay, folder, seed, shape));
        output.WriteLine(FormattableString.Invariant($"{kind} | {seed} | {bundle.Manifest.Provenance!["recipe"]} | {100 * flagged:0.00} | {string.Join(" | ", found.Values)}"));
        Assert.InRange(flagged, 0, FlaggedLimit);
        Assert.All(found, f => Assert.True(f.Value >= folder.FoundOfSix(f.Key), $"{f.Key}: {f.Value} of 6"));
        // Where faults are among the readings that nobody has marked, it must say so, and a fit is good for all that.
        Assert.Equal(folder.HasFaults, told.Exists(line => line.Contains("Look at these events", StringComparison.Ordinal)));
        Assert.DoesNotContain(told, line => line.StartsWith("Not to be relied on", StringComparison.Ordinal));
    }

    /// <summary>Faults of six recordings in which an event was open.</summary>
    private static int Found(DeviceReplay replay, InventedFolder folder, int seed, InventedFolder.Shape shape) =>
        Enumerable.Range(0, 6).Count(i =>
    {
        var (recording, first, last) = folder.Faulty((ulong)(100 * seed + i), shape);
        var verdicts = replay.Judge(recording);
        var readings = recording.Rows - verdicts.Length;
        return verdicts.AsSpan(first - readings, last + 1 - first).Contains(true);
    });
}
