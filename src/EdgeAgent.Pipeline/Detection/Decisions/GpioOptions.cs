using System.Globalization;

namespace EdgeAgent.Pipeline.Detection.Decisions;

/// <summary>Which GPIO line is meant: by its offset on a chip, or by the name that the board gives it.</summary>
/// <param name="Chip">Name, label or path of the chip; null: whichever has a line of that name.</param>
/// <param name="Name">Name of the line; null: it is meant by its offset.</param>
/// <param name="Offset">Offset of the line on its chip.</param>
public sealed record LineChoice(string? Chip, string? Name, int Offset)
{
    public const string FirstChip = "gpiochip0";

    /// <summary>A line of the first chip.</summary>
    public static LineChoice At(int offset) => new(FirstChip, null, offset);

    public override string ToString() => Name is not null
        ? Chip is null ? $"line \"{Name}\"" : $"line \"{Name}\" of {Chip}"
        : string.Create(CultureInfo.InvariantCulture, $"line {Offset} of {Chip}");
}

/// <summary>An output line and what its levels mean.</summary>
public sealed record GpioOptions
{
    public LineChoice Line { get; set; } = LineChoice.At(0);
    /// <summary>Level while the alarm stands; the other level while there is none.</summary>
    public bool High { get; set; } = true;
    /// <summary>Level when the agent has stopped or died; null: as without an alarm.</summary>
    public bool? Stopped { get; set; }

    /// <summary>The level that the line is left at.</summary>
    public bool SafeLevel => Stopped ?? !High;
}
