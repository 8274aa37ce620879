using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Normals;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Modeling.Recipes.SingleChannel;

/// <summary>Calibrates invented sensors as a device calibrates real ones.</summary>
internal static class SensorZ
{
    /// <summary>z of every reading, not yet clipped: a fault comes on top before that.</summary>
    public static float[] Of(float[] readings, SingleChannelOptions options)
    {
        var calibration = new ChannelCalibration(Manifest(options, clip: float.MaxValue));
        for (var r = 0; r < options.CalibrationReadings; r++)
            calibration.Learn(readings.AsSpan(r, 1));
        var z = new float[readings.Length];
        for (var r = 0; r < z.Length; r++)
            calibration.Apply(readings.AsSpan(r, 1), z.AsSpan(r, 1));
        return z;
    }

    public static void Clip(Span<float> z, SingleChannelOptions options)
    {
        foreach (ref var value in z)
            value = Math.Clamp(value, -options.Clip, options.Clip);
    }

    /// <summary>The part of a manifest that says how a sensor is calibrated.</summary>
    public static BundleManifest Manifest(SingleChannelOptions options, float clip) => new()
    {
        Channels = [new ManifestChannel { Name = ManifestChannel.Any, FloorSteps = options.FloorSteps }],
        Calibration = new ManifestCalibration
        {
            Readings = options.CalibrationReadings, Provisional = ProvisionalReadings.For(options.CalibrationReadings), Clip = clip,
        },
    };
}
