using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Trials;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Trials;

/// <summary>
/// Tries bundles in a child process, so that one that crashes, hangs or takes all memory takes nothing else with it. What has been
/// found good is remembered by the digest of its files, as long as this process lives.
/// </summary>
internal sealed partial class TrialProcess(ILogger logger) : IBundleTrials
{
    private const long MemoryBytes = 512L << 20;
    /// <summary>A model unpacks into several times its size while it is loaded.</summary>
    private const int MemoryTimesModel = 4;
    private const long BytesASecond = 4L << 20;
    private const int RememberedLimit = 256;

    private readonly ConcurrentDictionary<string, TrialVerdict> _good = [];
    private int _isMissingTold;

    /// <summary>What the trial of a small bundle may take; 1 s more for each 4 MiB of its model.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What all trials at one time may take: an agent that starts for longer is started anew by whoever waits for it.</summary>
    public TimeSpan TotalLimit { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>How a child is started that tries some bundles with so much memory.</summary>
    public Func<IReadOnlyCollection<string>, long, ProcessStartInfo> Program { get; init; } = TrialChild.Program;

    /// <summary>Children started so far.</summary>
    public int Started { get; private set; }

    public IReadOnlyDictionary<string, TrialVerdict> Run(IReadOnlyCollection<string> folders)
    {
        var verdicts = new Dictionary<string, TrialVerdict>();
        List<ModelBundle> waiting = [];
        foreach (var folder in folders.Distinct())
            if (Known(folder, waiting) is { } verdict) verdicts[folder] = verdict;
        var until = Environment.TickCount64 + (long)(TotalLimit + TimeFor(waiting.Sum(b => b.ModelBytes))).TotalMilliseconds;
        for (var isFirst = true; waiting.Count > 0 && Environment.TickCount64 < until; isFirst = false)
            TryInChild(waiting, verdicts, until, isFirst);
        RefuseAll(waiting, verdicts, "was not tried, for those before it took too long; take out what is refused, and reload");
        return verdicts;
    }

    /// <summary>The verdict on what needs no child: what it would refuse at first sight, and what was tried before.</summary>
    private TrialVerdict? Known(string folder, List<ModelBundle> waiting)
    {
        try
        {
            var bundle = ModelBundle.Load(folder);
            if (_good.TryGetValue(bundle.Digest, out var good)) return good with { Folder = folder };
            waiting.Add(bundle);
            return null;
        }
        catch (BundleException e)
        {
            return TrialVerdict.Refused(folder, e.Message);
        }
    }

    /// <summary>Takes from those that wait as many as one child gets through; the one that it fails at is refused.</summary>
    /// <param name="waiting">Those that wait.</param>
    /// <param name="verdicts">Takes the verdicts.</param>
    /// <param name="until">When no more are tried.</param>
    /// <param name="isFirst">Whether there was no child before, this time.</param>
    private void TryInChild(List<ModelBundle> waiting, Dictionary<string, TrialVerdict> verdicts, long until, bool isFirst)
    {
        var memory = MemoryBytes + MemoryTimesModel * waiting.Max(b => b.ModelBytes);
        using var child = TrialChild.TryStart(() => Program([.. waiting.Select(b => b.Folder)], memory), out var failure);
        if (child is null)
        {
            if (isFirst) TryHere(waiting, verdicts, until, failure);
            else RefuseAll(waiting, verdicts, $"was not tried, for its process could not be started: {failure}");
            return;
        }
        Started++;
        if (child.Missing.Length > 0 && Interlocked.Exchange(ref _isMissingTold, 1) == 0) NotConfined(child.Missing);
        while (waiting.Count > 0 && Environment.TickCount64 < until)
        {
            var bundle = Next(waiting);
            var isAlive = child.TryNext(bundle.Folder, LimitOf(bundle), out var verdict);
            Take(verdict, bundle, verdicts);
            if (!isAlive) return;
        }
    }

    /// <summary>
    /// Whatever keeps us from a child is no fault of theirs: better to judge with little caution than not at all. Where one could be
    /// had a moment ago it may well be a guest that keeps us from the next.
    /// </summary>
    private void TryHere(List<ModelBundle> waiting, Dictionary<string, TrialVerdict> verdicts, long until, string failure)
    {
        NoChild(failure);
        while (waiting.Count > 0 && Environment.TickCount64 < until)
        {
            var bundle = Next(waiting);
            Take(BundleTrial.Run(bundle.Folder, LimitOf(bundle)), bundle, verdicts);
        }
    }

    private static ModelBundle Next(List<ModelBundle> waiting)
    {
        var bundle = waiting[0];
        waiting.RemoveAt(0);
        return bundle;
    }

    private static void RefuseAll(List<ModelBundle> waiting, Dictionary<string, TrialVerdict> verdicts, string why)
    {
        foreach (var bundle in waiting)
            verdicts[bundle.Folder] = TrialVerdict.Refused(bundle.Folder, $"{bundle.Folder}: {why}");
        waiting.Clear();
    }

    /// <summary>What is good is remembered, unless something else was tried than what lies there.</summary>
    private void Take(TrialVerdict verdict, ModelBundle bundle, Dictionary<string, TrialVerdict> verdicts)
    {
        verdicts[bundle.Folder] = verdict;
        if (verdict.Problem is not null || verdict.Digest != bundle.Digest) return;
        // More than anybody has in use: what is forgotten is tried again.
        if (_good.Count >= RememberedLimit) _good.Clear();
        _good[bundle.Digest] = verdict;
    }

    private TimeSpan LimitOf(ModelBundle bundle) => TimeLimit + TimeFor(bundle.ModelBytes);

    private static TimeSpan TimeFor(long modelBytes) => TimeSpan.FromSeconds((double)modelBytes / BytesASecond);

    [LoggerMessage(LogLevel.Warning,
        "trial runs of models lack here: {Missing}. The other limits hold; a container or service that forbids it can be told to allow it")]
    private partial void NotConfined(string missing);

    [LoggerMessage(LogLevel.Warning,
        "no process for trial runs of models can be had: {Failure}. They are tried in the agent itself, each run for a limited time")]
    private partial void NoChild(string failure);
}
