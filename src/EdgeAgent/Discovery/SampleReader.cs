using System.Text;
using EdgeAgent.Listening;
using EdgeAgent.Mqtt;
using EdgeAgent.Recordings;
using EdgeAgent.Recordings.Messages;

namespace EdgeAgent.Discovery;

/// <summary>Gathers samples: from a broker, or from a recording.</summary>
internal static class SampleReader
{
    private const int PayloadLimit = 1 << 20;

    /// <summary>Listens for some time, or until it is interrupted.</summary>
    /// <exception cref="MqttException">There is no connection, or it has ended.</exception>
    public static async Task<SampleSet> ListenAsync(MqttOptions mqtt, IReadOnlyList<string> topics, TimeSpan span, CancellationToken cancel)
    {
        var samples = new SampleSet();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var listener = new BrokerListener(mqtt, "edgeagent-init", topics, PayloadLimit, samples.Add)
        {
            Subscribed = () => end.CancelAfter(span),
            // What the broker kept shows topics where something comes once an hour.
            Retained = RetainHandling.Always,
        };
        await Task.Factory.StartNew(
            () => listener.Listen(end.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(false);
        return samples;
    }

    /// <summary>Reads a recording, packed or not.</summary>
    /// <exception cref="RecordingException">It holds no messages with topics, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SampleSet ReadFile(string path)
    {
        var samples = new SampleSet();
        try
        {
            using var reader = RecordingFiles.OpenText(path);
            Read(reader, path, samples);
        }
        catch (InvalidDataException e)
        {
            throw new RecordingException($"{path}: packed and damaged ({e.Message}); unpack it with gzip to see how far it goes");
        }
        return samples;
    }

    private static void Read(StreamReader reader, string path, SampleSet samples)
    {
        var line = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text)) continue;
            var message = RecordedMessage.Read(Encoding.UTF8.GetBytes(text));
            if (message.Topic.IsEmpty)
                throw new RecordingException($"{path}:{line}: no message with its topic; expected lines as `edgeagent tap --save` or "
                    + "`mosquitto_sub -F %J` writes them");
            samples.Add(new HeardMessage(
                Encoding.UTF8.GetString(message.Topic), message.Payload.ToArray(), message.ArrivalTicks, message.IsRetained));
        }
    }
}
