namespace EdgeAgent.Replay.Plot;

/// <summary>
/// Which channels of messages are labels, by their names: they belong to whoever looks at a detector's work, and the detector never sees
/// them.
/// </summary>
/// <param name="named">A channel that is a label besides those known by name, and the one that counts; null: none.</param>
internal sealed class LabelNames(string? named = null)
{
    private const string Change = "changepoint";
    private static readonly string[] Stretches = ["anomaly", "label", "is_anomaly", "isanomaly", "attack", "fault", "is_fault"];

    public static LabelNames Usual { get; } = new();

    public string? Named => named;

    /// <summary>Whether the column is a label of any kind.</summary>
    public bool Holds(string column) => IsStretch(column) || IsChange(column) || Stretches.Any(s => Same(s, column));

    /// <summary>Whether it says which readings are anomalous.</summary>
    public bool IsStretch(string column) => named is null ? Stretches.Any(s => Same(s, column)) : Same(named, column);

    /// <summary>Whether it marks single readings at which the course of things changes.</summary>
    public static bool IsChange(string column) => Same(Change, column);

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
