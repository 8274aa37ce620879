using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Decisions;

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

/// <summary>How it is kept through a restart: an open event goes on under its id.</summary>
internal sealed partial class DecisionState
{
    /// <summary>Rises with every new peak.</summary>
    public int PeakChanges { get; private set; }

    public int RecentBytes => _recent.Length > 1 ? sizeof(float) * _recent.Length : 0;

    public void Save(out DecisionSnapshot snapshot, Span<byte> recent)
    {
        snapshot = new DecisionSnapshot
        {
            LastJudgedTicks = _lastJudgedTicks, StartedTicks = StartedTicks, LastAboveTicks = LastAboveTicks,
            ReportedTicks = ReportedTicks, PeakTicks = PeakTicks, Peak = Peak, LastScore = LastScore, IsOpen = IsOpen ? 1 : 0,
            Above = Above, Below = Below, Reports = Reports, RecentCount = _recentCount, RecentNext = _recentNext,
            SameTime = _sameTime, Severity = (int)Severity, Rule = Rule?.Key ?? 0, HasPeak = PeakRecord.IsThere ? 1 : 0,
        };
        if (_recent.Length > 1) MemoryMarshal.AsBytes(_recent.AsSpan()).CopyTo(recent);
    }

    /// <param name="snapshot">What was saved.</param>
    /// <param name="recent">The scores that are smoothed over.</param>
    /// <param name="rules">The detector's rules.</param>
    /// <param name="anomalyId">Gives the id of the anomaly that began at an event time.</param>
    public void Load(in DecisionSnapshot snapshot, ReadOnlySpan<byte> recent, BoundRule[] rules, Func<long, string> anomalyId)
    {
        (_lastJudgedTicks, _sameTime) = (snapshot.LastJudgedTicks, snapshot.SameTime);
        (StartedTicks, LastAboveTicks, ReportedTicks) = (snapshot.StartedTicks, snapshot.LastAboveTicks, snapshot.ReportedTicks);
        (PeakTicks, Peak, LastScore) = (snapshot.PeakTicks, snapshot.Peak, snapshot.LastScore);
        (Above, Below, Reports) = (snapshot.Above, snapshot.Below, snapshot.Reports);
        var key = snapshot.Rule;
        Rule = key == 0 ? null : Array.Find(rules, r => r.Key == key);
        Severity = (Severity)Math.Clamp(snapshot.Severity, (int)Severity.Info, (int)Severity.Critical);
        IsOpen = snapshot.IsOpen != 0;
        AnomalyId = IsOpen ? anomalyId(StartedTicks) : "";
        _recentCount = Math.Clamp(snapshot.RecentCount, 0, _recent.Length);
        _recentNext = Math.Clamp(snapshot.RecentNext, 0, _recent.Length - 1);
        if (_recent.Length > 1) recent[..RecentBytes].CopyTo(MemoryMarshal.AsBytes(_recent.AsSpan()));
    }

    /// <summary>Whether it can have come to be by judgements: what was loaded from a file may be anything, and an event tells of it.</summary>
    public bool IsPossible
    {
        get
        {
            if (Above < 0 || Below < 0 || Reports < 0 || _sameTime < 0) return false;
            if (!float.IsFinite(LastScore) || !Array.TrueForAll(_recent, float.IsFinite) || !PeakRecord.IsPossible) return false;
            // Whatever counts as anomalous has a peak, and an open event has been told of.
            return !IsOpen && Above == 0 || PeakRecord.IsThere && float.IsFinite(Peak) && (!IsOpen || Reports > 0);
        }
    }
}
