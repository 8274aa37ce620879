using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Mean and spread of each channel over a device's first readings, later renewed, and the calibrated value
/// z = (value − mean) / spread that models see. One owner at a time.
/// </summary>
public sealed class ChannelCalibration
{
    private const int UsualBlocks = 4;
    // A spread is kept as its inverse, and comes back rounded.
    private const float JustBelow = 0.999f;

    private readonly float[] _floors;
    private readonly float[] _drifts;
    private readonly float[]? _wanders;
    private readonly SensorSteps? _steps;
    private readonly float _clip;
    private readonly int _readings;
    private readonly float[] _inverseSpread;
    private readonly float[] _center;
    private readonly double[] _numbers;
    private readonly int _blockCount;
    private readonly BlockMerge _merge;
    private readonly int[] _momentary;
    private readonly CounterLevels? _counters;
    private (float[] Means, float[] Spreads)? _given;

    /// <param name="floors">Smallest spread a channel, in its unit.</param>
    /// <param name="readings">Readings from which it learns.</param>
    /// <param name="clip">Bound of |z|.</param>
    /// <param name="blocksDivisor">What the number of blocks that the first readings are cut into must be a multiple of.</param>
    /// <param name="drifts">Smallest spread a channel, as a share of its mean; empty: no such bound.</param>
    /// <param name="outlier">Spreads from the median block beyond which a block is left out; 0: none is.</param>
    /// <param name="momentary">Positions of what tells of single readings; null or empty: all do, or none.</param>
    /// <param name="counters">Tells of features which are levels of counters; null: none is.</param>
    public ChannelCalibration(
        ReadOnlySpan<float> floors, int readings, float clip, int blocksDivisor = 1,
        ReadOnlySpan<float> drifts = default, float outlier = 0, int[]? momentary = null, CounterLevels? counters = null)
    {
        _counters = counters;
        _momentary = momentary is { Length: > 0 } some ? some : [.. Enumerable.Range(0, floors.Length)];
        var channels = floors.Length;
        _floors = floors.ToArray();
        _drifts = drifts.IsEmpty ? new float[channels] : drifts.ToArray();
        _readings = readings;
        _clip = clip;
        _inverseSpread = new float[channels];
        _center = new float[channels];
        _blockCount = (UsualBlocks + blocksDivisor - 1) / blocksDivisor * blocksDivisor;
        _numbers = new double[_blockCount * ChannelBlock.NumbersOf(channels)];
        _merge = new BlockMerge(outlier);
    }

    /// <summary>As a manifest asks for it, with floors that come from the sensor itself where it says so.</summary>
    public ChannelCalibration(BundleManifest manifest)
        : this([.. manifest.Channels.Select(c => c.Floor)], manifest.Calibration.Readings, manifest.Calibration.Clip,
            manifest.Calibration.Renew?.Blocks ?? 1, [.. manifest.Channels.Select(c => c.Drift)], manifest.Calibration.Outlier)
    {
        if (manifest.Channels.Any(c => c.Wander > 1)) _wanders = [.. manifest.Channels.Select(c => c.Wander ?? 1)];
        _steps = SensorSteps.Of(manifest);
    }

    /// <summary>Positions of what tells how a device runs at the moment; means of long windows do not.</summary>
    public ReadOnlySpan<int> Momentary => _momentary;

    /// <summary>Whether only some of all that is calibrated tell of single readings.</summary>
    public bool IsOfWindows => _momentary.Length < _center.Length;

    /// <summary>One that is stated: there is nothing to learn.</summary>
    internal ChannelCalibration(float[] means, float[] spreads, float clip) : this(new float[means.Length], readings: 0, clip)
    {
        _given = (means, spreads);
        TakeGiven();
    }

    /// <summary>Whether it is stated, and not learned.</summary>
    public bool IsGiven => _given is not null;

    /// <summary>Readings that it rests on, or has learned so far.</summary>
    public int Count { get; private set; }
    /// <summary>Readings from which it learns.</summary>
    public int Readings => _readings;
    /// <summary>Whether all readings that it needs were learned.</summary>
    public bool IsComplete { get; private set; }
    /// <summary>Whether it rests on fewer readings than it needs, and is used meanwhile.</summary>
    public bool IsProvisional { get; private set; }
    /// <summary>Whether readings can be calibrated.</summary>
    public bool CanApply => IsComplete || IsProvisional;

    /// <summary>Rises with every change.</summary>
    public int Changes { get; private set; }

    /// <summary>Mean of each channel, in its unit.</summary>
    public ReadOnlySpan<float> Means => _center;

