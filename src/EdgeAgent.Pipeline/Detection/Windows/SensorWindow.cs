using EdgeAgent.Inference.Features;
using EdgeAgent.Pipeline.Detection.Calibration;

namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>
/// The last readings of a device, as they came. They are calibrated when they are looked at: kept both ways, in one piece, they would take
/// three times the memory. One owner.
/// </summary>
/// <param name="length">Readings held.</param>
/// <param name="channels">Channels of a reading.</param>
/// <param name="calibrates">Whether what is looked at is z, or the readings as they came, where only their statistics are
/// calibrated.</param>
internal sealed class SensorWindow(int length, int channels, bool calibrates = true)
{
    private readonly float[] _raw = new float[length * channels];
    private int _next;

    public int Length => length;

    /// <summary>Readings held, at most the length.</summary>
    public int Count { get; private set; }

    /// <summary>Readings taken in since the start, those that it was filled up with included.</summary>
    public long Pushed { get; private set; }

    public bool IsFull => Count == length;

    /// <summary>Values that <see cref="CopyTo"/> writes.</summary>
    public int Values => Count * channels;

    /// <summary>A reading as it came; 0 is the oldest.</summary>
    public ReadOnlySpan<float> Raw(int place) => _raw.AsSpan((_next + length - Count + place) % length * channels, channels);

    /// <summary>Takes in a reading.</summary>
    public void Push(ReadOnlySpan<float> raw)
    {
        raw.CopyTo(_raw.AsSpan(_next * channels));
        _next = (_next + 1) % length;
        if (Count < length) Count++;
        Pushed++;
    }

    /// <summary>Writes the readings row by row, oldest first. Before the device is calibrated what is written means nothing.</summary>
    public void CopyTo(Span<float> destination, ChannelCalibration calibration)
    {
        var first = (_next + length - Count) % length;
        var inFront = Math.Min(Count, length - first);
        Copy(_raw.AsSpan(first * channels, inFront * channels), destination, calibration);
        Copy(_raw.AsSpan(0, (Count - inFront) * channels), destination[(inFront * channels)..], calibration);
    }

    /// <summary>
    /// Puts the mirror image of the readings held before them, until the window is full: a device that has not been heard of for as
    /// long as a window is taken to have run before as it has run since.
    /// </summary>
    public void FillUp()
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
    }

    /// <summary>Forgets all readings.</summary>
    public void Clear()
    {
        Count = 0;
        _next = 0;
    }

    private void Copy(ReadOnlySpan<float> rows, Span<float> destination, ChannelCalibration calibration)
    {
        if (calibrates) calibration.Apply(rows, destination);
        else rows.CopyTo(destination);
    }
}
