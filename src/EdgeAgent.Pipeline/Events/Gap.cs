namespace EdgeAgent.Pipeline.Events;

/// <summary>Events of one severity, and of one device where it is known, that were given up for one reason.</summary>
/// <param name="Reason">One of the constants below.</param>
/// <param name="Severity">Their severity, or <see cref="UnknownSeverity"/>.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstTicks">When the first of them was made.</param>
/// <param name="LastTicks">When the last of them was made.</param>
/// <param name="Device">Whose they were; empty: it is not known, or they are of several.</param>
internal readonly record struct Gap(
    string Reason, Severity Severity, long Count, long FirstTicks, long LastTicks, string Device = "")
{
    public const string Full = "full";
    public const string Expired = "expired";
    public const string Damaged = "damaged";
    public const string Refused = "refused";
    public const string Purged = "purged";

    /// <summary>Stands for damaged events, whose severity cannot be read.</summary>
    public const Severity UnknownSeverity = (Severity)(-1);

    public static Gap Of(string reason, Severity severity, long createdTicks, string device = "") =>
        new(reason, severity, 1, createdTicks, createdTicks, device);

    public static Gap operator +(Gap a, Gap b) =>
        new(a.Reason, a.Severity, a.Count + b.Count, Math.Min(a.FirstTicks, b.FirstTicks), Math.Max(a.LastTicks, b.LastTicks),
            a.Device == b.Device ? a.Device : "");

    public Gap Add(Gap other) => this + other;
}