    public ReadOnlySpan<float> Floors => _floors;
    /// <summary>Bound of |z|.</summary>
    public float Clip => _clip;

    /// <summary>The first readings, cut into blocks of the same size; see <see cref="BlockScratch"/> for how long it is valid.</summary>
    public ReadOnlySpan<ChannelBlock> Blocks => BlockScratch.Of(_numbers, _blockCount, _center.Length);

    /// <summary>How many blocks those are.</summary>
    public int BlockCount => _blockCount;

    /// <summary>Spread of a channel, in its unit, its floor included.</summary>
    public float Spread(int channel) => 1 / _inverseSpread[channel];

    /// <summary>Learns one reading, one value a channel; does nothing once complete.</summary>
    public void Learn(ReadOnlySpan<float> values)
    {
        if (IsComplete) return;
        _steps?.Learn(values);
        Changes++;
        CurrentBlock.Add(values);
        if (++Count >= _readings) Take(Blocks, keepsSpread: false);
    }

    /// <summary>
    /// Learns the readings of a block, which must not be more than a block of its own takes, nor than it still needs.
    /// </summary>
    public void Learn(ChannelBlock block)
    {
        if (IsComplete) return;
        Changes++;
        CurrentBlock.Merge(block);
        Count += block.Count;
        if (Count >= _readings) Take(Blocks, keepsSpread: false);
    }

    /// <summary>Notes how finely the sensor tells values apart; the readings themselves are learned later, as a block.</summary>
    public void LearnSteps(ReadOnlySpan<float> values)
    {
        if (_steps is null) return;
        _steps.Learn(values);
        Changes++;
    }

    /// <summary>Behind what it learned, a channel that has not moved yet shows its step, and so its spread, by its first change.</summary>
    public void LearnFirstStep(ReadOnlySpan<float> values)
    {
        if (!IsComplete || _steps?.LearnFirst(values, out var isOther) != true) return;
        if (isOther) Measure(Blocks, keepsSpread: false, widening: 1);
        Changes++;
    }

    /// <summary>From now on mean and spread are those of what was learned so far.</summary>
    /// <param name="widens">Whether spreads are wider by the root of what is missing; false: the threshold makes up for it.</param>
    public void TakeProvisional(bool widens = true)
    {
        Measure(Begun, keepsSpread: false, widening: widens ? Math.Sqrt((double)_readings / Count) : 1);
        IsProvisional = true;
        Changes++;
    }

    /// <summary>From now on mean and spread are those of the readings in <paramref name="blocks"/>, in that order.</summary>
    /// <param name="blocks">What it rests on.</param>
    /// <param name="keepsSpread">The spread stays as it was.</param>
    public void Take(ReadOnlySpan<ChannelBlock> blocks, bool keepsSpread)
    {
        Measure(blocks, keepsSpread, widening: 1);
        Count = 0;
        foreach (var block in blocks)
            Count += block.Count;
        (IsComplete, IsProvisional) = (true, false);
        Changes++;
    }

    /// <summary>Smallest spread that is believed of a channel at some level, in its unit.</summary>
    public double Floor(int channel, double mean) => _counters?.Has(channel) == true ? CounterLevels.Spread
        : Math.Max(ModelFloor(channel, mean), _steps?.Floor(channel, (float)mean) ?? 0);

    /// <summary>The part of that floor below which the sensor tells nothing apart.</summary>
    public double SensorFloor(int channel, double mean) => Math.Max(_floors[channel], _steps?.Floor(channel, (float)mean) ?? 0);

    /// <summary>The part of that floor which the model brings: how far the machines it was made from wander while all is well.</summary>
    public double ModelFloor(int channel, double mean) => Math.Max(_floors[channel], _drifts[channel] * Math.Abs(mean));

    /// <summary>What a spread of the readings is taken times, for the channel wanders by as much while all is well.</summary>
    public float Wander(int channel) => _wanders?[channel] ?? 1;

    /// <summary>Mean and spread of the first readings as they were, without a floor.</summary>
    public (double Mean, double Spread) First(int c) => _merge.Of(Blocks, c, _floors[c], _drifts[c], Wander(c));

    /// <summary>Mean and spread of a channel over what was learned so far, its floor included.</summary>
    public (double Mean, double Spread) SoFar(int channel)
    {
        var (mean, spread) = _merge.Of(Begun, channel, _floors[channel], _drifts[channel], Wander(channel));
        return (mean, Math.Max(spread * Wander(channel), Floor(channel, mean)));
    }

    /// <summary>Whether a channel only ever rises, so that its level says nothing.</summary>
    public bool IsCounter(int channel) => _steps?.IsCounter(channel) == true;

