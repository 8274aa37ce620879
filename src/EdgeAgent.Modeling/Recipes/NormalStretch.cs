using EdgeAgent.Inference.Features;
using EdgeAgent.Modeling.Recordings;

namespace EdgeAgent.Modeling.Recipes;

/// <summary>Readings taken for normal, calibrated on what came before them: a place to cut windows from.</summary>
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

    /// <param name="recording">Where the readings are.</param>
    /// <param name="start">First row of the calibration.</param>
    /// <param name="readings">Rows of the calibration.</param>
    /// <param name="end">Row behind the last that a window may hold.</param>
    /// <param name="floors">Smallest spread per channel.</param>
    /// <param name="options">Clip and window length.</param>
    /// <remarks>As on a device, the first window ends right after the calibration and reaches back into it.</remarks>
    public static NormalStretch Cut(Recording recording, int start, int readings, int end, float[] floors, RecipeOptions options)
    {
        var channels = recording.Channels.Length;
        var first = start + readings - options.WindowLength + 1;
        var z = new float[(end - first) * channels];
        Calibrated.Write(Calibrated.Learn(recording, start, readings, floors, options.Clip), recording, first, z);
        return new NormalStretch(z, channels, options.WindowLength);
    }
}
