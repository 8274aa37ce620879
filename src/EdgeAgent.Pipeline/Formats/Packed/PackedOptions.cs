namespace EdgeAgent.Pipeline.Formats.Packed;

/// <summary>Table <c>[sources.NAME.packed]</c>: where the values of a binary payload stand.</summary>
public sealed record PackedOptions
{
    /// <summary>The values; each is a channel.</summary>
    public List<PackedField> Fields { get; set; } = [];
    /// <summary>Bytes before the first frame, in which no field stands.</summary>
    public int HeaderBytes { get; set; }
    /// <summary>Bytes of a frame, each of which is a reading; null: the payload is one frame.</summary>
    public int? Frame { get; set; }
    /// <summary>Where the event time stands; null: it is the time of arrival.</summary>
    public PackedTime? Time { get; set; }
    /// <summary>Path of the frames, written as text, in a JSON payload; null: the payload is the frames.</summary>
    public string? In { get; set; }
    /// <summary>How they are written there.</summary>
    public PackedText Encoding { get; set; }
}

/// <summary>How bytes are written as text.</summary>
public enum PackedText { Base64, Hex }

/// <summary>One value of a frame.</summary>
public sealed record PackedField
{
    /// <summary>The channel. Its unit, conversion and range are those of the listed channel of that name.</summary>
    public string Name { get; set; } = "";
    /// <summary>Its first byte, counted from the frame's first.</summary>
    public int At { get; set; }
    public PackedType Type { get; set; }
    /// <summary>The lowest of the bits that are taken, 0 being the least significant of the number.</summary>
    public int FirstBit { get; set; }
    /// <summary>How many bits are taken as a number without sign; 0: all, as the type says.</summary>
    public int Bits { get; set; }
}

/// <summary>
/// The event time of a frame. Where frames are samples at an even rate the payload has one for all of them, and
/// <see cref="At"/> counts from the payload's first byte.
/// </summary>
public sealed record PackedTime
{
    public int At { get; set; }
    public PackedType Type { get; set; }
    /// <summary>Ticks of 100 ns in one step; 0: the number's magnitude tells, as for every event time.</summary>
    public double UnitTicks { get; set; }
}
