namespace EdgeAgent.Pipeline.Formats;

/// <summary>Why a message brings no readings: it cannot be used, or it is left out on purpose.</summary>
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
    /// <summary>More discovered channels than the source may have, and none of them has been missing for long.</summary>
    TooManyChannels,
    /// <summary>The name of a device or a channel is longer than a name may be.</summary>
    NameTooLong,
    /// <summary>The name of a device or a channel is no UTF-8: two of them could be one name.</summary>
    NameNotUnicode,
    /// <summary>The device's name is missing where the source says it stands.</summary>
    NoDevice,
    /// <summary>More devices than the source may have, and none of them has been silent for long.</summary>
    TooManyDevices,
    /// <summary>Payload above the source's limit.</summary>
    TooLarge,
    /// <summary>More readings or values than a message may bring.</summary>
    TooManyValues,
    /// <summary>Not well-formed CBOR.</summary>
    BadCbor,
    /// <summary>Not well-formed MessagePack.</summary>
    BadMessagePack,
    /// <summary>Well-formed, but no pack of SenML records, or one that asks for more than RFC 8428.</summary>
    BadSenMl,
    /// <summary>Not a line of line protocol.</summary>
    BadLine,
    /// <summary>Not one line of as many values as the source names columns.</summary>
    BadCsv,
    /// <summary>Fewer bytes than the fields need, or a rest that is no whole frame.</summary>
    FrameTooShort,
    /// <summary>No text where the frames are to stand.</summary>
    NoFrame,
    /// <summary>The text is not written as the source says, in hex or base64.</summary>
    BadEncoding,
    /// <summary>Compressed, and damaged or cut off.</summary>
    BadCompression,
    /// <summary>Not a Sparkplug payload.</summary>
    BadSparkplug,
    /// <summary>The topic is not of Sparkplug, <c>spBv1.0/GROUP/TYPE/NODE</c>.</summary>
    NoSparkplugTopic,
    /// <summary>Metrics whose names or types only a birth tells, and there was none since: the edge node needs a birth.</summary>
    UnknownAlias,
    /// <summary>In no format that is known.</summary>
    UnknownFormat,
    /// <summary>
    /// No failure: not meant to bring readings, or none that the source asks for, as another program's command: counted as filtered, no
    /// dead letter.
    /// </summary>
    NotTelemetry,
    /// <summary>No failure: all of it is of the past, which the source skips.</summary>
    History,
    /// <summary>No failure: its values are null, of bad quality, or outside of their channels' range.</summary>
    NoUsableValue,
    /// <summary>No failure: the source leaves out what comes on its topic.</summary>
    Excepted,
}
