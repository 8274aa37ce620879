using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>A device whose readings have times in the future.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Source">Its source's.</param>
/// <param name="LeadTicks">By how much they are ahead of this machine's clock.</param>
internal sealed record AheadDevice(string Device, string Source, long LeadTicks);

/// <summary>
/// The devices of one lane whose readings all have times of the future, by minutes or more. They are judged, and their events bear these
/// times. The lane writes, anyone may read.
/// </summary>
internal sealed class AheadDevices
{
    private static readonly long LimitTicks = TimeSpan.FromMinutes(5).Ticks;

    private readonly NamedSome<DeviceTrack, AheadDevice> _ahead = new();

    public int Count => _ahead.Count;

    /// <summary>Some of them.</summary>
    public IReadOnlyList<AheadDevice> Named => _ahead.Named;

    /// <summary>A message has had its place; every 64th is looked at.</summary>
    public void Note(DeviceTrack track)
    {
        ref readonly var offset = ref track.Clock.Offset;
        if (!offset.IsAtTurn) return;
        var isAhead = offset.IsSteady && offset.Most > LimitTicks;
        if (isAhead == track.IsAhead) return;
        Leave(track);
        if (isAhead) Add(track, offset.Most);
    }

    /// <summary>The device leaves.</summary>
    public void Leave(DeviceTrack track)
    {
        if (!track.IsAhead) return;
        track.IsAhead = false;
        _ahead.Remove(track);
    }

    private void Add(DeviceTrack track, long leadTicks)
    {
        track.IsAhead = true;
        _ahead.Add(track, new AheadDevice(track.Device.Name, track.Device.Source, leadTicks));
    }
}
