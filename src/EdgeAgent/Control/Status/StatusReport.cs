using EdgeAgent.Pipeline;

namespace EdgeAgent.Control.Status;

/// <summary>
/// What the agent says of itself when it is asked: <c>GET /status</c>, <c>edgeagent status --json</c>. Fields are only ever added.
/// </summary>
internal sealed record StatusReport
{
    public required string Site { get; init; }
    public required string Agent { get; init; }
    public required string Version { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required double UptimeSeconds { get; init; }
    public required ConfigurationStatus Configuration { get; init; }
    /// <summary><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</summary>
    public required string Health { get; init; }
    public required IReadOnlyList<string> Troubles { get; init; }
    /// <summary>The same, with what helps apart.</summary>
    public IReadOnlyList<TroubleStatus>? TroubleList { get; init; }
    public required IReadOnlyList<SourceStatus> Sources { get; init; }
    public required IReadOnlyList<DetectorStatus> Detectors { get; init; }
    /// <summary>Devices that send and are judged by no detector.</summary>
    public int DevicesNotJudged { get; init; }
    /// <summary>Some of them, and why.</summary>
    public IReadOnlyList<UnjudgedStatus>? NotJudged { get; init; }
    /// <summary>How many anomalies are open; absent when a lane did not answer.</summary>
    public int? OpenCount { get; init; }
    /// <summary>Those silent for longest, so many that the answer stays small.</summary>
    public IReadOnlyList<OpenAnomalyStatus>? OpenAnomalies { get; init; }
    /// <summary>Absent when no line is configured.</summary>
    public GpioStatus? Gpio { get; init; }
    public required OutboxStatus Outbox { get; init; }
    public required LinkStatus Link { get; init; }
    public required TrafficStatus Traffic { get; init; }
    public required BooksStatus Books { get; init; }
    public required long ResidentBytes { get; init; }
    /// <summary>Lines that were left out of the log since the start.</summary>
    public long LogLinesDropped { get; init; }
}

/// <summary>Which configuration runs, and whether the one on disk was refused.</summary>
internal sealed record ConfigurationStatus
{
    public required string Path { get; init; }
    /// <summary>When the one that runs was taken over.</summary>
    public required DateTimeOffset Taken { get; init; }
    /// <summary>When a later one was refused; absent: none was.</summary>
    public DateTimeOffset? Refused { get; init; }
    /// <summary>Why, in a line; the log has all of it.</summary>
    public string? Reason { get; init; }
}

/// <summary>One source.</summary>
internal sealed record SourceStatus
{
    public required string Name { get; init; }
    public required string Url { get; init; }
    public required IReadOnlyList<string> Topics { get; init; }
    /// <summary>Agents that share the devices; absent where the source is not shared.</summary>
    public IReadOnlyList<string>? Members { get; init; }
    public required bool Connected { get; init; }
    /// <summary>When the connection came or went; absent if there was none yet.</summary>
    public DateTimeOffset? Since { get; init; }
    public string? Trouble { get; init; }
    public required long Connections { get; init; }
    /// <summary>Sessions that the broker did not keep while the agent was away: readings were lost.</summary>
    public long SessionsLost { get; init; }
    public required int Devices { get; init; }
    /// <summary>Devices that made room for new ones, and channels that did.</summary>
    public long DevicesLeft { get; init; }
    public long ChannelsLeft { get; init; }
    public required long Received { get; init; }
    /// <summary>Messages a second over the last minute.</summary>
    public required double PerSecond { get; init; }
    public required long BytesIn { get; init; }
    /// <summary>Messages that were not used, and why.</summary>
    public MessagesStatus? Messages { get; init; }
    /// <summary>When the last message came, usable or not; absent: none has since the start.</summary>
    public DateTimeOffset? LastReceived { get; init; }
    /// <summary>Devices that no longer send as they used to.</summary>
    public int DevicesSilent { get; init; }
    /// <summary>Some of them, those silent longest first.</summary>
    public IReadOnlyList<SilentStatus> Silent { get; init; } = [];
    /// <summary>Readings without a usable time that got that of their arrival, where the source has it so.</summary>
    public long TimesOfArrival { get; init; }
    /// <summary>What edge nodes let be noticed; absent: nothing, or none sends Sparkplug.</summary>
    public SparkplugStatus? Sparkplug { get; init; }
    /// <summary>Topics that nothing has come on since the source began; absent: something came on all.</summary>
    public IReadOnlyList<string>? UnmatchedTopics { get; init; }
}

/// <summary>One detector; out of service when its model cannot be used.</summary>
internal sealed record DetectorStatus
{
    public required string Name { get; init; }
    public required string Source { get; init; }
    public required string Model { get; init; }
    public string? Version { get; init; }
    public required bool InService { get; init; }
    /// <summary>Devices learned and judged; absent when a lane did not answer.</summary>
    public int? DevicesCalibrated { get; init; }
    /// <summary>Devices that are judged by their first readings, and still learned.</summary>
    public int? DevicesProvisional { get; init; }
    /// <summary>Devices that are not judged yet.</summary>
    public int? DevicesLearning { get; init; }
    /// <summary>Devices whose last reading was not taken: it lacks channels, or leaves a choice.</summary>
    public int? DevicesLacking { get; init; }
    /// <summary>Devices so much quieter than those that the model was made from that small faults are not seen.</summary>
    public int? DevicesQuiet { get; init; }
    public required long Judged { get; init; }
    /// <summary>Windows of which the model made something that is not a number.</summary>
    public long NotANumber { get; init; }
    /// <summary>The gate that its readings wait at; absent: none.</summary>
    public string? Gate { get; init; }
    /// <summary>Events opened, updated and closed.</summary>
    public required long Events { get; init; }
}

/// <summary>What is owed, and what keeping it costs.</summary>
internal sealed record OutboxStatus
{
    public required long Owed { get; init; }
    /// <summary>Bytes of what is owed; absent when the outbox did not answer.</summary>
    public long? Bytes { get; init; }
    public required long LimitBytes { get; init; }
    /// <summary>When the oldest event that is owed was made.</summary>
    public DateTimeOffset? Oldest { get; init; }
    public required long DroppedFull { get; init; }
    public required long DroppedExpired { get; init; }
    public required long DroppedRefused { get; init; }
    public long DroppedDamaged { get; init; }
    public long DroppedPurged { get; init; }
    /// <summary>Bytes of the store's files, as of the last commit.</summary>
    public long FileBytes { get; init; }
    /// <summary>Whether new events wait because the outbox is full and may not drop.</summary>
    public bool Full { get; init; }
    public required long WrittenBytes { get; init; }
    public required long WrittenTodayBytes { get; init; }
    public required bool DiskRefuses { get; init; }
}

/// <summary>The link upstream.</summary>
internal sealed record LinkStatus
{
    public required string Url { get; init; }
    public required bool Connected { get; init; }
    public DateTimeOffset? Since { get; init; }
    /// <summary>Why there is no connection.</summary>
    public string? Trouble { get; init; }
    /// <summary>Why a connection failed or ended last, and when.</summary>
    public string? LastTrouble { get; init; }
    public DateTimeOffset? LastTroubleTime { get; init; }
    public required long Connections { get; init; }
    public required long Failures { get; init; }
    public required long Published { get; init; }
}

/// <summary>What came in and what went out for it, on the wire, since the start.</summary>
internal sealed record TrafficStatus
{
    public required long ReceivedBytes { get; init; }
    /// <summary>Bytes of the packets that carried events, repeats included.</summary>
    public required long ForwardedBytes { get; init; }
    /// <summary>Forwarded for each byte received; absent: nothing was received.</summary>
    public double? Share => ReceivedBytes > 0 ? Math.Round((double)ForwardedBytes / ReceivedBytes, 5) : null;

    public static TrafficStatus Of(AgentPipeline pipeline) => new()
    {
        ReceivedBytes = pipeline.Sources.Sum(s => s.Counters.BytesIn),
        ForwardedBytes = pipeline.Upstream.Counters.BytesOut,
    };
}

/// <summary>Every message and every event accounted for.</summary>
internal sealed record BooksStatus
{
    public required long Received { get; init; }
    public required long Windowed { get; init; }
    public required long Filtered { get; init; }
    public required long DeadLettered { get; init; }
    public required long Shed { get; init; }
    public required long InFlight { get; init; }
    public required long Events { get; init; }
    public required long Delivered { get; init; }
    public required long Owed { get; init; }
    public required long Dropped { get; init; }
    /// <summary>False: something was lost or counted twice, and it is a fault of the agent.</summary>
    public required bool Balanced { get; init; }
}