    /// <summary>Forgets all, to learn anew.</summary>
    public void Clear()
    {
        (Count, IsComplete, IsProvisional) = (0, false, false);
        _steps?.Clear();
        Changes++;
        Array.Clear(_numbers);
        TakeGiven();
    }

    /// <summary>Writes z of some readings, one behind the other; only where <see cref="CanApply"/>.</summary>
    public void Apply(ReadOnlySpan<float> values, Span<float> z) => ScaledRow.WriteAll(values, _center, _inverseSpread, _clip, z);

    /// <summary>The blocks that hold readings already.</summary>
    private ReadOnlySpan<ChannelBlock> Begun
    {
        get
        {
            var begun = _blockCount;
            while (begun > 1 && Blocks[begun - 1].Count == 0) begun--;
            return Blocks[..begun];
        }
    }

    private void TakeGiven()
    {
        if (_given is not var (means, spreads)) return;
        means.CopyTo(_center, 0);
        for (var c = 0; c < spreads.Length; c++)
            _inverseSpread[c] = 1 / spreads[c];
        IsComplete = true;
    }

    private ChannelBlock CurrentBlock => new(_numbers, (int)((long)Count * _blockCount / _readings), _center.Length);

    /// <summary>The value, in its unit, that calibrates to <paramref name="z"/>.</summary>
    public float Undo(int channel, float z) => _center[channel] + z / _inverseSpread[channel];

    /// <summary>Whether it can have come to be by readings: what was loaded from a file may be anything, and would never heal.</summary>
    public bool IsPossible
    {
        get
        {
            var learned = 0L;
            foreach (var block in Blocks)
                if (block.IsPossible) learned += block.Count;
                else return false;
            // The first readings stay in their blocks; what it rests on later is the renewal's.
            if (learned != (IsComplete ? _readings : Count) || _steps is { IsPossible: false }) return false;
            for (var c = 0; CanApply && c < _center.Length; c++)
                if (!float.IsFinite(_center[c]) || !float.IsFinite(Spread(c))
                    || !(Spread(c) >= _floors[c] * JustBelow) || !(_inverseSpread[c] > 0))
                    return false;
            return true;
        }
    }

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => 2 * sizeof(int) + 2 * sizeof(float) * _center.Length
        + _blockCount * ChannelBlock.SavedBytes(_center.Length) + (_steps?.SavedBytes ?? 0);

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.Write(room, Count);
        MemoryMarshal.Write(room[sizeof(int)..], IsComplete ? 1 : IsProvisional ? 2 : 0);
        room = room[(2 * sizeof(int))..];
        MemoryMarshal.AsBytes(_center.AsSpan()).CopyTo(room);
        MemoryMarshal.AsBytes(_inverseSpread.AsSpan()).CopyTo(room[(sizeof(float) * _center.Length)..]);
        room = room[(2 * sizeof(float) * _center.Length)..];
        foreach (var block in Blocks)
            room = block.Save(room);
        return _steps is null ? room : _steps.Save(room);
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        if (IsGiven) return saved[SavedBytes..];
        Count = Math.Max(0, MemoryMarshal.Read<int>(saved));
        var state = MemoryMarshal.Read<int>(saved[sizeof(int)..]);
        (IsComplete, IsProvisional) = (state == 1, state == 2);
        if (!IsComplete) Count = Math.Min(Count, _readings - 1);
        saved = saved[(2 * sizeof(int))..];
        saved[..(sizeof(float) * _center.Length)].CopyTo(MemoryMarshal.AsBytes(_center.AsSpan()));
        saved.Slice(sizeof(float) * _center.Length, sizeof(float) * _center.Length).CopyTo(MemoryMarshal.AsBytes(_inverseSpread.AsSpan()));
        saved = saved[(2 * sizeof(float) * _center.Length)..];
        foreach (var block in Blocks)
            saved = block.Load(saved);
        return _steps is null ? saved : _steps.Load(saved);
    }

    private void Measure(ReadOnlySpan<ChannelBlock> blocks, bool keepsSpread, double widening)
    {
        for (var c = 0; c < _center.Length; c++)
        {
            var (mean, spread) = _merge.Of(
                blocks, c, Math.Max(_floors[c], _steps?.Floor(c, (float)blocks[0].Mean(c)) ?? 0), _drifts[c], Wander(c));
            _center[c] = (float)mean;
            if (!keepsSpread) _inverseSpread[c] = (float)(1 / Math.Max(widening * spread * Wander(c), Floor(c, mean)));
        }
    }
}
