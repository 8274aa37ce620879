namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>What the sensor's own steps tell.</summary>
public sealed partial class ChannelCalibration
{
    /// <summary>Notes how finely the sensor tells values apart; the readings themselves are learned later, as a block.</summary>
    public void LearnSteps(ReadOnlySpan<float> values)
    {
        if (_steps is null) return;
        _steps.Learn(values);
        Changes++;
    }

    /// <summary>Behind what it learned, a channel that has not moved yet shows its step, and so its spread, by its first change.</summary>
    public void LearnFirstStep(ReadOnlySpan<float> values)
    {
        if (!IsComplete || _steps is null) return;
        var before = _steps.KindChanges;
        var isOther = _steps.LearnFirst(values);
        if (isOther) Measure(Blocks, keepsSpread: false, widening: 1);
        // What leads to another kind is kept as well: it might have to be seen again otherwise.
        if (isOther || _steps.KindChanges != before) Changes++;
    }
}
