using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>Readings taken for normal, calibrated: a place to cut windows from.</summary>
internal sealed class NormalStretch
{
    private readonly float[] _z;
    private readonly int _channels;
    private readonly int _length;

    private NormalStretch(float[] z, int channels, int length) => (_z, _channels, _length) = (z, channels, length);

    /// <summary>How many windows can be cut, one for each reading that may be the last.</summary>
    public int Windows => _z.Length / _channels - _length + 1;

    /// <summary>The z of window <paramref name="index"/>: [length, channels], oldest reading first.</summary>
    public ReadOnlySpan<float> Window(int index) => _z.AsSpan(index * _channels, _length * _channels);

    /// <summary>What follows a calibration. As on a device, the first window ends right after it and reaches back into it.</summary>
    /// <param name="recording">Where the readings are.</param>
    /// <param name="start">First row of the calibration.</param>
    /// <param name="readings">Rows of the calibration.</param>
    /// <param name="end">Row behind the last that a window may hold.</param>
    /// <param name="floors">Smallest spread per channel.</param>
    /// <param name="options">Clip and window length.</param>
    public static NormalStretch After(Recording recording, int start, int readings, int end, float[] floors, RecipeOptions options) =>
        Cut(recording, start, readings, start + readings - options.WindowLength + 1, end, floors, options);

    /// <summary>The calibration readings of a recording themselves: its noise, without any drift.</summary>
    public static NormalStretch Within(Recording recording, float[] floors, RecipeOptions options) =>
        Cut(recording, 0, options.CalibrationReadings, 0, options.CalibrationReadings, floors, options);

    private static NormalStretch Cut(Recording recording, int start, int readings, int first, int end, float[] floors, RecipeOptions options)
    {
        var channels = recording.Channels.Length;
        var z = new float[(end - first) * channels];
        Calibrated.Write(Calibrated.Learn(recording, start, readings, floors, options.Clip), recording, first, z);
        return new NormalStretch(z, channels, options.WindowLength);
    }
}
