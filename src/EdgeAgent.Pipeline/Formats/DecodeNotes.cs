using System.Text;
using EdgeAgent.Pipeline.Formats.SparkplugB;
using EdgeAgent.Pipeline.Formats.Times;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// What decoders notice besides readings, for those who run them: nothing here is a failure. Belongs to the source's loop.
/// </summary>
internal sealed class DecodeNotes
{
    private bool _isOpcDaTold;

    /// <summary>Whether the source sends the qualities of OPC DA, in which 0 is bad.</summary>
    public bool HasOpcDaQuality { get; set; }

    public SparkplugTally Sparkplug { get; init; } = new();

    public TimeTally Times { get; init; } = new();

    /// <summary>Takes the names of arrays that the message under way brings and nobody reads; null: nobody asks.</summary>
    public List<string>? ArraysLeftOut { get; init; }

    /// <summary>True once, when the source has turned out to send the qualities of OPC DA.</summary>
    public bool TryTakeOpcDaQuality()
    {
        if (!HasOpcDaQuality || _isOpcDaTold) return false;
        return _isOpcDaTold = true;
    }

    public void LeaveOutArray(ReadOnlySpan<byte> name)
    {
        if (ArraysLeftOut is not null) LeaveOutArray(Encoding.UTF8.GetString(name));
    }

    public void LeaveOutArray(string name)
    {
        if (ArraysLeftOut is { } arrays && !arrays.Contains(name)) arrays.Add(name);
    }
}
