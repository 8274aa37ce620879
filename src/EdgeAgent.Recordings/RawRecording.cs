namespace EdgeAgent.Recordings;

/// <summary>All readings of one device in one file: in the order of time, one reading a moment, missing values NaN.</summary>
public sealed class RawRecording
{
    internal RawRecording(string name) => Name = name;

    /// <summary>How messages name the file.</summary>
    public string Name { get; }

    /// <summary>The device that its messages came from; null: the file does not say.</summary>
    public string? Device { get; internal init; }

    /// <summary>How many readings there are.</summary>
    public int Rows => Ticks.Length;

    /// <summary>Line of the file behind each reading, from 1.</summary>
    public int[] Lines { get; internal init; } = [];

    /// <summary>Each reading's time in ticks (UTC unless the file says otherwise), strictly rising.</summary>
    public long[] Ticks { get; internal init; } = [];

    /// <summary>The same as the file spells it.</summary>
    public string[] TimeTexts { get; internal init; } = [];

    /// <summary>Each channel's values, by name in the file's order.</summary>
    public IReadOnlyList<RecordedChannel> Columns { get; internal init; } = [];

    /// <summary>Which readings are known to be anomalous; null where no column is a label.</summary>
    public bool[]? Labels { get; internal init; }

    /// <summary>The label column's name.</summary>
    public string? LabelName { get; internal init; }

    /// <summary>At which readings the course of things changes; null where no column says so.</summary>
    public bool[]? Changes { get; internal init; }

    /// <summary>Columns that are no channel, each with the reason.</summary>
    public IReadOnlyList<DroppedColumn> Dropped { get; internal init; } = [];

    /// <summary>What was unusual about the file, and what was done about it.</summary>
    public IReadOnlyList<string> Notes { get; internal init; } = [];

    /// <summary>Lines that could not be used.</summary>
    public int BadLines { get; internal init; }

    /// <summary>What was wrong with the first of them, with its place.</summary>
    public string? FirstProblem { get; internal init; }

    /// <summary>A channel's values, whatever the case of its name; null: there is none.</summary>
    public float[]? Find(string channel) => Columns.FirstOrDefault(c => c.Name.Equals(channel, StringComparison.OrdinalIgnoreCase))?.Values;
}

/// <summary>One channel of a recording.</summary>
/// <param name="Name">As the file has it.</param>
/// <param name="Values">One a reading; NaN: missing.</param>
public sealed record RecordedChannel(string Name, float[] Values);

/// <summary>A column that is no channel.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Why">The reason.</param>
public sealed record DroppedColumn(string Column, string Why);
