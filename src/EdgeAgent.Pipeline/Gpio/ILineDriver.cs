using System.Globalization;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>A line as the kernel counts it: <c>/dev/gpiochipCHIP</c>, and the offset there.</summary>
internal readonly record struct LineAddress(int Chip, int Offset)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"gpiochip{Chip} line {Offset}");
}

/// <summary>Expected trouble with a line, in words that say what to do: no chip, no right, in use, gone.</summary>
internal sealed class LineException(string message) : Exception(message);

/// <summary>The way to the lines. Every method throws a <see cref="LineException"/> for what a plant may do to it.</summary>
internal interface ILineDriver
{
    LineAddress Find(LineChoice choice);

    /// <summary>Takes a line for an output that is at <paramref name="isHigh"/> from its first moment.</summary>
    ILine Output(LineAddress address, bool isHigh);

    ILine Input(LineAddress address, LineBias bias);
}

/// <summary>A line that this process holds. It is let go when this is disposed of; what it does then is up to its chip.</summary>
internal interface ILine : IDisposable
{
    /// <exception cref="LineException">The line is lost; it is to be asked for anew.</exception>
    void Write(bool isHigh);

    /// <exception cref="LineException">The line is lost; it is to be asked for anew.</exception>
    bool Read();
}
