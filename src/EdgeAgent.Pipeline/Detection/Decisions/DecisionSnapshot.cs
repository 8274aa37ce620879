namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>The numbers of a decision's state, in a form that can be kept.</summary>
internal struct DecisionSnapshot
{
    public long LastJudgedTicks, StartedTicks, LastAboveTicks, ReportedTicks, PeakTicks;
    public float Peak, LastScore;
    public int IsOpen, Above, Below, Reports, RecentCount, RecentNext, SameTime, Severity;
    /// <summary>Tells the rule among those of the detector; 0: none.</summary>
    public uint Rule;
    /// <summary>Whether the peak's readings are there.</summary>
    public int HasPeak;
}
