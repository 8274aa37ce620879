using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Puts recordings through the calibration that runs on devices.</summary>
internal static class Calibrated
{
    /// <summary>What a device knows after its first readings, from <paramref name="start"/> on.</summary>
    public static ChannelCalibration Learn(BundleManifest manifest, Recording recording, int start)
    {
        var calibration = new ChannelCalibration(manifest);
        for (var r = start; !calibration.IsComplete; r++)
            calibration.Learn(recording.Row(r));
        return calibration;
    }

    /// <summary>Writes the z of as many rows from <paramref name="start"/> as <paramref name="z"/> has room for.</summary>
    public static void Write(ChannelCalibration calibration, Recording recording, int start, Span<float> z)
    {
        var channels = recording.Channels.Length;
        for (var r = 0; r < z.Length / channels; r++)
            calibration.Apply(recording.Row(start + r), z.Slice(r * channels, channels));
    }
}
