using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// A level that is off by less than a device's threshold asks for, but stays off: the root mean square of z of the windows' means, averaged
/// over many readings. While a device is calm the bound comes down from where it started; each event raises it, so that a sensor
/// which is often elsewhere is not told of each time. Depends on judgements only. Allocates nothing; one owner at a time.
/// </summary>
/// <param name="settings">Its bounds.</param>
/// <param name="levels">Positions of the means among what the model sees.</param>
public sealed class LastingDeviation(ManifestLasting settings, int[] levels)
{
    /// <summary>What is normal lies one spread off, in the root mean square.</summary>
    private const float Usual = 1;

    private float _mean = Usual;
    /// <summary>How far the bound lies above its lowest; negative: the device is not calibrated yet.</summary>
    private float _extra = -1;
    private bool _wasOpen;

    /// <summary>The average that counts as a deviation now; NaN before the device is calibrated.</summary>
    public float Bound => _extra < 0 ? float.NaN : settings.From + _extra;

    /// <summary>Takes a judgement in, and gives its score: at least 1 where the level has been off for long enough.</summary>
    /// <param name="z">What the model saw.</param>
    /// <param name="score">The score by the model alone.</param>
    /// <param name="isOpen">Whether an event was open before it.</param>
    /// <param name="isCalibrated">Whether the device is calibrated; before, nothing is known of how long it is off.</param>
    /// <param name="factor">How many times the bound must be reached, for events are to be rare.</param>
    public float Judge(ReadOnlySpan<float> z, float score, bool isOpen, bool isCalibrated, float factor = 1)
    {
        var squares = 0f;
        foreach (var level in levels)
            squares += z[level] * z[level];
        var distance = MathF.Sqrt(squares / levels.Length);
        if (!float.IsFinite(distance)) return score;
        _mean += (distance - _mean) / settings.Over;
        if (!isCalibrated) return score;
        MoveBound(isOpen);
        return _mean >= factor * (settings.From + _extra) ? Math.Max(score, 1) : score;
    }

    /// <summary>Where the device is now is normal: how far it was from what was normal before says nothing any more.</summary>
    public void Adopted() => _mean = Usual;

    /// <summary>Forgets all, to learn anew.</summary>
    public void Clear() => (_mean, _extra, _wasOpen) = (Usual, -1, false);

    /// <summary>Whether it can have come to be by judgements: what was loaded from a file may be anything.</summary>
    public bool IsPossible => float.IsFinite(_mean) && _mean >= 0 && _extra <= settings.Start - settings.From;

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public static int SavedBytes => 2 * sizeof(float) + sizeof(int);

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.Write(room, _mean);
        MemoryMarshal.Write(room[sizeof(float)..], _extra);
        MemoryMarshal.Write(room[(2 * sizeof(float))..], _wasOpen ? 1 : 0);
        return room[SavedBytes..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        _mean = MemoryMarshal.Read<float>(saved);
        _extra = MemoryMarshal.Read<float>(saved[sizeof(float)..]);
        _wasOpen = MemoryMarshal.Read<int>(saved[(2 * sizeof(float))..]) != 0;
        return saved[SavedBytes..];
    }

    private void MoveBound(bool isOpen)
    {
        var highest = settings.Start - settings.From;
        if (_extra < 0) _extra = highest;
        // A share of itself, not a power: the same on every processor.
        if (!isOpen) _extra -= _extra / settings.Fade;
        else if (!_wasOpen) _extra = Math.Min(_extra + settings.Raise, highest);
        _wasOpen = isOpen;
    }
}
