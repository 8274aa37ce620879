using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Turns a device's scores, in order, into verdicts by a manifest's rule. Sees the past only.</summary>
internal sealed class DecisionState(ManifestDecision rule)
{
    private readonly Queue<float> _recent = new();
    private int _streak;

    public bool IsOpen { get; private set; }

    /// <summary>Whether an event is open after this score.</summary>
    public bool Take(float score)
    {
        _recent.Enqueue(score);
        if (_recent.Count > rule.Smooth)
            _recent.Dequeue();
        var smoothed = _recent.Average();
        _streak = (IsOpen ? smoothed < rule.Clear : smoothed >= 1) ? _streak + 1 : 0;
        if (_streak < (IsOpen ? rule.OffAfter : rule.OnAfter))
            return IsOpen;
        IsOpen = !IsOpen;
        _streak = 0;
        return IsOpen;
    }

    /// <summary>Ends the open event.</summary>
    public void Close() => (IsOpen, _streak) = (false, 0);
}
