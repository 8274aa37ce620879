using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// The output at which a device's score is 1, taken from its own first calibration: a little above the highest that it reached there. Only
/// the windows that lie farthest out can have reached it, so those alone are kept until the calibration is complete and the model can
/// be asked. Allocates nothing; one owner at a time.
/// </summary>
public sealed class OwnThreshold
{
    /// <summary>With one, a window that looked far at first would stand for all that came later.</summary>
    private const int Kept = 4;

    private readonly ManifestThreshold _settings;
    private readonly int _width;
    private readonly int _channels;
    /// <summary>The windows kept, then the one that waits.</summary>
    private readonly float[] _windows;
    private int _count;
    private bool _isWaiting;

    /// <param name="settings">How it follows from the highest output.</param>
    /// <param name="width">Features of a window, one behind the other, each of all channels.</param>
    /// <param name="channels">How many channels that are.</param>
    public OwnThreshold(ManifestThreshold settings, int width, int channels = 1)
    {
        (_settings, _width, _channels) = (settings, width, channels);
        _windows = new float[(Kept + 1) * width];
    }

    /// <summary>The output that is score 1 for this device; NaN: not found yet.</summary>
    public float One { get; private set; } = float.NaN;

    /// <summary>Whether it was found.</summary>
    public bool IsFound => !float.IsNaN(One);

    /// <summary>Windows kept.</summary>
    public int Count => _count;

    /// <summary>Rises whenever what <see cref="Save"/> writes has changed.</summary>
    public int Changes { get; private set; }

    /// <summary>The features of a window kept.</summary>
    public ReadOnlySpan<float> Window(int place) => _windows.AsSpan(place * _width, _width);

    /// <summary>Takes note of a window that is learned.</summary>
    public void Note(ReadOnlySpan<float> features, ChannelCalibration calibration)
    {
        if (_count < Kept)
        {
            Put(features, _count++);
            return;
        }
        var nearest = Nearest(calibration);
        if (DistanceSoFar(calibration, features) > DistanceSoFar(calibration, Window(nearest))) Put(features, nearest);
    }

    /// <summary>Takes note of a window of which is not known yet whether it will be learned.</summary>
    public void Await(ReadOnlySpan<float> features, ChannelCalibration calibration)
    {
        if (_isWaiting && DistanceSoFar(calibration, features) <= DistanceSoFar(calibration, Window(Kept))) return;
        Put(features, Kept);
        _isWaiting = true;
    }

    /// <summary>The windows noted since the last time were learned, or were not.</summary>
    public void Settle(bool isLearned, ChannelCalibration calibration)
    {
        if (!_isWaiting) return;
        _isWaiting = false;
        Changes++;
        if (isLearned) Note(Window(Kept), calibration);
    }

    /// <summary>The model has judged the windows kept.</summary>
    /// <param name="highest">The highest output, less that of score 0.</param>
    /// <param name="zero">The output that is score 0.</param>
    public void Find(float highest, float zero)
    {
        One = Math.Clamp(zero + _settings.Times * highest, _settings.From, _settings.To);
        Changes++;
    }

    /// <summary>Forgets all, to learn anew.</summary>
    public void Clear()
    {
        (_count, _isWaiting, One) = (0, false, float.NaN);
        Changes++;
    }

    /// <summary>Whether it can have come to be by readings: what was loaded from a file may be anything.</summary>
    public bool IsPossible => Array.TrueForAll(_windows, float.IsFinite) && (!IsFound || (One >= _settings.From && One <= _settings.To));

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => sizeof(float) * (1 + _windows.Length) + 2 * sizeof(int);

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.Write(room, One);
        MemoryMarshal.Write(room[sizeof(float)..], _count);
        MemoryMarshal.Write(room[(2 * sizeof(float))..], _isWaiting ? 1 : 0);
        MemoryMarshal.AsBytes(_windows.AsSpan()).CopyTo(room[(3 * sizeof(float))..]);
        return room[SavedBytes..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        One = MemoryMarshal.Read<float>(saved);
        _count = Math.Clamp(MemoryMarshal.Read<int>(saved[sizeof(float)..]), 0, Kept);
        _isWaiting = MemoryMarshal.Read<int>(saved[(2 * sizeof(float))..]) != 0;
        saved[(3 * sizeof(float))..SavedBytes].CopyTo(MemoryMarshal.AsBytes(_windows.AsSpan()));
        return saved[SavedBytes..];
    }

    private void Put(ReadOnlySpan<float> features, int place)
    {
        features.CopyTo(_windows.AsSpan(place * _width));
        Changes++;
    }

    /// <summary>Mean squared distance of a window from what was learned so far, in spreads, of the channel that is farthest.</summary>
    private double DistanceSoFar(ChannelCalibration calibration, ReadOnlySpan<float> features)
    {
        var farthest = 0.0;
        for (var c = 0; c < _channels; c++)
        {
            var sum = 0.0;
            for (var f = c; f < features.Length; f += _channels)
            {
                var (mean, spread) = calibration.SoFar(f);
                var z = Math.Min(Math.Abs(features[f] - mean) / spread, calibration.Clip);
                sum += z * z;
            }
            farthest = Math.Max(farthest, sum);
        }
        return farthest / (features.Length / _channels);
    }

    /// <summary>The kept window that lies nearest to normal, as far as that is known by now.</summary>
    private int Nearest(ChannelCalibration calibration)
    {
        var (nearest, least) = (0, double.PositiveInfinity);
        for (var place = 0; place < Kept; place++)
            if (DistanceSoFar(calibration, Window(place)) is var distance && distance < least)
                (nearest, least) = (place, distance);
        return nearest;
    }
}
