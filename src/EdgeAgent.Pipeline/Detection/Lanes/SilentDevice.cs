using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>A device that no longer sends, to be shown. A copy; free for all threads.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Source">The source that brought it.</param>
/// <param name="LastTicks">When it was last heard of, UTC by the wall clock.</param>
/// <param name="EveryTicks">How often it used to send.</param>
internal sealed record SilentDevice(string Device, string Source, long LastTicks, long EveryTicks)
{
    /// <summary>The device, if it is silent. To be called on its lane.</summary>
    /// <param name="track">The device.</param>
    /// <param name="nowTicks">The time.</param>
    /// <param name="limit">Silence that is allowed; null: by what is usual for it.</param>
    public static SilentDevice? Of(DeviceTrack track, long nowTicks, TimeSpan? limit) => track.Rhythm.SilentTicks(nowTicks, limit) == 0
        ? null : new SilentDevice(track.Device.Name, track.Device.Source, track.Rhythm.LastTicks, track.Rhythm.MeanTicks);
}
