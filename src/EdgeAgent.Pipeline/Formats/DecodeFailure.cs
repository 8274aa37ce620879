namespace EdgeAgent.Pipeline.Formats;

/// <summary>Why a message went to the dead letter.</summary>
internal enum DecodeFailure
{
    None,
    /// <summary>Not well-formed JSON.</summary>
    BadJson,
    /// <summary>Well-formed, but no object at the top.</summary>
    NotAnObject,
    /// <summary>The configured event time is in no form that is known.</summary>
    BadTime,
    /// <summary>The configured event time is missing, null or 0.</summary>
    NoTime,
    /// <summary>The configured event time cannot be: near 1970, as a counter or a clock that was never set, or years ahead.</summary>
    ImpossibleTime,
    /// <summary>Not one channel with a number.</summary>
    NoChannels,
    /// <summary>No channel with a number, and texts where numbers might be.</summary>
    OnlyTexts,
    /// <summary>The row does not say which channel its value is of.</summary>
    NoChannelName,
    /// <summary>Nothing in it, or white space alone.</summary>
    Empty,
    /// <summary>Nothing but arrays of samples, and the source says no <c>sample_rate</c>.</summary>
    BlockWithoutRate,
    /// <summary>Arrays of samples, and the rate is missing where the source says it stands, or is none from 0.001 Hz to 10 MHz.</summary>
    BadSampleRate,
    /// <summary>An array of samples is empty.</summary>
    BlockEmpty,
    /// <summary>An array of samples holds something that is no number, or none that fits a float.</summary>
    BlockHoldsNoNumber,
    /// <summary>An array of more samples than a message may bring.</summary>
    BlockTooLong,
    /// <summary>The arrays of one message differ in length.</summary>
    BlockLengthsDiffer,
    /// <summary>More discovered channels than the source may bring.</summary>
    TooManyChannels,
    /// <summary>The device's name is missing where the source says it stands.</summary>
    NoDevice,
    /// <summary>More devices than the source may bring.</summary>
    TooManyDevices,
    /// <summary>Payload above the source's limit.</summary>
    TooLarge,
    /// <summary>Not well-formed CBOR.</summary>
    BadCbor,
    /// <summary>Not well-formed MessagePack.</summary>
    BadMessagePack,
    /// <summary>Well-formed, but no pack of SenML records, or one that asks for more than RFC 8428.</summary>
    BadSenMl,
    /// <summary>In no format that is known.</summary>
    UnknownFormat,
    /// <summary>No failure: a command, a state or the like, which brings no reading.</summary>
    NotTelemetry,
    /// <summary>No failure: all of it is of the past, which the source skips.</summary>
    History,
}
