using System.Text;
using EdgeAgent.Pipeline.Common;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Where messages end that cannot be used. All are counted by their caller; of each reason the first few, and then one in a while,
/// are told in the log and kept in a file of bounded size, so that junk at full speed, and for weeks, costs next to nothing and
/// hides no other trouble. For any thread.
/// </summary>
/// <param name="file">Where they are kept; null: nowhere.</param>
/// <param name="logger">Hears of them.</param>
/// <param name="time">The clock.</param>
/// <param name="open">Opens the file; null: as files of the agent are.</param>
internal sealed partial class DeadLetter(string? file, ILogger logger, TimeProvider time, Func<string, Stream>? open = null)
    : IDisposable
{
    private const int Burst = 5;
    private const int ExcerptBytes = 200;
    private const int TopicBytes = 200;
    private const int KeptBytes = 4096;

    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SummaryEvery = TimeSpan.FromMinutes(1);
    private static readonly PayloadOptions Usual = new();

    private readonly Lock _gate = new();
    private DeadLetterFile? _file;
    private readonly long[] _counts = new long[FailureTexts.Count];
    private long _untold;
    private ITimer? _summary;
    private readonly Allowance[] _samples = [.. Enumerable.Repeat(new Allowance(Burst, SampleEvery), FailureTexts.Count)];

    /// <summary>Messages of one kind since the start.</summary>
    public long Count(DecodeFailure failure) => Volatile.Read(ref _counts[(int)failure]);

    public void Dispose()
    {
        _summary?.Dispose();
        LogSummary();
        Flush(FlushLimit);
    }

    /// <summary>Waits until all that was to be kept is; false: it takes longer.</summary>
    public bool Flush(TimeSpan limit) => _file?.Flush(limit) ?? true;

    /// <param name="failure">Why.</param>
    /// <param name="topic">Topic that it came on, UTF-8.</param>
    /// <param name="payload">The message.</param>
    /// <param name="source">How it was read; null: as usual.</param>
    public void Add(DecodeFailure failure, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, PayloadOptions? source = null)
    {
        lock (_gate)
        {
            _counts[(int)failure]++;
            var now = time.GetUtcNow();
            if (!_samples[(int)failure].TryTake(now.UtcTicks))
            {
                NoteUntold();
                return;
            }
            var form = PayloadForms.Of(topic, payload);
            MessageDeadLettered(
                PrintableText.Of(topic, TopicBytes), failure.Word(), failure.Explain(source ?? Usual).What,
                PayloadForms.Describe(form), payload.Length, PrintableText.Of(payload, ExcerptBytes));
            if (file is null) return;
            _file ??= new DeadLetterFile(file, why => DeadLetterNotKept(file, why), open);
            var kept = payload[..Math.Min(payload.Length, KeptBytes)].ToArray();
            _file.Keep(new KeptLetter(now, failure, form, Encoding.UTF8.GetString(topic), payload.Length, kept));
        }
    }

    /// <summary>What is left out of the log is told in one line a minute later.</summary>
    private void NoteUntold()
    {
        if (_untold++ > 0) return;
        _summary ??= time.CreateTimer(_ => LogSummary(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _summary.Change(SummaryEvery, Timeout.InfiniteTimeSpan);
    }

    private void LogSummary()
    {
        long untold;
        lock (_gate)
            (untold, _untold) = (_untold, 0);
        if (untold > 0) MoreDeadLettered(untold);
    }

    [LoggerMessage(LogLevel.Warning, "message of {From} not usable: {Reason}: {What}; it {Form}, {Bytes} bytes, begins {Excerpt}")]
    private partial void MessageDeadLettered(string from, string reason, string what, string form, int bytes, string excerpt);

    [LoggerMessage(LogLevel.Warning, "messages not usable: {Count} more in the last minute")]
    private partial void MoreDeadLettered(long count);

    [LoggerMessage(LogLevel.Warning, "{File}: dead letter not kept: {Failure}")]
    private partial void DeadLetterNotKept(string file, string failure);
}
