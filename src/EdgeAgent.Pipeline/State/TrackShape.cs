using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.State;

/// <summary>How many bytes a track's state takes, by parts: fixed for a detector.</summary>
/// <param name="Channels">Channels of a reading.</param>
/// <param name="Length">Readings in a window.</param>
/// <param name="HotBytes">What changes with every reading, but for the readings themselves.</param>
/// <param name="ColdBytes">What changes now and then: calibration and peak.</param>
internal readonly record struct TrackShape(int Channels, int Length, int HotBytes, int ColdBytes)
{
    private const int BytesLimit = 1 << 28;

    public int RowBytes => sizeof(float) * Channels;

    public static TrackShape Of(DetectorTrack track) => new(
        track.LastValues.Length, track.Window.Length, TrackCodec.HotBytes(track), TrackCodec.ColdBytes(track));

    /// <summary>Whether it can be one at all: what was read from a file may be anything.</summary>
    public bool IsPossible => Channels is > 0 and <= 1 << 16 && Length is > 0 and <= 1 << 16
        && HotBytes >= TrackCodec.HeadBytes && ColdBytes >= 0
        && 2L * HotBytes + 2L * ColdBytes + 2L * Length * RowBytes <= BytesLimit;
}
