using System.Text;
using System.Text.Json;
using EdgeAgent.Files;
using EdgeAgent.Pipeline.Common;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Where messages end that cannot be used. All are counted by their caller; of each reason the first few, and then one in a while,
/// are told in the log and kept in a file of bounded size, so that junk at full speed, and for weeks, costs next to nothing and
/// hides no other trouble. For any thread.
/// </summary>
internal sealed partial class DeadLetter(string? file, ILogger logger, TimeProvider time) : IDisposable
{
    private const int Burst = 5;
    private const int ExcerptBytes = 200;
    private const int TopicBytes = 200;
    private const int KeptBytes = 4096;
    private const long FileBytesLimit = 1 << 20;

    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SummaryEvery = TimeSpan.FromMinutes(1);
    private static readonly PayloadOptions Usual = new();

    private readonly Lock _gate = new();
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
    }

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
            if (file is not null) Keep(file, failure, form, topic, payload, now);
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

    /// <summary>At the limit the file becomes <c>.1</c> and a new one begins: at most twice the limit on disk.</summary>
    private void Keep(
        string path, DecodeFailure failure, PayloadForm form, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, DateTimeOffset now)
    {
        try
        {
            if (File.Exists(path) && new FileInfo(path).Length > FileBytesLimit) File.Move(path, path + ".1", overwrite: true);
            using var stream = PrivateFiles.Open(path, FileMode.Append, FileAccess.Write);
            using var json = new Utf8JsonWriter(stream);
            json.WriteStartObject();
            json.WriteString("time", DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()));
            json.WriteString("reason", failure.Word());
            json.WriteString("form", PayloadForms.Describe(form));
            json.WriteString("from", Encoding.UTF8.GetString(topic));
            json.WriteNumber("bytes", payload.Length);
            json.WriteBase64String("payload", payload[..Math.Min(payload.Length, KeptBytes)]);
            json.WriteEndObject();
            json.Flush();
            stream.WriteByte((byte)'\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            DeadLetterNotKept(path, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "message of {From} not usable: {Reason}: {What}; it {Form}, {Bytes} bytes, begins {Excerpt}")]
    private partial void MessageDeadLettered(string from, string reason, string what, string form, int bytes, string excerpt);

    [LoggerMessage(LogLevel.Warning, "messages not usable: {Count} more in the last minute")]
    private partial void MoreDeadLettered(long count);

    [LoggerMessage(LogLevel.Warning, "{File}: dead letter not kept: {Failure}")]
    private partial void DeadLetterNotKept(string file, string failure);
}
