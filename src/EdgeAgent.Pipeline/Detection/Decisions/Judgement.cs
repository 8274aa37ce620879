using EdgeAgent.Pipeline.Detection.Windows;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>One judged window with all that a decision may look at. The spans are good for the call only.</summary>
internal readonly ref struct Judgement
{
    public required DetectorTrack Track { get; init; }
    /// <summary>Event time of the window's newest reading.</summary>
    public required long TimeTicks { get; init; }
    /// <summary>Place of the message in its batch.</summary>
    public required int MessageIndex { get; init; }
    /// <summary>1.0 is the threshold.</summary>
    public required float Score { get; init; }
    /// <summary>The model's number from which the score was made.</summary>
    public float Raw { get; init; }
    /// <summary>What the model saw.</summary>
    public required ReadOnlySpan<float> Input { get; init; }
    /// <summary>Where features are calibrated, these before their calibration; otherwise empty.</summary>
    public ReadOnlySpan<float> Measured { get; init; }
    /// <summary>What the model gave.</summary>
    public required ReadOnlySpan<float> Output { get; init; }
    /// <summary>The newest reading: the model's channels in its order.</summary>
    public required ReadOnlySpan<float> ModelValues { get; init; }
    /// <summary>The newest reading: all channels of the source.</summary>
    public required ReadOnlySpan<float> Values { get; init; }
}
