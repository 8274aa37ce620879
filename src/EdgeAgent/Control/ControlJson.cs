using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeAgent.Cli;
using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Events;

namespace EdgeAgent.Control;

/// <summary>A wish that a device be learned anew, by one detector or by all.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CalibrationReset(string Device, string? Detector = null);

/// <summary>A wish that owed events be given up: of one severity or all, and at least so old.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record OutboxPurge(string? Severity, double OlderThanSeconds)
{
    [JsonIgnore]
    public TimeSpan Age => TimeSpan.FromSeconds(Math.Clamp(OlderThanSeconds, 0, TimeSpan.MaxValue.TotalSeconds / 2));

    [JsonIgnore]
    public Severity? Only => Severity is null ? null : Enum.Parse<Severity>(Severity, ignoreCase: true);
}

/// <summary>The JSON of the control plane, for the agent and for the commands that ask it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(IReadOnlyList<CalibrationView>))]
[JsonSerializable(typeof(CalibrationReset))]
[JsonSerializable(typeof(OutboxPurge))]
internal sealed partial class ControlJson : JsonSerializerContext
{
    /// <summary>Topics and units as they are: it is never put into a web page.</summary>
    public static ControlJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = ReadableJsonEncoder.Instance,
    });
}
