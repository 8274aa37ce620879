namespace EdgeAgent.Tap;

/// <summary>What the user asked <c>tap</c> to show.</summary>
/// <param name="OnlyRefused">Only messages that cannot be used.</param>
/// <param name="Save">File that takes the messages; null: none.</param>
/// <param name="SaveReadings">Table that takes the readings; null: none.</param>
/// <param name="Span">How long it listens; null: until it is interrupted.</param>
/// <param name="Count">Messages after which it ends; null: any number.</param>
/// <param name="IsJson">A JSON object a message.</param>
internal sealed record TapRequest(
    bool OnlyRefused, string? Save, string? SaveReadings, TimeSpan? Span, int? Count, bool IsJson);
