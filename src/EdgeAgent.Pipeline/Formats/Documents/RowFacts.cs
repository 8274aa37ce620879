namespace EdgeAgent.Pipeline.Formats.Documents;

/// <summary>What is known of a row besides its channels; what stands outside of the rows is what each of them begins with.</summary>
internal struct RowFacts
{
    public long ArrivalTicks;
    public RowTime Time;
    /// <summary>Its value; NaN: none yet.</summary>
    public float Value;
    /// <summary>Samples a second that the message says; NaN: it does not.</summary>
    public float Rate;
    public bool IsBad;
    public bool HasName;

    public static RowFacts Of(long arrivalTicks) => new() { ArrivalTicks = arrivalTicks, Value = float.NaN, Rate = float.NaN };
}
