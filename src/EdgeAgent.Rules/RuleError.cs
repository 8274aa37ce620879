namespace EdgeAgent.Rules;

/// <summary>Why a rule could not be read, and where.</summary>
/// <param name="Message">What is wrong, and a remedy where one is at hand.</param>
/// <param name="Column">Where, counted from 1 at the start of the rule's text.</param>
/// <param name="Text">The rule's text.</param>
public sealed record RuleError(string Message, int Column, string Text)
{
    /// <summary>Characters of the rule that the caret line shows around the error.</summary>
    private const int ShownLimit = 100;

    /// <summary>The part of the rule around the error, and below it a line with a caret under the column.</summary>
    public string CaretLines
    {
        get
        {
            var start = Math.Clamp(Column - 1 - ShownLimit / 2, 0, Math.Max(0, Text.Length - ShownLimit));
            var shown = Text.Substring(start, Math.Min(ShownLimit, Text.Length - start));
            // A line break or an escape sequence would put the caret in the wrong place, or worse.
            shown = string.Create(shown.Length, shown, static (to, from) =>
            {
                for (var i = 0; i < to.Length; i++)
                    to[i] = char.IsControl(from[i]) ? ' ' : from[i];
            });
            return $"{shown}\n{new string(' ', Column - 1 - start)}^";
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"column {Column}: {Message}\n{CaretLines}";
}

/// <summary>Thrown by <see cref="Rule.Parse(string)"/> for a rule that cannot be read.</summary>
public sealed class RuleException : FormatException
{
    internal RuleException(RuleError error) : base(error.ToString()) => Error = error;

    /// <summary>What is wrong, and where.</summary>
    public RuleError Error { get; }
}
