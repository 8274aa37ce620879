namespace EdgeAgent.Pipeline.Formats;

/// <summary>A message as it arrived. Its spans are valid for the call only.</summary>
internal readonly ref struct IncomingMessage
{
    /// <summary>UTF-8; empty: a recording's line without one.</summary>
    public required ReadOnlySpan<byte> Topic { get; init; }
    public required ReadOnlySpan<byte> Payload { get; init; }
    /// <summary>What the sender says that the payload is (MQTT 5 content type), UTF-8; empty: nothing.</summary>
    public ReadOnlySpan<byte> ContentType { get; init; }
    /// <summary>The device whose message it is, UTF-8; empty: topic or payload name it.</summary>
    public ReadOnlySpan<byte> Device { get; init; }
    /// <summary>UTC time of arrival in ticks of 100 ns: event time where the payload has none.</summary>
    public required long ArrivalTicks { get; init; }
    /// <summary>The same by a clock that nobody sets, to measure distances by; where none is given, it is the time of arrival.</summary>
    public long SteadyTicks
    {
        get => field != 0 ? field : ArrivalTicks;
        init;
    }

    /// <summary>The broker stored it from before.</summary>
    public bool IsRetained { get; init; }
    /// <summary>It may have come before.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>The same message with another payload, as what was compressed in it.</summary>
    public IncomingMessage With(ReadOnlySpan<byte> payload) => new()
    {
        Topic = Topic, Payload = payload, ContentType = ContentType, Device = Device, ArrivalTicks = ArrivalTicks,
        SteadyTicks = SteadyTicks, IsRetained = IsRetained, MayRepeat = MayRepeat,
    };
}
