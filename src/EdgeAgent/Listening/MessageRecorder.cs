using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using EdgeAgent.Cli;

namespace EdgeAgent.Listening;

/// <summary>
/// Writes messages as JSON lines, as <c>mosquitto_sub -F %j</c> does: <c>tst</c>, <c>topic</c> and the payload as a text. A payload that
/// is no text stands in base64 under <c>payload64</c>. One owner at a time.
/// </summary>
internal sealed class MessageRecorder : IDisposable
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = ReadableJsonEncoder.Instance };

    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;
    private readonly long _bytesLimit;

    /// <param name="path">The file, which must not be there yet.</param>
    /// <param name="bytesLimit">No message is written behind it: a disk is not filled by a command that was forgotten.</param>
    /// <exception cref="IOException">It cannot be made, or is there.</exception>
    public MessageRecorder(string path, long bytesLimit = 1L << 30)
    {
        _file = RecordingFile.Open(path);
        _json = new Utf8JsonWriter(_line, Readable);
        _bytesLimit = bytesLimit;
    }

    /// <summary>Messages that were written.</summary>
    public long Count { get; private set; }

    /// <summary>Messages that found no room.</summary>
    public long LeftOut { get; private set; }

    /// <exception cref="IOException">The disk refuses.</exception>
    public void Add(HeardMessage message)
    {
        if (_file.Position >= _bytesLimit)
        {
            LeftOut++;
            return;
        }
        _line.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        var arrival = new DateTime(message.ArrivalTicks, DateTimeKind.Utc);
        _json.WriteString("tst", arrival.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        _json.WriteString("topic", message.Topic);
        _json.WriteNumber("qos", 0);
        _json.WriteNumber("retain", message.IsRetained ? 1 : 0);
        _json.WriteNumber("payloadlen", message.Payload.Length);
        if (Utf8.IsValid(message.Payload)) _json.WriteString("payload", message.Payload);
        else _json.WriteBase64String("payload64", message.Payload);
        _json.WriteEndObject();
        _json.Flush();
        _file.Write(_line.WrittenSpan);
        _file.WriteByte((byte)'\n');
        Count++;
    }

    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }
}
