namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Turns a payload into readings, without allocating once it has seen what its source sends. Belongs to the source's loop.
/// </summary>
internal interface IPayloadDecoder
{
    /// <summary>Whether payloads name their devices; otherwise readings are of the device that the topic names.</summary>
    bool NamesDevices { get; }

    /// <summary>The same of the payloads of one topic.</summary>
    bool NamesDevicesOf(ReadOnlySpan<byte> topic) => NamesDevices;

    /// <summary>
    /// Writes the readings of one payload, of any number of devices and in any order; <see cref="DecodedRows.Finish"/>, which its
    /// caller calls, brings them into order.
    /// </summary>
    /// <param name="message">The message as it arrived.</param>
    /// <param name="rows">Empty; after a failure its content means nothing.</param>
    DecodeFailure Decode(in IncomingMessage message, DecodedRows rows);
}
