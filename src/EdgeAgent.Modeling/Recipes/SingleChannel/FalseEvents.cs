using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Onnx;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>Finds the threshold at which sensors that are in order cause a given number of events.</summary>
internal sealed class FalseEvents
{
    // Halvings of the range of quantiles; far finer than one event more or less.
    private const int Halvings = 20;
    private const double LowestQuantile = 0.9, HighestQuantile = 0.99999;

    private readonly List<float[]> _sensors = [];
    private readonly float[] _sorted;
    private readonly SingleChannelOptions _options;

    /// <param name="model">Judges them: the very model that will be shipped.</param>
    /// <param name="options">How many sensors, how long, and when an event opens and closes.</param>
    /// <param name="random">Invents them.</param>
    public FalseEvents(ModelProto model, SingleChannelOptions options, SplittableRandom random)
    {
        _options = options;
        using var session = new GraphSession(model);
        for (var s = 0; s < options.CalmSensors; s++)
            _sensors.Add(Judge(session, InventedSensor.Normal(options.CalmReadings, random.Split((ulong)s)), options));
        _sorted = [.. _sensors.SelectMany(s => s)];
        Array.Sort(_sorted);
    }

    public float Median => _sorted[_sorted.Length / 2];

    /// <summary>The lowest threshold found with at least the wanted readings to one false event.</summary>
    public float Threshold()
    {
        var (low, high) = (LowestQuantile, HighestQuantile);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = 1 - Math.Sqrt((1 - low) * (1 - high));
            if (ReadingsPerEvent(At(middle)) < _options.ReadingsPerFalseEvent) low = middle;
            else high = middle;
        }
        return At(high);
    }

    public double ReadingsPerEvent(float threshold) =>
        _sorted.Length / (double)Math.Max(1, _sensors.Sum(s => Openings(s, threshold)));

    /// <summary>A raw output for each reading after calibration.</summary>
    public static float[] Judge(GraphSession session, float[] readings, SingleChannelOptions options)
    {
        var z = SensorZ.Of(readings, options);
        SensorZ.Clip(z, options);
        var extractor = new FeatureExtractor(options.Features, 1, options.WindowLength);
        var judged = readings.Length - options.CalibrationReadings;
        var features = new float[judged * extractor.Count];
        for (var i = 0; i < judged; i++)
            extractor.Extract(z.AsSpan(options.CalibrationReadings + i + 1 - options.WindowLength, options.WindowLength),
                features.AsSpan(i * extractor.Count, extractor.Count));
        return session.Run(features)[NetworkExport.Output];
    }

    private float At(double quantile) => _sorted[(int)(_sorted.Length * quantile)];

    private int Openings(float[] outputs, float threshold)
    {
        var (count, streak, isOpen) = (0, 0, false);
        foreach (var output in outputs)
        {
            streak = output >= threshold == isOpen ? 0 : streak + 1;
            if (streak < (isOpen ? _options.OffAfter : _options.OnAfter)) continue;
            isOpen = !isOpen;
            streak = 0;
            if (isOpen) count++;
        }
        return count;
    }
}
