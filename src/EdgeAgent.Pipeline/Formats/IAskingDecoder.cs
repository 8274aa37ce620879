namespace EdgeAgent.Pipeline.Formats;

/// <summary>A message that a decoder would like to have published.</summary>
internal readonly record struct SenderRequest(string Topic, byte[] Payload);

/// <summary>A decoder that at times must ask senders for something, to understand what they send.</summary>
internal interface IAskingDecoder
{
    /// <summary>The next message to publish, if there is one. For the source's loop.</summary>
    bool TryTakeRequest(out SenderRequest request);
}
