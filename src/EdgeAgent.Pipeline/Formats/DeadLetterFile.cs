using System.Text.Json;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Formats;

/// <summary>A message that cannot be used, as it is kept.</summary>
internal sealed record KeptLetter(
    DateTimeOffset Time, DecodeFailure Reason, PayloadForm Form, string From, int Bytes, byte[] Payload);

/// <summary>
/// The file of dead letters, bounded in size. Whoever has one to keep does not wait for the disk: a disk that stands still at one
/// source's junk must not stop a source. For any thread.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="notKept">Told why one was not kept.</param>
/// <param name="open">Opens the file to append to it; null: as files of the agent are.</param>
internal sealed class DeadLetterFile(string path, Action<string> notKept, Func<string, Stream>? open = null)
{
    private const long BytesLimit = 1 << 20;
    private const int WaitingLimit = 64;

    private readonly Lock _gate = new();
    private Task _writes = Task.CompletedTask;
    private int _waiting;

    public void Keep(KeptLetter letter)
    {
        lock (_gate)
        {
            if (_waiting < WaitingLimit)
            {
                _waiting++;
                _writes = _writes.ContinueWith(
                    _ => Take(letter), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                return;
            }
        }
        notKept($"the disk does not take the {WaitingLimit} before it");
    }

    /// <summary>Waits until all that was to be kept is; false: it takes longer.</summary>
    public bool Flush(TimeSpan limit)
    {
        Task writes;
        lock (_gate) writes = _writes;
        return writes.Wait(limit);
    }

    private void Take(KeptLetter letter)
    {
        try
        {
            Write(letter);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            notKept(e.Message);
        }
        finally
        {
            lock (_gate) _waiting--;
        }
    }

    /// <summary>At the limit the file becomes <c>.1</c> and a new one begins: at most twice the limit on disk.</summary>
    private void Write(KeptLetter letter)
    {
        if (File.Exists(path) && new FileInfo(path).Length > BytesLimit) File.Move(path, path + ".1", overwrite: true);
        using var stream = open?.Invoke(path) ?? PrivateFiles.Open(path, FileMode.Append, FileAccess.Write);
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("time", DateTimeOffset.FromUnixTimeSeconds(letter.Time.ToUnixTimeSeconds()));
        json.WriteString("reason", letter.Reason.Word());
        json.WriteString("form", PayloadForms.Describe(letter.Form));
        json.WriteString("from", letter.From);
        json.WriteNumber("bytes", letter.Bytes);
        json.WriteBase64String("payload", letter.Payload);
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    }
}
