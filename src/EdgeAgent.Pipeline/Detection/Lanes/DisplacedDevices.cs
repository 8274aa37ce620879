using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>A device of which many readings are left out for their times, or whose clock is set back again and again.</summary>
internal sealed record DisplacedDevice(string Device, string Source, PlacementTrouble Trouble);

/// <summary>
/// The devices of one lane that send and are hardly judged, because their times go to and fro. The lane writes, anyone may read.
/// </summary>
internal sealed class DisplacedDevices
{
    private readonly NamedSome<DeviceTrack, DisplacedDevice> _displaced = new();

    public int Count => _displaced.Count;

    /// <summary>Some of them.</summary>
    public IReadOnlyList<DisplacedDevice> Named => _displaced.Named;

    /// <summary>What place a message had.</summary>
    public void Note(DeviceTrack track, Arrival arrival, long arrivalTicks)
    {
        if (track.Detectors.Length == 0) Leave(track);
        else if (track.Placement.Note(arrival, arrivalTicks)) Changed(track);
    }

    /// <summary>The device leaves.</summary>
    public void Leave(DeviceTrack track)
    {
        Remove(track);
        track.Placement = default;
    }

    private void Changed(DeviceTrack track)
    {
        Remove(track);
        if (track.Placement.Trouble != PlacementTrouble.None) Add(track);
    }

    private void Add(DeviceTrack track)
    {
        _displaced.Add(track, new DisplacedDevice(track.Device.Name, track.Device.Source, track.Placement.Trouble));
        track.IsDisplaced = true;
    }

    private void Remove(DeviceTrack track)
    {
        if (!track.IsDisplaced) return;
        track.IsDisplaced = false;
        _displaced.Remove(track);
    }
}
