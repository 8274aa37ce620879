using EdgeAgent.Pipeline.Detection.Lanes;

namespace EdgeAgent.Control.Status;

/// <summary>A device that no longer sends.</summary>
internal sealed record SilentStatus
{
    /// <summary>How many a source lists.</summary>
    public const int Limit = 16;

    public required string Device { get; init; }
    /// <summary>When it was last heard of.</summary>
    public required DateTimeOffset Last { get; init; }
    /// <summary>How often it used to send, in seconds.</summary>
    public required double EverySeconds { get; init; }

    public static SilentStatus Of(SilentDevice device) => new()
    {
        Device = device.Device, Last = new DateTimeOffset(device.LastTicks, TimeSpan.Zero),
        EverySeconds = Math.Round(TimeSpan.FromTicks(device.EveryTicks).TotalSeconds, 3),
    };
}
