using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>A device whose readings have times in the future.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Source">Its source's.</param>
/// <param name="LeadTicks">By how much they are ahead of this machine's clock.</param>
internal sealed record AheadDevice(string Device, string Source, long LeadTicks);

/// <summary>Devices of one source that are ahead.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Devices">They, in one lane.</param>
internal sealed record AheadOfSource(string Source, NamedSome<DeviceTrack, AheadDevice> Devices);

/// <summary>
/// The devices of one lane whose readings all have times of the future, by minutes or more. They are judged, and their events bear these
/// times. The lane writes, anyone may read.
/// </summary>
internal sealed class AheadDevices
{
    private static readonly long LimitTicks = TimeSpan.FromMinutes(5).Ticks;

    private volatile AheadOfSource[] _bySource = [];

    /// <summary>Each source has its own names, so that one whose clocks are all ahead does not hide others' devices.</summary>
    public IReadOnlyList<AheadOfSource> BySource => _bySource;

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
        var of = Array.Find(_bySource, s => s.Source == track.Device.Source)!;
        of.Devices.Remove(track);
        if (of.Devices.Count == 0) _bySource = [.. _bySource.Where(s => s != of)];
    }

    private void Add(DeviceTrack track, long leadTicks)
    {
        track.IsAhead = true;
        var source = track.Device.Source;
        var of = Array.Find(_bySource, s => s.Source == source);
        if (of is null) _bySource = [.. _bySource, of = new AheadOfSource(source, new NamedSome<DeviceTrack, AheadDevice>())];
        of.Devices.Add(track, new AheadDevice(track.Device.Name, source, leadTicks));
    }
}
