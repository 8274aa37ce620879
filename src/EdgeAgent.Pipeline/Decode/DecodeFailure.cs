namespace EdgeAgent.Pipeline.Decode;

/// <summary>Why a message went to the dead letter.</summary>
internal enum DecodeFailure
{
    None,
    /// <summary>Not well-formed JSON.</summary>
    BadJson,
    /// <summary>Well-formed, but no object at the top.</summary>
    NotAnObject,
    /// <summary>The configured event time is missing or unreadable.</summary>
    BadTime,
    /// <summary>Not one channel with a number.</summary>
    NoChannels,
    /// <summary>More discovered channels than the source may bring.</summary>
    TooManyChannels,
    /// <summary>The device's name is missing where the source says it stands.</summary>
    NoDevice,
    /// <summary>More devices than the source may bring.</summary>
    TooManyDevices,
    /// <summary>Payload above the source's limit.</summary>
    TooLarge,
}
