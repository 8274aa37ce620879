using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Training;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>Features of windows of invented sensors, half of them with a fault.</summary>
/// <param name="Features">[rows, inputs].</param>
/// <param name="Targets">[rows], 1 with a fault.</param>
internal sealed record SensorWindows(float[] Features, float[] Targets)
{
    public static SensorWindows Make(SingleChannelOptions options, SplittableRandom random)
    {
        var extractor = new FeatureExtractor(options.Features, 1, options.WindowLength);
        var targets = new float[options.Sensors * options.WindowsPerSensor];
        var features = new float[targets.Length * extractor.Count];
        var window = new float[options.WindowLength];
        for (var row = 0; row < targets.Length;)
        {
            // A sequence for each sensor: what one draws changes nothing in the next.
            var own = random.Split((ulong)row);
            var z = SensorZ.Of(InventedSensor.Normal(options.SensorReadings, own), options);
            for (var w = 0; w < options.WindowsPerSensor; w++, row++)
            {
                var age = (int)own.LogUniform(1, options.SensorReadings - options.CalibrationReadings);
                z.AsSpan(options.CalibrationReadings + age - options.WindowLength, options.WindowLength).CopyTo(window);
                if (w % 2 == 1)
                {
                    InventedFault.Insert(window, own);
                    targets[row] = 1;
                }
                SensorZ.Clip(window, options);
                extractor.Extract(window, features.AsSpan(row * extractor.Count, extractor.Count));
            }
        }
        return new SensorWindows(features, targets);
    }
}
