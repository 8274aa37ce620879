using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// How a device goes on learning while it is already judged by what it has learned so far: readings are gathered in small blocks,
/// and a block is learned once all of it is judged and none of it was anomalous. So a fault that comes before a device is
/// calibrated is told, and does not become its normal. Depends on readings and judgements only. Allocates nothing; one owner.
/// </summary>
public sealed class ProvisionalLearning
{
    /// <summary>Few enough that what was learned wrongly from a handful of readings is soon put right.</summary>
    private const int BlockReadings = 20;

    private readonly int _from;
    private readonly int _blockReadings;
    private readonly ChannelCalibration _calibration;
    private readonly ChannelBlock _block;
    private readonly OwnThreshold? _threshold;
    private bool _isDisturbed;
    private int _leftOut;

    /// <param name="from">Readings from which a device is judged.</param>
    /// <param name="calibration">What learns.</param>
    /// <param name="threshold">What learns the device's threshold by the same readings; null: nothing does.</param>
    public ProvisionalLearning(int from, ChannelCalibration calibration, OwnThreshold? threshold = null)
    {
        _threshold = threshold;
        _from = from;
        _calibration = calibration;
        // Not more than one of the calibration's own blocks, none of which may stay empty.
        _blockReadings = Math.Clamp(calibration.Readings / calibration.BlockCount, 1, BlockReadings);
        _block = new ChannelBlock(calibration.Floors.Length);
    }

    /// <summary>Whether enough was learned to judge by.</summary>
    public bool MayBegin => _calibration is { IsComplete: false, IsProvisional: false } && _calibration.Count >= _from;

    /// <summary>Readings that a window must hold to be filled up with their mirror image.</summary>
    public int ReadingsNeeded => _from;

    /// <summary>Whether a block is complete and waits for <see cref="Settle"/>.</summary>
    public bool IsBlockFull =>
        _block.Count > 0 && _block.Count >= Math.Min(_blockReadings, _calibration.Readings - _calibration.Count);

    /// <summary>Takes a reading, one value a channel.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        _calibration.LearnSteps(values);
        _block.Add(values);
        _threshold?.Await(values, _calibration);
    }

    /// <summary>A judgement on the block in hand.</summary>
    public void Judged(bool isAnomalous) => _isDisturbed |= isAnomalous;

    /// <summary>
    /// Decides on the full block, all of whose readings must have been judged; true where it was learned. What is anomalous for as
    /// long as a whole calibration takes is how the device runs, and learned.
    /// </summary>
    public bool Settle(bool isEventOpen)
    {
        var isLearned = (!isEventOpen && !_isDisturbed) || _leftOut >= _calibration.Readings;
        _threshold?.Settle(isLearned, _calibration);
        if (isLearned) _calibration.Learn(_block);
        else _leftOut += _block.Count;
        _block.Clear();
        _isDisturbed = false;
        return isLearned;
    }

    /// <summary>Forgets all, to learn anew.</summary>
    public void Clear()
    {
        _block.Clear();
        (_isDisturbed, _leftOut) = (false, 0);
    }

    /// <summary>Whether it can have come to be by readings: what was loaded from a file may be anything.</summary>
    public bool IsPossible => _block.IsPossible && _leftOut >= 0 && (_block.Count == 0 || _calibration.IsProvisional);

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    public int SavedBytes => ChannelBlock.SavedBytes(_calibration.Floors.Length) + 2 * sizeof(int);

    /// <summary>Writes all it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        room = _block.Save(room);
        MemoryMarshal.Write(room, _isDisturbed ? 1 : 0);
        MemoryMarshal.Write(room[sizeof(int)..], _leftOut);
        return room[(2 * sizeof(int))..];
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved)
    {
        saved = _block.Load(saved);
        _isDisturbed = MemoryMarshal.Read<int>(saved) != 0;
        _leftOut = MemoryMarshal.Read<int>(saved[sizeof(int)..]);
        return saved[(2 * sizeof(int))..];
    }
}
