using EdgeAgent.Pipeline.Gpio;

namespace EdgeAgent.Control.Status;

/// <summary>The lines between the agent and the plant.</summary>
internal sealed record GpioStatus
{
    public required IReadOnlyList<OutputStatus> Outputs { get; init; }
    public required IReadOnlyList<GateStatus> Gates { get; init; }

    public static GpioStatus? Of(GpioLines lines) => lines.Outputs.Count + lines.GateLines.Count == 0 ? null : new GpioStatus
    {
        Outputs = [.. lines.Outputs.Select(o => new OutputStatus
        {
            Line = o.Line.Choice.ToString(),
            Address = o.Line.Address?.ToString(),
            Ready = o.Line.IsHeld,
            Trouble = o.Line.Trouble,
            High = o.Level,
            Anomalies = lines.AnomaliesOf(o),
        })],
        Gates = [.. lines.GateLines.Select(g => new GateStatus
        {
            Name = g.Options.Name,
            Line = g.Line.Choice.ToString(),
            Address = g.Line.Address?.ToString(),
            Ready = g.Line.IsHeld,
            Trouble = g.Line.Trouble,
            Open = g.IsOpen,
            Since = g.Since,
            Closings = g.Closings,
        })],
    };
}

/// <summary>An output that shows alarms.</summary>
internal sealed record OutputStatus
{
    /// <summary>As the configuration names it.</summary>
    public required string Line { get; init; }
    /// <summary>Chip and offset; absent until it was had.</summary>
    public string? Address { get; init; }
    /// <summary>Whether the agent holds the line.</summary>
    public required bool Ready { get; init; }
    public string? Trouble { get; init; }
    /// <summary>The level that it should be at.</summary>
    public required bool High { get; init; }
    /// <summary>How many anomalies want it.</summary>
    public required int Anomalies { get; init; }
}

/// <summary>A gate.</summary>
internal sealed record GateStatus
{
    public required string Name { get; init; }
    public required string Line { get; init; }
    public string? Address { get; init; }
    public required bool Ready { get; init; }
    public string? Trouble { get; init; }
    public required bool Open { get; init; }
    /// <summary>When it last opened or closed; absent: not since the start.</summary>
    public DateTimeOffset? Since { get; init; }
    public required long Closings { get; init; }
}
