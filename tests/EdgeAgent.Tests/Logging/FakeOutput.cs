using System.Text;
using EdgeAgent.Logging;

namespace EdgeAgent.Tests.Logging;

/// <summary>A reader of the log that can stop to read.</summary>
internal sealed class FakeOutput : ILogOutput
{
    private readonly StringBuilder _text = new();
    private volatile bool _isRead = true;

    public bool IsRead { get => _isRead; set => _isRead = value; }

    /// <summary>What the disk behind it says, if anything.</summary>
    public Exception? Trouble { get; set; }

    public string Text { get { lock (_text) return _text.ToString(); } }

    public int Lines { get { lock (_text) return _text.ToString().Count(c => c == '\n'); } }

    public int Write(ReadOnlySpan<byte> bytes, TimeSpan limit)
    {
        if (Trouble is not null) throw Trouble;
        if (!_isRead)
        {
            Thread.Sleep(limit);
            return 0;
        }
        lock (_text) _text.Append(Encoding.UTF8.GetString(bytes));
        return bytes.Length;
    }
}
