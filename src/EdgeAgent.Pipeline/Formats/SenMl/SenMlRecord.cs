namespace EdgeAgent.Pipeline.Formats.SenMl;

/// <summary>The numbers of one record; NaN: it has none.</summary>
internal struct SenMlRecord()
{
    public double Value = double.NaN;
    /// <summary>A switch or a text; the base value is not for it.</summary>
    public double OtherValue = double.NaN;
    /// <summary>What the text is where the source lists the channel.</summary>
    public double ListedValue = double.NaN;
    public bool HasText;
    public double Sum = double.NaN;
    public long TimeTicks;
    /// <summary>The slot of its channel, where its name is the expected one; −1: its names tell.</summary>
    public int Slot = -1;
}

/// <summary>What the records of a pack have in common from where it stands.</summary>
internal struct SenMlBase
{
    public double Value;
    public double Sum;
    public long TimeTicks;

    /// <summary>The value of a record, or else its sum; NaN: it has neither.</summary>
    /// <param name="record">The record.</param>
    /// <param name="isListed">Whether the source asks for its channel by name.</param>
    public readonly double Resolve(in SenMlRecord record, bool isListed) =>
        !double.IsNaN(record.Value) ? Value + record.Value
        : !double.IsNaN(record.OtherValue) ? record.OtherValue
        : isListed && !double.IsNaN(record.ListedValue) ? record.ListedValue
        : Sum + record.Sum;
}
