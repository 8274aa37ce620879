using System.Collections.Concurrent;
using System.Text;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Tests;

/// <summary>A message as the session gave it to its handler.</summary>
internal sealed record Received(string Topic, string Payload, int Qos, bool MayRepeat, bool IsCut, int Token);

/// <summary>A session on a thread of its own, on its way to a scripted broker, with a handler that does what the test says.</summary>
internal sealed class SessionBench : IMqttSessionHandler, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Received> _messages = new();
    private readonly ConcurrentQueue<PublishAnswer> _answers = new();
    private readonly ConcurrentQueue<Action<MqttSession>> _requests = new();
    private readonly Queue<int> _unfinished = new();
    private readonly Thread _thread;
    private volatile MqttSession? _session;
    private volatile MqttException? _end;
    private volatile bool _hasRoom = true;
    private int _offered;
    private int _idles;

    /// <param name="port">The broker's.</param>
    /// <param name="change">What the session asks for beyond a client id and ten messages at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="keepAlive">30 s unless given.</param>
    public SessionBench(
        int port, Func<MqttSessionOptions, MqttSessionOptions>? change = null, TimeProvider? time = null, TimeSpan? keepAlive = null)
    {
        var mqtt = new MqttOptions { Url = $"mqtt://127.0.0.1:{port}", KeepAlive = keepAlive ?? TimeSpan.FromSeconds(30) };
        var options = new MqttSessionOptions { ClientId = "agent", ReceiveMaximum = 10 };
        options = change is null ? options : change(options);
        _thread = new Thread(() => Run(mqtt, options, time ?? TimeProvider.System)) { IsBackground = true };
        _thread.Start();
    }

    public Received[] Messages => [.. _messages];
    public string[] Payloads => [.. _messages.Select(m => m.Payload)];
    public PublishAnswer[] Answers => [.. _answers];
    /// <summary>How often a message was offered, taken or not.</summary>
    public int Offered => Volatile.Read(ref _offered);
    public int Idles => Volatile.Read(ref _idles);
    public int Subscribed { get; private set; }
    /// <summary>Why it ended; null: it runs, or was told to stop.</summary>
    public MqttException? End => _end;
    public bool HasEnded => !_thread.IsAlive;
    public MqttSession Session => _session ?? throw new InvalidOperationException("there is no session yet");

    public bool HasRoom
    {
        get => _hasRoom;
        set => _hasRoom = value;
    }

    /// <summary>When messages are finished.</summary>
    public Finishing Finishing { get; set; } = Finishing.AtOnce;

    /// <summary>Done on the session's thread when it is idle after a message was refused.</summary>
    public Action<MqttSession>? WhenRefused { get; set; }

    /// <summary>Called on the session's thread when it is told to stop.</summary>
    public Action? Stopping { get; set; }

    /// <summary>Has the session's thread do something.</summary>
    public void Post(Action<MqttSession> request)
    {
        _requests.Enqueue(request);
        Session.Wake();
    }

    public Task UntilAsync(Func<SessionBench, bool> condition) => Eventually.Holds(() => condition(this),
        () => $"{Messages.Length} messages, {Offered} offered, {(End is { } end ? end.Message : HasEnded ? "stopped" : "running")}");

    public void Stop() => _stop.Cancel();

    public bool Join(int seconds = 8) => _thread.Join(TimeSpan.FromSeconds(seconds));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Assert.True(await Task.Run(() => Join(20)), "the session does not end");
    }

    bool IMqttSessionHandler.OnPublish(in PublishPacket packet, int token)
    {
        Interlocked.Increment(ref _offered);
        if (!_hasRoom)
        {
            if (WhenRefused is { } request) _requests.Enqueue(request);
            return false;
        }
        _messages.Enqueue(
            new Received(Encoding.UTF8.GetString(packet.Topic), Encoding.UTF8.GetString(packet.Payload),
                packet.Qos, packet.MayRepeat, packet.IsCut, token));
        if (token >= 0 && Finishing == Finishing.AtOnce) Session.Finish(token);
        if (token >= 0 && Finishing == Finishing.WhenIdle) _unfinished.Enqueue(token);
        return true;
    }

    void IMqttSessionHandler.OnSubscribed() => Subscribed++;

    void IMqttSessionHandler.OnPublishAnswered(in PublishAnswer answer) => _answers.Enqueue(answer);

    void IMqttSessionHandler.OnIdle()
    {
        Interlocked.Increment(ref _idles);
        while (_requests.TryDequeue(out var request)) request(Session);
        if (_unfinished.Count == 0) return;
        while (_unfinished.TryDequeue(out var token)) Session.Finish(token);
        Session.Wake();
    }

    void IMqttSessionHandler.OnStopping() => Stopping?.Invoke();

    private void Run(MqttOptions mqtt, MqttSessionOptions options, TimeProvider time)
    {
        try
        {
            _session = MqttSession.Open(mqtt, options, time, _stop.Token);
            _session.Run(this, _stop.Token);
        }
        catch (MqttException e)
        {
            _end = e;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop while it connected.
        }
    }
}

/// <summary>When a handler finishes the messages that it takes.</summary>
internal enum Finishing
{
    AtOnce,
    /// <summary>On the session's thread, when nothing more is at hand, as a source does that runs its lanes itself.</summary>
    WhenIdle,
    /// <summary>By the test.</summary>
    Never,
}
