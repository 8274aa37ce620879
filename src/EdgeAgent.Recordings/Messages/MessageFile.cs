using System.Text;
using System.Text.Json;

namespace EdgeAgent.Recordings.Messages;

/// <summary>The messages of a JSON lines file, sorted by the device that sent them.</summary>
internal sealed class MessageFile
{
    // More bad lines than this and nobody knows what the file is.
    private const double BadShare = 0.05;
    private const int BadLimit = 2;

    private readonly Dictionary<string, MessageTable> _byTopic = new(StringComparer.Ordinal);
    private readonly string _name;

    private MessageFile(string name) => _name = name;

    /// <summary>In the order in which they first come.</summary>
    public List<MessageTable> Devices { get; } = [];

    /// <summary>Lines that could not be used.</summary>
    public int BadLines { get; private set; }

    /// <summary>What was wrong with the first of them, with its place.</summary>
    public string? FirstProblem { get; private set; }

    /// <exception cref="RecordingException">It holds no messages of readings.</exception>
    public static MessageFile Read(string text, string name)
    {
        var file = new MessageFile(name);
        var (line, messages) = (0, 0);
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            if (content.IsWhiteSpace()) continue;
            messages++;
            file.Take(content, line);
        }
        if (messages == 0) throw new RecordingException($"{name}: the file is empty; expected a message in JSON on each line");
        if (file.FirstProblem is { } problem && (file.Devices.Count == 0 || file.BadLines > Math.Max(BadLimit, BadShare * messages)))
            throw new RecordingException($"{problem}{(file.BadLines > 1 ? $", and {file.BadLines - 1} more lines are as bad" : "")}; "
                + "expected an object with a number for each channel, by itself or as mosquitto_sub -F %J writes it; what a source of "
                + "the agent decodes is played by replay --config, and written as a table by tap --save-readings");
        return file;
    }

    private void Take(ReadOnlySpan<char> content, int line)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(content.Length)];
        var message = RecordedMessage.Read(bytes.AsSpan(0, Encoding.UTF8.GetBytes(content, bytes)));
        var topic = Encoding.UTF8.GetString(message.Topic);
        if (!_byTopic.TryGetValue(topic, out var device)) device = new MessageTable(topic.Length > 0 ? topic : null);
        string? problem;
        try
        {
            problem = device.Add(message.Payload, message.Arrival, line);
        }
        // The reader's answer to half a surrogate pair in a text is InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            problem = "the message is no JSON";
        }
        if (problem is null)
        {
            if (_byTopic.TryAdd(topic, device)) Devices.Add(device);
            return;
        }
        BadLines++;
        FirstProblem ??= $"{_name}:{line}: {problem}";
    }
}
