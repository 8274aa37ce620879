namespace EdgeAgent.Pipeline.Formats.SenMl;

/// <summary>The fields of a record that matter here.</summary>
internal enum SenMlField
{
    /// <summary>Says nothing that a reading needs.</summary>
    Other,
    BaseVersion, BaseName, BaseTime, BaseUnit, BaseValue, BaseSum,
    Name, Unit, Value, TextValue, BooleanValue, Sum, Time,
    /// <summary>Unknown, and whoever does not know it must not use the pack.</summary>
    MustKnow,
}

/// <summary>The labels of SenML's fields (RFC 8428, tables 1 and 4).</summary>
internal static class SenMlLabel
{
    /// <summary>The field of a label: a name as JSON has it, or the number that CBOR has for it, in digits.</summary>
    public static SenMlField Of(ReadOnlySpan<byte> label) => label switch
    {
        [var only] => Short(only),
        [(byte)'b', var last] => Base(last),
        [(byte)'-', var digit] => Numbered(digit),
        [(byte)'v', (byte)'s'] => SenMlField.TextValue,
        [(byte)'v', (byte)'b'] => SenMlField.BooleanValue,
        [(byte)'b', (byte)'v', (byte)'e', (byte)'r'] => SenMlField.BaseVersion,
        [.., (byte)'_'] => SenMlField.MustKnow,
        _ => SenMlField.Other,
    };

    private static SenMlField Short(byte label) => label switch
    {
        (byte)'n' or (byte)'0' => SenMlField.Name,
        (byte)'u' or (byte)'1' => SenMlField.Unit,
        (byte)'v' or (byte)'2' => SenMlField.Value,
        (byte)'3' => SenMlField.TextValue,
        (byte)'4' => SenMlField.BooleanValue,
        (byte)'s' or (byte)'5' => SenMlField.Sum,
        (byte)'t' or (byte)'6' => SenMlField.Time,
        (byte)'_' => SenMlField.MustKnow,
        _ => SenMlField.Other,
    };

    private static SenMlField Base(byte last) => last switch
    {
        (byte)'n' => SenMlField.BaseName,
        (byte)'t' => SenMlField.BaseTime,
        (byte)'u' => SenMlField.BaseUnit,
        (byte)'v' => SenMlField.BaseValue,
        (byte)'s' => SenMlField.BaseSum,
        (byte)'_' => SenMlField.MustKnow,
        _ => SenMlField.Other,
    };

    private static SenMlField Numbered(byte digit) => digit switch
    {
        (byte)'1' => SenMlField.BaseVersion,
        (byte)'2' => SenMlField.BaseName,
        (byte)'3' => SenMlField.BaseTime,
        (byte)'4' => SenMlField.BaseUnit,
        (byte)'5' => SenMlField.BaseValue,
        (byte)'6' => SenMlField.BaseSum,
        (byte)'_' => SenMlField.MustKnow,
        _ => SenMlField.Other,
    };
}
