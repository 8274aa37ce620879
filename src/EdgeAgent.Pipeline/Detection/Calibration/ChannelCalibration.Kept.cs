namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>Another calibration for a try.</summary>
public sealed partial class ChannelCalibration
{
    /// <summary>Numbers that <see cref="Keep"/> writes.</summary>
    public int KeptNumbers => 2 * _center.Length;

    /// <summary>Writes what readings are held against, and gives on how many it rests, for <see cref="PutBack"/>.</summary>
    public int Keep(Span<float> kept)
    {
        _center.CopyTo(kept);
        _inverseSpread.CopyTo(kept[_center.Length..]);
        return Count;
    }

    /// <summary>Brings back what was kept: blocks alone do not tell it, for some may have been left out, and a spread may be older.</summary>
    /// <param name="kept">What <see cref="Keep"/> wrote.</param>
    /// <param name="count">What it gave.</param>
    public void PutBack(ReadOnlySpan<float> kept, int count)
    {
        kept[.._center.Length].CopyTo(_center);
        kept.Slice(_center.Length, _center.Length).CopyTo(_inverseSpread);
        Count = count;
        Changes++;
    }
}
