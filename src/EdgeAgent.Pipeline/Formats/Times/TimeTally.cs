namespace EdgeAgent.Pipeline.Formats.Times;

/// <summary>What became of a source's event times since the start. The source's loop writes, anyone may read.</summary>
internal sealed class TimeTally
{
    /// <summary>Readings without a usable time that got that of their arrival, as their source has it.</summary>
    public long OfArrival;
}
