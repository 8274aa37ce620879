namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>
/// How long a broker has said nothing while we listened. With full lanes it is we who keep it waiting; that does not count.
/// The receiving loop writes, the keep-alive timer looks.
/// </summary>
internal sealed class SilenceWatch(TimeProvider time)
{
    private long _listeningSince;
    private volatile bool _isListening;
    private volatile bool _hasEndedSession;

    /// <summary>What is too long; the session says once it is known.</summary>
    public TimeSpan Limit { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Whether the connection was closed for its silence.</summary>
    public bool HasEndedSession => _hasEndedSession;

    public void Listen()
    {
        Volatile.Write(ref _listeningSince, time.GetTimestamp());
        _isListening = true;
    }

    public void Heard() => _isListening = false;

    /// <summary>True when the silence has lasted too long and the connection must be closed.</summary>
    public bool MustEndSession() =>
        _hasEndedSession = _isListening && time.GetElapsedTime(Volatile.Read(ref _listeningSince)) > Limit;
}
