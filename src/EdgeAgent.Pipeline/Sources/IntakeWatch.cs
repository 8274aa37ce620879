using EdgeAgent.Pipeline.Common;
using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// How many of a source's last messages could be used. The source's loop writes, anyone may read; nothing is allocated for a message
/// that is used.
/// </summary>
/// <remarks>
/// A message without numbers (a status, an availability topic) counts only if no message of the source brings readings. It is one if it
/// is empty, bare text, or JSON without a number, and its topic never brought a reading, as far as that is known.
/// </remarks>
internal sealed class IntakeWatch
{
    /// <summary>Fewer messages say nothing.</summary>
    public const int MessageLimit = 10;
    /// <summary>As much of a text as is searched for numbers.</summary>
    private const int LookBytes = 4096;

    private static readonly long HalfTicks = TimeSpan.FromMinutes(1).Ticks;
    private static readonly long SilenceTicks = TimeSpan.FromHours(1).Ticks;
    private static readonly long ShownEvery = TimeSpan.FromSeconds(1).Ticks;

    private readonly RefusedMessage?[] _last = new RefusedMessage?[FailureTexts.Count];
    private volatile Half _now = new();
    private volatile Half _before = new();
    private ArrivalRhythm _rhythm;

    /// <summary>Half of the time that is looked at: a minute, or longer until ten messages came.</summary>
    private sealed class Half
    {
        public readonly long[] Refused = new long[FailureTexts.Count];
        public readonly long[] Aside = new long[FailureTexts.Count];
        public long StartTicks, Messages, Usable;
    }

    /// <summary>How far the times of what came as it happened lie from arrival.</summary>
    public EventTimeOffset Offset { get; } = new();

    /// <summary>Devices of which nothing can be used any more.</summary>
    public UnusableDevices Devices { get; } = new();

    /// <summary>When the source's messages come.</summary>
    public ArrivalRhythm Rhythm => _rhythm;

    /// <summary>A message that brought readings.</summary>
    public void Took(long ticks)
    {
        Begin(ticks).Usable++;
    }

    /// <summary>A message that was refused.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="message">The message.</param>
    /// <param name="isKnownTopic">Whether its topic has brought a reading before.</param>
    public void Refused(DecodeFailure reason, in IncomingMessage message, bool isKnownTopic)
    {
        var half = Begin(message.ArrivalTicks);
        // Strings are made of one message a second at most, whatever the flood; of the others only what decides is looked at.
        var isShown = _last[(int)reason] is not { } last || (ulong)(message.ArrivalTicks - last.Ticks) >= (ulong)ShownEvery;
        var form = isShown || !isKnownTopic ? PayloadForms.Of(message.Topic, message.Payload) : default;
        (isKnownTopic || !IsNoTelemetry(reason, form, message.Payload) ? half.Refused : half.Aside)[(int)reason]++;
        if (isShown) Volatile.Write(ref _last[(int)reason], RefusedMessage.Of(reason, form, message));
    }

    /// <summary>The last message refused for a reason, to a second; null: none was.</summary>
    public RefusedMessage? Last(DecodeFailure reason) => Volatile.Read(ref _last[(int)reason]);

    /// <summary>The last one of all reasons.</summary>
    public RefusedMessage? LastOfAll => FailureTexts.All.Select(Last).OfType<RefusedMessage>().MaxBy(m => m.Ticks);

    /// <summary>How usable the last messages were; after an hour without one, nothing is known.</summary>
    public IntakeShare Recent(long nowTicks)
    {
        Half[] halves = [_before, _now];
        var messages = halves.Sum(h => Volatile.Read(ref h.Messages));
        if (messages == 0 || nowTicks - _rhythm.LastTicks > SilenceTicks) return default;
        var usable = halves.Sum(h => Volatile.Read(ref h.Usable));
        var unusable = FailureTexts.All.ToDictionary(
            r => r, r => halves.Sum(h => h.Refused[(int)r] + (usable == 0 ? h.Aside[(int)r] : 0)));
        var start = halves.First(h => h.Messages > 0).StartTicks;
        List<(DecodeFailure Reason, long Count)> reasons =
            [.. unusable.Where(u => u.Value > 0).OrderByDescending(u => u.Value).Select(u => (u.Key, u.Value))];
        var total = unusable.Values.Sum();
        return new IntakeShare(usable + total, total, reasons, nowTicks - start);
    }

    private Half Begin(long ticks)
    {
        var half = _now;
        // Also a clock that was set back ends it.
        if ((ulong)(ticks - half.StartTicks) >= (ulong)HalfTicks && half.Messages >= MessageLimit)
        {
            _before = half;
            _now = half = new Half();
        }
        if (half.Messages++ == 0) half.StartTicks = ticks;
        _rhythm.Note(ticks);
        return half;
    }

    /// <summary>"online" is none; "23,4 °C" is a value that nobody can read yet.</summary>
    private static bool IsNoTelemetry(DecodeFailure reason, PayloadForm form, ReadOnlySpan<byte> payload) => form switch
    {
        PayloadForm.Empty => true,
        PayloadForm.Text => !payload.ContainsAnyInRange((byte)'0', (byte)'9'),
        _ => reason == DecodeFailure.NoChannels || (reason == DecodeFailure.OnlyTexts && !HasNumberText(payload)),
    };

    /// <summary>Whether a text of the JSON begins with a digit.</summary>
    private static bool HasNumberText(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > LookBytes) payload = payload[..LookBytes];
        for (var i = 0; i + 2 < payload.Length; i++)
            if (payload[i] == ':' && StartsNumber(payload[(i + 1)..].TrimStart(" "u8))) return true;
        return false;
    }

    private static bool StartsNumber(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2 || value[0] != '"') return false;
        value = value[1..].TrimStart(" +-"u8);
        return !value.IsEmpty && value[0] is >= (byte)'0' and <= (byte)'9';
    }
}

/// <summary>How usable the last messages of a source were.</summary>
/// <param name="Messages">How many came, without those set aside.</param>
/// <param name="Unusable">How many of them could not be used.</param>
/// <param name="Reasons">Why those could not, and how many of each, the most first; null: nothing is known.</param>
/// <param name="SpanTicks">Since when.</param>
internal readonly record struct IntakeShare(
    long Messages, long Unusable, IReadOnlyList<(DecodeFailure Reason, long Count)>? Reasons, long SpanTicks)
{
    /// <summary>Why most of those could not.</summary>
    public DecodeFailure Reason => Reasons is [var first, ..] ? first.Reason : DecodeFailure.None;

    /// <summary>From 0 to 1.</summary>
    public double Share => Messages == 0 ? 0 : (double)Unusable / Messages;

    /// <summary>Whether somebody should see to it: most of at least ten cannot be used.</summary>
    public bool IsTrouble => Messages >= IntakeWatch.MessageLimit && 2 * Unusable > Messages;
}
