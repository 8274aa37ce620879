namespace EdgeAgent.Modeling.Commands;

/// <summary>What a user asks of <c>fit</c>.</summary>
/// <param name="Data">Folder of recordings.</param>
/// <param name="Out">Folder of the bundle.</param>
/// <param name="Normal">Patterns of recordings without a fault.</param>
/// <param name="Train">Patterns of recordings whose calibration part is learned from.</param>
/// <param name="Channels">Columns to use, or null for all.</param>
/// <param name="Units">Unit by channel.</param>
/// <param name="Notes">Free lines for manifest and card.</param>
/// <param name="Seed">Decides everything random.</param>
/// <param name="Spread">How many further seeds are fitted for comparison.</param>
internal sealed record FitRequest(
    string Data,
    string Out,
    string[] Normal,
    string[] Train,
    string[]? Channels,
    Dictionary<string, string> Units,
    Dictionary<string, string> Notes,
    ulong Seed,
    int Spread);
