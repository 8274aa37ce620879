using EdgeAgent.Inference.Features;

namespace EdgeAgent.Modeling.Recordings;

/// <summary>Puts recordings through the calibration that runs on devices.</summary>
internal static class Calibrated
{
    /// <summary>What a device knows after rows [<paramref name="start"/>, +<paramref name="readings"/>).</summary>
    public static ChannelCalibration Learn(Recording recording, int start, int readings, ReadOnlySpan<float> floors, float clip)
    {
        var calibration = new ChannelCalibration(floors, readings, clip);
        for (var r = start; r < start + readings; r++)
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
