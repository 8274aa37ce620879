namespace EdgeAgent.Doctor;

/// <summary>How bad a finding is.</summary>
internal enum Verdict
{
    Fine,
    /// <summary>The agent works; someone should know.</summary>
    Warning,
    /// <summary>Something that was asked for does not work.</summary>
    Bad,
}

/// <summary>One thing that the doctor found.</summary>
/// <param name="Area">What it is about, in a word or two.</param>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Text">What is so.</param>
/// <param name="Remedy">What to do about it; null where there is nothing to do.</param>
internal sealed record Finding(string Area, Verdict Verdict, string Text, string? Remedy)
{
    public static Finding Fine(string area, string text) => new(area, Verdict.Fine, text, null);

    public static Finding Warning(string area, string text, string? remedy) => new(area, Verdict.Warning, text, remedy);

    public static Finding Bad(string area, string text, string? remedy) => new(area, Verdict.Bad, text, remedy);
}
