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
/// <param name="channels">How many averages there are: 1 over all levels, or one for each channel, of which levels are mean by mean; the
/// highest counts.</param>
public sealed class LastingDeviation(ManifestLasting settings, int[] levels, int channels = 1)
{
    /// <summary>What is normal lies one spread off, in the root mean square.</summary>
    private const float Usual = 1;

    private readonly float[] _means = [.. Enumerable.Repeat(Usual, channels)];
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
        var highest = 0f;
        for (var c = 0; c < channels; c++)
        {
            var distance = Distance(z, c);
            if (float.IsFinite(distance)) _means[c] += (distance - _means[c]) / settings.Over;
            highest = Math.Max(highest, _means[c]);
        }
        if (!isCalibrated) return score;
        MoveBound(isOpen);
        return highest >= factor * (settings.From + _extra) ? Math.Max(score, 1) : score;
    }

    private float Distance(ReadOnlySpan<float> z, int channel)
    {
        var squares = 0f;
        for (var l = channel; l < levels.Length; l += channels)
            squares += z[levels[l]] * z[levels[l]];
        return MathF.Sqrt(squares * channels / levels.Length);
    }

    /// <summary>Where the device is now is normal: how far it was from what was normal before says nothing any more.</summary>
    public void Adopted() => Array.Fill(_means, Usual);

    /// <summary>Forgets all, to learn anew.</summary>
    public void Clear()
    {
        Adopted();
        (_extra, _wasOpen) = (-1, false);
    }

    /// <summary>Whether it can have come to be by judgements: what was loaded from a file may be anything.</summary>
    public bool IsPossible => Array.TrueForAll(_means, m => float.IsFinite(m) && m >= 0) && _extra <= settings.Start - settings.From;

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => BytesOf(ofEach: true);

    /// <summary>The same, or what it was when there was one average whatever the channels.</summary>
    public int BytesOf(bool ofEach) => ((ofEach ? channels : 1) + 1) * sizeof(float) + sizeof(int);

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.AsBytes(_means.AsSpan()).CopyTo(room);
        room = room[(channels * sizeof(float))..];
        MemoryMarshal.Write(room, _extra);
        MemoryMarshal.Write(room[sizeof(float)..], _wasOpen ? 1 : 0);
        return room[(sizeof(float) + sizeof(int))..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    /// <param name="saved">What was written.</param>
    /// <param name="ofEach">Whether it has all averages; one stands for all otherwise.</param>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved, bool ofEach = true)
    {
        var means = ofEach ? channels : 1;
        saved[..(means * sizeof(float))].CopyTo(MemoryMarshal.AsBytes(_means.AsSpan()));
        if (!ofEach) Array.Fill(_means, _means[0]);
        saved = saved[(means * sizeof(float))..];
        _extra = MemoryMarshal.Read<float>(saved);
        _wasOpen = MemoryMarshal.Read<int>(saved[sizeof(float)..]) != 0;
        return saved[(sizeof(float) + sizeof(int))..];
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
