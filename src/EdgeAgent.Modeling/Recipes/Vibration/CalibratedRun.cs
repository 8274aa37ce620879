using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Modeling.Recipes.Vibration;

/// <summary>A machine's windows as a model sees them: how far each feature is from the machine's first ones.</summary>
internal sealed class CalibratedRun
{
    private readonly float[] _z;
    private readonly int _width;

    /// <param name="run">The machine.</param>
    /// <param name="floors">Smallest spread of each feature of each axis.</param>
    /// <param name="options">Clip and length of the calibration.</param>
    /// <param name="learned">Windows that it has learned from; as many as a whole calibration, or fewer.</param>
    public CalibratedRun(MachineRun run, float[] floors, VibrationOptions options, int learned)
    {
        _width = run.Width;
        var calibration = new ChannelCalibration(floors, options.CalibrationWindows, options.Clip);
        for (var w = 0; w < learned; w++)
            calibration.Learn(run.Window(w));
        if (!calibration.IsComplete) calibration.TakeProvisional(widens: false);
        _z = new float[(run.Windows - learned) * _width];
        for (var w = 0; w < Windows; w++)
            calibration.Apply(run.Window(learned + w), _z.AsSpan(w * _width, _width));
    }

    /// <summary>Those behind the calibration.</summary>
    public int Windows => _z.Length / _width;

    public ReadOnlySpan<float> Window(int index) => _z.AsSpan(index * _width, _width);

    /// <summary>Where the machine has wandered to around a window: the mean of some windows, which holds no noise.</summary>
    public void Wandered(int around, Span<float> offsets)
    {
        const int Half = 32;
        offsets.Clear();
        var (from, to) = (Math.Max(0, around - Half), Math.Min(Windows, around + Half));
        for (var w = from; w < to; w++)
            for (var i = 0; i < _width; i++)
                offsets[i] += _z[w * _width + i] / (to - from);
    }
}
