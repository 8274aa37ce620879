using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Windows;

/// <summary>All that a lane knows of one device: its clock and, for each detector of its source, a track.</summary>
internal sealed class DeviceTrack(Device device, DetectorTrack[] detectors)
{
    public Device Device { get; } = device;
    public DeviceClock Clock { get; } = new();
    /// <summary>When its messages come.</summary>
    public ArrivalRhythm Rhythm;
    public DetectorTrack[] Detectors { get; set; } = detectors;
    /// <summary>Messages that are put aside until more agree with their times; null: none.</summary>
    public RowBatch? Held { get; set; }
    /// <summary>Messages in a row that no detector took for want of channels, and UTC ticks of the first one's arrival.</summary>
    public int NotTaken { get; set; }
    public long NotTakenSince { get; set; }
    /// <summary>Whether a detector took its last reading.</summary>
    public bool IsTaken { get; set; }
    /// <summary>Whether it is listed as not judged.</summary>
    public bool IsUnjudged { get; set; }
    /// <summary>How many of its last messages had no place.</summary>
    public PlacementShare Placement;
    /// <summary>Whether it is listed as one whose times go to and fro.</summary>
    public bool IsDisplaced { get; set; }
    /// <summary>Whether it is listed as one whose times are ahead.</summary>
    public bool IsAhead { get; set; }
    /// <summary>Whether a reading of the batch in hand has changed it.</summary>
    public bool IsTouched { get; set; }
}
