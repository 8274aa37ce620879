using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>
/// Where messages end that cannot be used. All are counted by their caller; of each second and each reason the first few
/// are told in the log and kept in a file of bounded size, so that junk at full speed costs next to nothing and hides no
/// other trouble. For any thread.
/// </summary>
internal sealed partial class DeadLetter(string? file, ILogger logger, TimeProvider time) : IDisposable
{
    private const int SamplesPerSecond = 5;
    private const int ExcerptBytes = 200;
    private const int NameLimit = 200;
    private const long FileBytesLimit = 1 << 20;

    private static readonly TimeSpan SummaryEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[Enum.GetValues<DecodeFailure>().Length];
    private long _untold;
    private ITimer? _summary;
    private long _second;
    private readonly int[] _samples = new int[Enum.GetValues<DecodeFailure>().Length];

    /// <summary>Messages of one kind since the start.</summary>
    public long Count(DecodeFailure failure) => Volatile.Read(ref _counts[(int)failure]);

    public void Dispose()
    {
        _summary?.Dispose();
        LogSummary();
    }

    /// <param name="failure">Why.</param>
    /// <param name="from">Device or topic it came from.</param>
    /// <param name="payload">The message.</param>
    public void Add(DecodeFailure failure, string from, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            _counts[(int)failure]++;
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            if (second != _second) Array.Clear(_samples);
            _second = second;
            if (++_samples[(int)failure] > SamplesPerSecond)
            {
                NoteUntold();
                return;
            }
            MessageDeadLettered(
                Printable(from.Length <= NameLimit ? from : from[..NameLimit] + "…"), failure, payload.Length, Excerpt(payload));
            if (file is not null) Keep(file, failure, from, payload, second);
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
    private void Keep(string path, DecodeFailure failure, string from, ReadOnlySpan<byte> payload, long second)
    {
        try
        {
            if (File.Exists(path) && new FileInfo(path).Length > FileBytesLimit) File.Move(path, path + ".1", overwrite: true);
            using var stream = new FileStream(path, FileMode.Append);
            using var json = new Utf8JsonWriter(stream);
            json.WriteStartObject();
            json.WriteString("time", DateTimeOffset.FromUnixTimeSeconds(second));
            json.WriteString("reason", failure.ToString());
            json.WriteString("from", from);
            json.WriteBase64String("payload", payload[..Math.Min(payload.Length, 4096)]);
            json.WriteEndObject();
            json.Flush();
            stream.WriteByte((byte)'\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            DeadLetterNotKept(path, e.Message);
        }
    }

    private static string Excerpt(ReadOnlySpan<byte> payload) =>
        Printable(Encoding.UTF8.GetString(payload[..Math.Min(payload.Length, ExcerptBytes)]));

    /// <summary>Nothing from outside may begin a line of the log or move a terminal's cursor.</summary>
    private static string Printable(string text)
    {
        return string.Create(text.Length, text, (span, t) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(t[i]) ? '?' : t[i];
        });
    }

    [LoggerMessage(LogLevel.Warning, "message of {From} not usable: {Failure}, {Bytes} bytes, begins {Excerpt}")]
    private partial void MessageDeadLettered(string from, DecodeFailure failure, int bytes, string excerpt);

    [LoggerMessage(LogLevel.Warning, "messages not usable: {Count} more in the last minute")]
    private partial void MoreDeadLettered(long count);

    [LoggerMessage(LogLevel.Warning, "{File}: dead letter not kept: {Failure}")]
    private partial void DeadLetterNotKept(string file, string failure);
}
