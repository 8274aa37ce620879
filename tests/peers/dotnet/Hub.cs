using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace EdgeAgent.Peers;

/// <summary>Sends events with QoS 1, several under way at once; keeps them in memory while the broker is away.</summary>
internal sealed class Hub(int port) : IDisposable
{
    // As libmosquitto has it.
    private const int UnderWay = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Channel<MqttApplicationMessage> _owed = Channel.CreateUnbounded<MqttApplicationMessage>();
    private long _events, _acknowledged;

    public long Events => Interlocked.Read(ref _events);
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    public void Publish(string topic, byte[] payload)
    {
        Interlocked.Increment(ref _events);
        _owed.Writer.TryWrite(new MqttApplicationMessageBuilder()
            .WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
    }

    public async Task RunAsync()
    {
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).Build();
        for (var i = 0; i < UnderWay; i++) _ = Task.Run(SendAsync);
        while (true)
        {
            try
            {
                if (!_client.IsConnected)
                {
                    await _client.ConnectAsync(options);
                    Console.Error.WriteLine("hub connected");
                }
            }
            catch (MqttCommunicationException)
            {
                // Tried again below.
            }
            await Task.Delay(Pause);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync()
    {
        await foreach (var message in _owed.Reader.ReadAllAsync())
            while (!await TrySendAsync(message)) await Task.Delay(Pause);
    }

    private async Task<bool> TrySendAsync(MqttApplicationMessage message)
    {
        try
        {
            if (!_client.IsConnected) return false;
            await _client.PublishAsync(message);
            Interlocked.Increment(ref _acknowledged);
            return true;
        }
        catch (Exception e) when (e is MqttCommunicationException or MqttClientNotConnectedException or OperationCanceledException)
        {
            return false;
        }
    }
}
