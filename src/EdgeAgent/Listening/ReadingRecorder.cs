using System.Globalization;
using System.Text;
using EdgeAgent.Cli;

namespace EdgeAgent.Listening;

/// <summary>
/// Writes readings as a table with a value a line, as historians export them: time, device, channel, value. So a channel that comes
/// later needs no column, and whatever reads recordings makes readings of each device of it again. One owner at a time.
/// </summary>
internal sealed class ReadingRecorder : IDisposable
{
    private const string Header = "time,device,channel,value\n";

    private readonly FileStream _file;
    private readonly StringBuilder _lines = new();
    private readonly HashSet<string> _devices = new(StringComparer.Ordinal);
    private readonly long _bytesLimit;

    /// <param name="path">The file, which must not be there yet.</param>
    /// <param name="bytesLimit">No reading is written behind it: a disk is not filled by a command that was forgotten.</param>
    /// <exception cref="IOException">It cannot be made, or is there.</exception>
    public ReadingRecorder(string path, long bytesLimit = 1L << 30)
    {
        _file = RecordingFile.Open(path);
        _bytesLimit = bytesLimit;
        _file.Write(Encoding.UTF8.GetBytes(Header));
    }

    /// <summary>Readings that were written.</summary>
    public long Count { get; private set; }

    /// <summary>Devices whose readings they are.</summary>
    public int Devices => _devices.Count;

    /// <summary>Readings that found no room.</summary>
    public long LeftOut { get; private set; }

    /// <exception cref="IOException">The disk refuses.</exception>
    public void Add(ProbedMessage message)
    {
        if (_file.Position >= _bytesLimit)
        {
            LeftOut += message.Count;
            return;
        }
        _lines.Clear();
        foreach (var reading in message.Readings)
        {
            var time = new DateTime(reading.TimeTicks, DateTimeKind.Utc).ToString("o", CultureInfo.InvariantCulture);
            foreach (var (channel, value) in reading.Values)
                _lines.Append(CultureInfo.InvariantCulture, $"{time},{Cell(reading.Device)},{Cell(channel)},{value:R}\n");
            _devices.Add(reading.Device);
            Count++;
        }
        _file.Write(Encoding.UTF8.GetBytes(_lines.ToString()));
    }

    public void Dispose() => _file.Dispose();

    /// <summary>In quotes where a reader of tables would see more than a name; a line end within a name would end the row.</summary>
    private static string Cell(string name)
    {
        var text = Words.Printable(name);
        return text.Length == 0 || text.IndexOfAny([',', ';', '"', ' ', '|']) >= 0
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
