using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>
/// Watches blocks under an open event: when the channels have been as steady as ever for long enough, only somewhere else,
/// that is no fault any more but how the machine is run now. One owner at a time.
/// </summary>
public sealed class NewNormal(ManifestRenewal settings, ChannelCalibration calibration)
{
    /// <summary>A block's spread may be this many times the calibrated one, or that part of it: a sensor that is stuck has none.</summary>
    private const float SpreadFactor = 2;

    /// <summary>A spread that is its floor, but for rounding, is that of what stood still while it was learned.</summary>
    private const float StillSpread = 1.001f;

    /// <summary>All readings of the open event, where that is adopted at last.</summary>
    private readonly ChannelBlock _all = settings.AdoptAtLast > 0 ? new ChannelBlock(calibration.Floors.Length) : default;
    private long _readings;

    /// <summary>Whether what is adopted has been steady for as long as is asked for; otherwise it has only been there for long.</summary>
    public bool IsSteady => _readings >= settings.AdoptAfter;

    /// <summary>All readings of the open event but for those in which the sensor stood still.</summary>
    public ChannelBlock All => _all;

    /// <summary>The last steady blocks.</summary>
    public BlockRing Blocks { get; } = new(settings.Blocks, calibration.Floors.Length);

    /// <summary>Takes a full block; true when what it stands for is the new normal.</summary>
    /// <param name="block">The readings.</param>
    /// <param name="isWhole">The event was open through all of it.</param>
    public bool Take(ChannelBlock block, bool isWhole)
    {
        if (settings.AdoptAfter == 0) return false;
        if (!isWhole || !HasUsualSpread(block))
        {
            Clear();
            return false;
        }
        if (Blocks.Count > 0 && HasMoved(Blocks[Blocks.Count - 1], block)) ClearSteady();
        Blocks.Push(block);
        _readings += block.Count;
        if (AdoptsAtLast) _all.Merge(block);
        return IsSteady || (AdoptsAtLast && _all.Count >= settings.AdoptAtLast);
    }

    public void Clear()
    {
        ClearSteady();
        if (AdoptsAtLast) _all.Clear();
    }

    /// <summary>Whether it can have come to be by readings: what was loaded from a file may be anything.</summary>
    public bool IsPossible => Blocks.IsPossible && (!AdoptsAtLast || _all.IsPossible);

    private bool AdoptsAtLast => settings.AdoptAtLast > 0;

    private void ClearSteady()
    {
        Blocks.Clear();
        _readings = 0;
    }

    /// <summary>Bytes that <see cref="Save"/> writes.</summary>
    /// <param name="withAll">Whether all readings of an event are among them.</param>
    public int SavedBytes(bool withAll) =>
        sizeof(int) + Blocks.SavedBytes + (withAll && AdoptsAtLast ? ChannelBlock.SavedBytes(calibration.Floors.Length) : 0);

    /// <summary>Writes what it knows, and gives what is left of the room.</summary>
    public Span<byte> Save(Span<byte> room)
    {
        MemoryMarshal.Write(room, (int)Math.Min(_readings, int.MaxValue));
        room = Blocks.Save(room[sizeof(int)..]);
        return AdoptsAtLast ? _all.Save(room) : room;
    }

    /// <summary>Takes back what was saved, and gives what is left of it.</summary>
    /// <param name="saved">What was written.</param>
    /// <param name="withAll">Whether all readings of an event are among them.</param>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> saved, bool withAll)
    {
        _readings = Math.Max(0, MemoryMarshal.Read<int>(saved));
        saved = Blocks.Load(saved[sizeof(int)..]);
        return withAll && AdoptsAtLast ? _all.Load(saved) : saved;
    }

    private bool HasUsualSpread(ChannelBlock block)
    {
        foreach (var c in calibration.Momentary)
        {
            if (calibration.IsOfWindows)
            {
                // Blocks may be far shorter than what a device does in turn, so all that they tell is that something moves at all.
                if (block.Squares(c) == 0 && calibration.Spread(c) > StillSpread * calibration.Floor(c, block.Mean(c))) return false;
                continue;
            }
            var ratio = Math.Max(calibration.Wander(c) * block.Spread(c), calibration.Floor(c, block.Mean(c))) / calibration.Spread(c);
            if (ratio is > SpreadFactor or < 1 / SpreadFactor) return false;
        }
        return true;
    }

    /// <summary>How far a block's mean may lie from that of the one before.</summary>
    private double Reach(ChannelBlock before, ChannelBlock block, int c) => !calibration.IsOfWindows ? calibration.Spread(c)
        : Math.Max(Math.Max(before.Spread(c), block.Spread(c)), calibration.Floor(c, block.Mean(c)));

    private bool HasMoved(ChannelBlock before, ChannelBlock block)
    {
        foreach (var c in calibration.Momentary)
            if (Math.Abs(block.Mean(c) - before.Mean(c)) > Reach(before, block, c))
                return true;
        return false;
    }
}
