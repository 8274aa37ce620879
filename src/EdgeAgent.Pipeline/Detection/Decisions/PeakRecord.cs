using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Features;
using EdgeAgent.Inference.Tensors;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>
/// What an event tells of its worst moment: what the model saw and gave, the reading, and what was expected by the
/// calibration of that moment. They are kept together, for by the time of a report the calibration may be another one.
/// Owned by a lane; overwritten by the next peak.
/// </summary>
internal sealed class PeakRecord
{
    private const int NoteBytes = sizeof(long) + 2 * sizeof(int);

    private float[] _input = [];
    private float[] _output = [];
    private float[] _values = [];
    private float[] _measured = [];
    private float[] _expected = [];

    /// <summary>What the model saw.</summary>
    public ReadOnlySpan<float> Input => _input;
    /// <summary>What it gave.</summary>
    public ReadOnlySpan<float> Output => _output;
    /// <summary>The newest reading, the model's channels in its order.</summary>
    public ReadOnlySpan<float> Values => _values;
    /// <summary>Where features are calibrated, these before their calibration; otherwise empty.</summary>
    public ReadOnlySpan<float> Measured => _measured;
    /// <summary>What was expected of each channel, or of each feature that is calibrated.</summary>
    public ReadOnlySpan<float> Expected => _expected;
    /// <summary>What the device's normal rested on.</summary>
    public CalibrationNote Calibration { get; private set; }
    /// <summary>Whether there is one at all.</summary>
    public bool IsThere => _input.Length > 0;

    public void Take(in Judgement judgement)
    {
        Keep(judgement.Input, ref _input);
        Keep(judgement.Output, ref _output);
        Keep(judgement.ModelValues, ref _values);
        Keep(judgement.Measured, ref _measured);
        var calibration = judgement.Track.Calibration;
        Keep(calibration.Means, ref _expected);
        if (judgement.Track.Scale is { } scale) ToUnits(judgement.Track.Detector.Bundle.Manifest, scale);
        if (WindowOrder.GivesReadings(judgement.Track.Detector.Bundle.Manifest))
        {
            var newest = Output[^_expected.Length..];
            for (var c = 0; c < _expected.Length; c++)
                _expected[c] = calibration.Undo(c, newest[c]);
        }
        Calibration = judgement.Track.CalibrationNote;
    }

    /// <summary>People know their sensors' units; what the device's own scale was may be forgotten when the event is told.</summary>
    private void ToUnits(BundleManifest manifest, ChannelCalibration scale)
    {
        for (var i = 0; i < _measured.Length; i++)
        {
            var (feature, c) = (manifest.Input.Features![i / manifest.Channels.Count], i % manifest.Channels.Count);
            _measured[i] = CalibratedFeatures.Plain(feature, _measured[i], scale.Means[c], scale.Spread(c));
            _expected[i] = CalibratedFeatures.Plain(feature, _expected[i], scale.Means[c], scale.Spread(c));
        }
    }

    /// <summary>Forgets it, and gives back its memory.</summary>
    public void Clear() => (_input, _output, _values, _measured, _expected) = ([], [], [], [], []);

    /// <summary>Bytes that it takes under a detector.</summary>
    public static int SavedBytes(DetectorIdentity identity) => sizeof(float) * Lengths(identity).Sum() + NoteBytes;

    /// <summary>Writes it; the room is as large as <see cref="SavedBytes"/> says.</summary>
    public void Save(Span<byte> room)
    {
        if (!IsThere) return;
        MemoryMarshal.Write(room, Calibration.SinceTicks);
        MemoryMarshal.Write(room[sizeof(long)..], Calibration.Readings);
        MemoryMarshal.Write(room[(sizeof(long) + sizeof(int))..], (int)Calibration.State);
        room = Write(room[NoteBytes..], _input);
        room = Write(room, _output);
        room = Write(room, _values);
        room = Write(room, _measured);
        Write(room, _expected);
    }

    /// <summary>Takes back what <see cref="Save"/> wrote.</summary>
    public void Load(ReadOnlySpan<byte> saved, DetectorIdentity identity)
    {
        Calibration = new CalibrationNote(
            (CalibrationState)MemoryMarshal.Read<int>(saved[(sizeof(long) + sizeof(int))..]),
            MemoryMarshal.Read<int>(saved[sizeof(long)..]), MemoryMarshal.Read<long>(saved));
        saved = saved[NoteBytes..];
        var lengths = Lengths(identity);
        saved = Read(saved, lengths[0], ref _input);
        saved = Read(saved, lengths[1], ref _output);
        saved = Read(saved, lengths[2], ref _values);
        saved = Read(saved, lengths[3], ref _measured);
        Read(saved, lengths[4], ref _expected);
    }

    /// <summary>Whether an event can tell of it: what was loaded from a file may be anything.</summary>
    public bool IsPossible => AreFinite(_input) && AreFinite(_output) && AreFinite(_values) && AreFinite(_measured) && AreFinite(_expected)
        && Enum.IsDefined(Calibration.State) && Calibration.Readings >= 0
        && Calibration.SinceTicks >= 0 && Calibration.SinceTicks <= DateTime.MaxValue.Ticks;

    private static int[] Lengths(DetectorIdentity identity) =>
        [identity.InputLength, identity.OutputLength, identity.Channels, identity.MeasuredLength, identity.CalibratedLength];

    private static bool AreFinite(float[] numbers) => Array.TrueForAll(numbers, float.IsFinite);

    private static void Keep(ReadOnlySpan<float> values, ref float[] store)
    {
        if (store.Length != values.Length) store = new float[values.Length];
        values.CopyTo(store);
    }

    private static Span<byte> Write(Span<byte> room, float[] numbers)
    {
        MemoryMarshal.AsBytes(numbers.AsSpan()).CopyTo(room);
        return room[(sizeof(float) * numbers.Length)..];
    }

    private static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> saved, int length, ref float[] store)
    {
        if (store.Length != length) store = new float[length];
        saved[..(sizeof(float) * length)].CopyTo(MemoryMarshal.AsBytes(store.AsSpan()));
        return saved[(sizeof(float) * length)..];
    }
}
