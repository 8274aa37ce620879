using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Modeling.Evaluation;

/// <summary>Turns a device's scores, in order, into verdicts by a manifest's rule. Sees the past only.</summary>
internal sealed class DecisionState(ManifestDecision rule)
{
    private readonly Queue<float> _recent = new();
    private bool _isOpen;
    private int _streak;

    /// <summary>Whether an event is open after this score.</summary>
    public bool Take(float score)
    {
        _recent.Enqueue(score);
        if (_recent.Count > rule.Smooth)
            _recent.Dequeue();
        var smoothed = _recent.Average();
        _streak = (_isOpen ? smoothed < rule.Clear : smoothed >= 1) ? _streak + 1 : 0;
        if (_streak < (_isOpen ? rule.OffAfter : rule.OnAfter))
            return _isOpen;
        _isOpen = !_isOpen;
        _streak = 0;
        return _isOpen;
    }
}
