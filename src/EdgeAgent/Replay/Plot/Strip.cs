namespace EdgeAgent.Replay.Plot;

/// <summary>One strip of a picture: a line over time with an axis of its own.</summary>
internal sealed record Strip
{
    public required string Title { get; init; }
    public string Unit { get; init; } = "";
    public required ValueRow Row { get; init; }
    public required StripScale Scale { get; init; }
    public required double Height { get; init; }
    /// <summary>Distance of its upper edge from the upper edge of the drawing area.</summary>
    public required double Top { get; init; }
    /// <summary>The band of normal values; null: not known, or a score.</summary>
    public (double Mean, double Spread)? Normal { get; init; }

    public bool IsScore => Scale is ScoreScale;

    public double Y(double value) => Top + (1 - Scale.Place(value)) * Height;
}
