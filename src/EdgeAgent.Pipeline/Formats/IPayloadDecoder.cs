namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Turns a payload into readings, without allocating once it has seen what its source sends. Belongs to the source's loop.
/// </summary>
internal interface IPayloadDecoder
{
    /// <summary>The channels that the readings are made of.</summary>
    ChannelTable Channels { get; }

    /// <summary>Whether payloads name their devices; otherwise readings are of the device that the topic names.</summary>
    bool NamesDevices { get; }

    /// <summary>
    /// Writes the readings of one payload: for each device in it <see cref="DecodedRows.BeginDevice"/>, then its readings from the
    /// oldest to the newest. Without a device of its own, readings belong to the device that the message came from.
    /// </summary>
    /// <param name="payload">The payload as it arrived.</param>
    /// <param name="arrivalTicks">UTC time of arrival, in ticks of 100 ns: event time where the payload has none.</param>
    /// <param name="rows">Empty; after a failure its content means nothing.</param>
    DecodeFailure Decode(ReadOnlySpan<byte> payload, long arrivalTicks, DecodedRows rows);
}
