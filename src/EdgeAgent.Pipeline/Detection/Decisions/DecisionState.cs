using System.Runtime.InteropServices;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>Where one device stands under one detector: the streaks, the open event and its peak. Owned by a lane.</summary>
internal sealed class DecisionState(int smooth)
{
    /// <summary>Commits after which a peak that nothing tells of is given up.</summary>
    private const int PeakIdleLimit = 64;

    /// <summary>Starts that lie no farther apart are of one time of arrival.</summary>
    private const long SameTimeTicks = TimeSpan.TicksPerMillisecond;

    private float[] _recent = new float[smooth];
    private int _recentCount;
    private int _recentNext;
    private long _lastJudgedTicks;
    private int _sameTime;
    private int _peakIdle;

    /// <summary>Whether an event is open.</summary>
    public bool IsOpen { get; private set; }
    /// <summary>Whether the open event's own score reached the threshold: a rule alone tells nothing of the model.</summary>
    public bool IsOpenByScore => IsOpen && Peak >= 1;
    /// <summary>Anomalous judgements in a row.</summary>
    public int Above { get; private set; }
    /// <summary>Clear judgements in a row while an event is open.</summary>
    public int Below { get; private set; }
    /// <summary>Event time of the first anomalous judgement of the streak or event.</summary>
    public long StartedTicks { get; private set; }
    /// <summary>Event time of the last anomalous judgement.</summary>
    public long LastAboveTicks { get; private set; }
    /// <summary>Event time of the last report of the open event.</summary>
    public long ReportedTicks { get; set; }
    public float Peak { get; private set; }
    public long PeakTicks { get; private set; }
    public Severity Severity { get; private set; }
    /// <summary>The rule that set the severity; null: the threshold alone.</summary>
    public BoundRule? Rule { get; private set; }
    /// <summary>Shared by all reports of the open event.</summary>
    public string AnomalyId { get; private set; } = "";
    /// <summary>Reports of the open event so far.</summary>
    public int Reports { get; set; }

    /// <summary>All that is told of the peak.</summary>
    public PeakRecord PeakRecord { get; } = new();

    /// <summary>How many judgements of this very event time came before: sensors may send several readings with one time.</summary>
    public int CountSameTime(long timeTicks)
    {
        _sameTime = timeTicks == _lastJudgedTicks ? _sameTime + 1 : 0;
        _lastJudgedTicks = timeTicks;
        return _sameTime;
    }

    /// <summary>The score that was decided on last.</summary>
    public float LastScore { get; private set; }

    /// <summary>The mean of the last scores, as many as the detector smooths over.</summary>
    public float Smooth(float score) => LastScore = _recent.Length == 1 ? score : Mean(score);

    private float Mean(float score)
    {
        _recent[_recentNext] = score;
        _recentNext = (_recentNext + 1) % _recent.Length;
        _recentCount = Math.Min(_recentCount + 1, _recent.Length);
        var sum = 0f;
        for (var i = 0; i < _recentCount; i++)
            sum += _recent[i];
        return sum / _recentCount;
    }

    /// <summary>Counts a judgement into the streaks. True: they are long enough to open an event, or to close the open one.</summary>
    /// <param name="score">Its smoothed score.</param>
    /// <param name="isAnomalous">Whether the score is at the threshold or above it, or a rule holds.</param>
    /// <param name="settings">How long a streak must be.</param>
    public bool Count(float score, bool isAnomalous, DecisionSettings settings)
    {
        if (isAnomalous)
        {
            Above++;
            Below = 0;
            return !IsOpen && Above >= settings.OnAfter;
        }
        if (!IsOpen)
        {
            Above = 0;
            return false;
        }
        // Between the clear level and the threshold an event neither ends nor begins: that is the hysteresis.
        Below = score < settings.Clear ? Below + 1 : 0;
        return Below >= settings.OffAfter;
    }

    /// <summary>Decides by the score alone, without rules and times, and gives whether an event is open after it.</summary>
    public bool Decide(float score, DecisionSettings settings)
    {
        var smoothed = Smooth(score);
        if (!Count(smoothed, smoothed >= 1, settings)) return IsOpen;
        if (IsOpen) Close();
        else Open(anomalyId: "");
        return IsOpen;
    }

