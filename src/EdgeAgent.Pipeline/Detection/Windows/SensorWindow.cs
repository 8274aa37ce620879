using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>
/// The last readings of a device, as they came and calibrated, the latter always in one piece: each calibrated row is
/// written twice, a window's length apart, so that no view ever wraps. One owner.
/// </summary>
/// <param name="length">Readings held.</param>
/// <param name="channels">Channels of a reading.</param>
/// <param name="calibrates">Whether the view shows z, or the readings as they came, where only their statistics are calibrated.</param>
internal sealed class SensorWindow(int length, int channels, bool calibrates = true)
{
    private readonly float[] _raw = new float[length * channels];
    private readonly float[] _rows = new float[2 * length * channels];
    private int _next;

    public int Length => length;

    /// <summary>Readings held, at most the length.</summary>
    public int Count { get; private set; }

    /// <summary>Readings taken in since the start, those that it was filled up with included.</summary>
    public long Pushed { get; private set; }

    public bool IsFull => Count == length;

    /// <summary>The calibrated readings row by row, oldest first: <see cref="Count"/> · channels values.</summary>
    public ReadOnlySpan<float> View => _rows.AsSpan((_next + length - Count) * channels, Count * channels);

    /// <summary>A reading as it came; 0 is the oldest.</summary>
    public ReadOnlySpan<float> Raw(int place) => _raw.AsSpan((_next + length - Count + place) % length * channels, channels);

    /// <summary>Takes in a reading. Before the device is calibrated the view means nothing.</summary>
    public void Push(ReadOnlySpan<float> raw, ChannelCalibration calibration)
    {
        raw.CopyTo(_raw.AsSpan(_next * channels));
        if (!calibrates || calibration.CanApply) Calibrate(_next, calibration);
        _next = (_next + 1) % length;
        if (Count < length) Count++;
        Pushed++;
    }

    /// <summary>Brings the view to a new calibration.</summary>
    public void Recalibrate(ChannelCalibration calibration)
    {
        if (!calibrates) return;
        for (var row = 0; row < (IsFull ? length : _next); row++)
            Calibrate(row, calibration);
    }

    /// <summary>
    /// Puts the mirror image of the readings held before them, until the window is full: a device that has not been heard of for as
    /// long as a window is taken to have run before as it has run since.
    /// </summary>
    public void FillUp(ChannelCalibration calibration)
    {
        var held = Count;
        if (held == 0 || IsFull) return;
        // Before the window was first full its oldest reading is at the beginning of the ring, where room was made for it.
        var readings = _raw.AsSpan(0, held * channels);
        readings.CopyTo(_raw.AsSpan((length - held) * channels));
        for (var back = 0; back < length - held; back++)
        {
            var place = back % (2 * held);
            if (place >= held) place = 2 * held - 1 - place;
            var mirrored = _raw.AsSpan((length - held + place) * channels, channels);
            mirrored.CopyTo(_raw.AsSpan((length - held - 1 - back) * channels));
        }
        (_next, Count) = (0, length);
        // Whoever keeps the window has to take in all of it.
        Pushed += length;
        Recalibrate(calibration);
    }

    /// <summary>Forgets all readings.</summary>
    public void Clear()
    {
        Count = 0;
        _next = 0;
    }

    private void Calibrate(int row, ChannelCalibration calibration)
    {
        var z = _rows.AsSpan(row * channels, channels);
        if (calibrates)
            calibration.Apply(_raw.AsSpan(row * channels, channels), z);
        else
            _raw.AsSpan(row * channels, channels).CopyTo(z);
        z.CopyTo(_rows.AsSpan((row + length) * channels));
    }
}
