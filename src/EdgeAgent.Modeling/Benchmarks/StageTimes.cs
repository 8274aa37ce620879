using System.Diagnostics;

namespace EdgeAgent.Modeling.Benchmarks;

/// <summary>A model whose way from the file to a verdict is taken stage by stage.</summary>
internal interface IStagedModel : IDisposable
{
    string Name { get; }
    /// <summary>Windows, or images, of a run.</summary>
    int Batch { get; }
    /// <summary>Opens the model anew.</summary>
    /// <returns>What that took, without runs that warm it up.</returns>
    TimeSpan Load();
    /// <summary>From what a device or a camera gives to the model's input.</summary>
    void Preprocess();
    void Infer();
    /// <summary>From the model's output to what somebody wants to know.</summary>
    void Postprocess();
}

/// <summary>What one stage took.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Runs">How often it was taken.</param>
/// <param name="MedianMs">Half of them took less.</param>
/// <param name="P99Ms">Of a hundred 99 took at most this.</param>
internal sealed record StageTime(string Stage, int Runs, double MedianMs, double P99Ms)
{
    public static StageTime Of(string stage, List<double> times)
    {
        times.Sort();
        return new StageTime(stage, times.Count, times[times.Count / 2], times[(int)Math.Ceiling(0.99 * times.Count) - 1]);
    }
}

/// <summary>What all stages of a model took.</summary>
internal sealed record StageTimes(string Model, int Batch, IReadOnlyList<StageTime> Stages)
{
    /// <summary>Loading takes long: no more than this for all of it, and a few times at least.</summary>
    private static readonly TimeSpan LoadingLimit = TimeSpan.FromSeconds(10);
    private const int LeastLoads = 5;

    /// <param name="model">The model.</param>
    /// <param name="warmUp">Runs that do not count.</param>
    /// <param name="runs">Runs that do.</param>
    public static StageTimes Measure(IStagedModel model, int warmUp, int runs)
    {
        var load = Loads(model, runs);
        List<double> preprocess = [], infer = [], postprocess = [];
        for (var run = -warmUp; run < runs; run++)
        {
            var began = Stopwatch.GetTimestamp();
            model.Preprocess();
            var ready = Stopwatch.GetTimestamp();
            model.Infer();
            var ran = Stopwatch.GetTimestamp();
            model.Postprocess();
            var ended = Stopwatch.GetTimestamp();
            if (run < 0) continue;
            preprocess.Add(Milliseconds(began, ready));
            infer.Add(Milliseconds(ready, ran));
            postprocess.Add(Milliseconds(ran, ended));
        }
        return new StageTimes(model.Name, model.Batch,
        [
            StageTime.Of("load", load), StageTime.Of("preprocess", preprocess), StageTime.Of("infer", infer),
            StageTime.Of("postprocess", postprocess),
        ]);
    }

    private static List<double> Loads(IStagedModel model, int runs)
    {
        var (times, began) = (new List<double>(), Stopwatch.GetTimestamp());
        while (times.Count < Math.Min(LeastLoads, runs) || (times.Count < runs && Stopwatch.GetElapsedTime(began) < LoadingLimit))
            times.Add(model.Load().TotalMilliseconds);
        return times;
    }

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