    /// <summary>Takes note of an anomalous judgement that is not counted yet, and of what led to it when it is the worst so far.</summary>
    /// <param name="judgement">What was judged.</param>
    /// <param name="score">Its smoothed score.</param>
    /// <param name="rule">The strongest rule that holds.</param>
    /// <param name="usual">How bad the score alone makes it.</param>
    /// <returns>Whether it raised the severity.</returns>
    public bool Raise(in Judgement judgement, float score, BoundRule? rule, Severity usual)
    {
        if (!IsOpen && Above == 0) Begin(judgement.TimeTicks, usual);
        var isWorse = usual > Severity;
        if (isWorse) (Severity, Rule) = (usual, null);
        LastAboveTicks = judgement.TimeTicks;
        if (score > Peak || PeakTicks == 0) TakePeak(judgement, score);
        if (rule is null || (rule.Severity <= Severity && Rule is not null)) return isWorse;
        var isHigher = rule.Severity > Severity;
        Rule = rule;
        Severity = isHigher ? rule.Severity : Severity;
        return isWorse || isHigher;
    }

    public void Open(string anomalyId)
    {
        IsOpen = true;
        AnomalyId = anomalyId;
        Reports = 0;
        Below = 0;
    }

    public void Close()
    {
        IsOpen = false;
        Above = 0;
        Below = 0;
    }

    /// <summary>The judgements before have nothing to do with the next one.</summary>
    public void BreakStreak()
    {
        Above = 0;
        Below = 0;
        _recentCount = 0;
        _recentNext = 0;
    }

    /// <summary>
    /// Gives up the peak when no report can tell of it any more, with its memory; not at once, for a device that comes near its threshold
    /// now and then would need it again. To be called with every commit.
    /// </summary>
    public void ForgetPeak()
    {
        if (IsOpen || Above > 0 || !PeakRecord.IsThere)
        {
            _peakIdle = 0;
        }
        else if (++_peakIdle >= PeakIdleLimit)
        {
            PeakRecord.Clear();
            PeakChanges++;
        }
    }

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
    /// <remarks>The scores may be more or fewer than are smoothed over now: the newest count.</remarks>
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
        // Without smoothing none was kept.
        ReadOnlySpan<float> scores = recent.IsEmpty ? [0] : MemoryMarshal.Cast<byte, float>(recent);
        TakeRecent(scores, Math.Clamp(snapshot.RecentCount, 0, scores.Length), Math.Clamp(snapshot.RecentNext, 0, scores.Length - 1));
    }

    /// <summary>Goes on under other settings: the newest scores stay, and the rule that decided is the one of its name.</summary>
    public void Continue(int smooth, BoundRule[] rules)
    {
        if (Rule is { } rule) Rule = Array.Find(rules, r => r.Key == rule.Key) ?? rule;
        if (smooth == _recent.Length) return;
        var (before, count, next) = (_recent, _recentCount, _recentNext);
        _recent = new float[smooth];
        TakeRecent(before, count, next);
    }

    /// <param name="scores">A ring of scores.</param>
    /// <param name="count">How many of them there are.</param>
    /// <param name="next">Where the next one would have its place.</param>
    private void TakeRecent(ReadOnlySpan<float> scores, int count, int next)
    {
        if (_recent.Length == 1)
        {
            // One score is not kept: it would be an old one when more are smoothed over again.
            (_recentCount, _recentNext) = (0, 0);
            return;
        }
        if (scores.Length == _recent.Length)
        {
            // As they were: in another order their sum might differ by a rounding, and with it an event.
            scores.CopyTo(_recent);
            (_recentCount, _recentNext) = (count, next);
            return;
        }
        _recentCount = Math.Min(count, _recent.Length);
        for (var i = 0; i < _recentCount; i++)
            _recent[i] = scores[(next - _recentCount + i + scores.Length) % scores.Length];
        _recentNext = _recentCount % _recent.Length;
    }

    /// <summary>
    /// Whether it can have come to be by judgements: what was loaded from a file may be anything, and an event tells of it.
    /// </summary>
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

    private void Begin(long timeTicks, Severity usual)
    {
        // Readings that came at once have one time, and an anomaly's id is made of its start: two of them never have the same.
        StartedTicks = StartedTicks - timeTicks is >= 0 and < SameTimeTicks ? StartedTicks + 1 : timeTicks;
        Severity = usual;
        Rule = null;
        Peak = float.NegativeInfinity;
        PeakTicks = 0;
    }

    private void TakePeak(in Judgement judgement, float score)
    {
        Peak = score;
        PeakTicks = judgement.TimeTicks;
        PeakChanges++;
        PeakRecord.Take(judgement);
    }
}
