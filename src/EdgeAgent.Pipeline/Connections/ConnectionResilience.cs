using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace EdgeAgent.Pipeline.Connections;

/// <summary>
/// Keeps a connection alive: makes it again for ever, with the pauses of <see cref="ReconnectDelays"/>. A circuit breaker
/// stops the attempts for a while when the other side keeps denying them; a lost connection never opens it. One owner runs
/// it on a thread of its own; <see cref="TryNow"/> may be called from any thread.
/// </summary>
internal sealed class ConnectionResilience
{
    private const int DenialsToOpen = 8;
    // An urgent event must not turn a dead link into a busy loop.
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(500);
    // What the circuit breaker accepts.
    private static readonly TimeSpan LeastBreak = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromDays(1);

    private readonly ReconnectOptions _options;
    private readonly TimeProvider _time;
    private readonly ReconnectDelays _delays;
    private readonly Action<Exception, TimeSpan> _onFailure;
    private readonly ResiliencePipeline _pipeline;
    private readonly Lock _gate = new();
    private CancellationTokenSource? _pause;
    private bool _isLost;
    private long _triedAt;
    private long _connectedAt;

    /// <param name="options">How long it pauses.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFailure">Called with each failure and the pause after it.</param>
    /// <param name="random">Draws the pauses.</param>
    public ConnectionResilience(ReconnectOptions options, TimeProvider time, Action<Exception, TimeSpan> onFailure, Random? random = null)
    {
        options.Validate();
        (_options, _time, _onFailure) = (options, time, onFailure);
        _delays = new ReconnectDelays(options, random ?? Random.Shared);
        _pipeline = Build();
    }

    /// <summary>What a failure says about when to try again.</summary>
    public static ConnectionFault FaultOf(Exception? failure) =>
        (failure as ConnectionException ?? failure?.InnerException as ConnectionException)?.Fault ?? ConnectionFault.Lost;

    /// <summary>
    /// Runs <paramref name="session"/> on the calling thread, again whenever it fails, until it returns or
    /// <paramref name="stop"/> is set.
    /// </summary>
    /// <param name="session">Makes a connection, uses it, and throws when it ends.</param>
    /// <param name="stop">Ends it.</param>
    public void Execute(Action<CancellationToken> session, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var pause = BeginPauses(stop);
            try
            {
                _pipeline.Execute(_ =>
                {
                    BeginAttempt();
                    session(stop);
                }, pause.Token);
                return;
            }
            catch (Exception) when (!stop.IsCancellationRequested && pause.IsCancellationRequested)
            {
                // Someone asked for an attempt at once.
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            finally
            {
                EndPauses(pause);
            }
        }
    }

    /// <summary>Notes that the attempt in hand has led to a connection.</summary>
    public void MarkConnected() => _connectedAt = _time.GetTimestamp();

    /// <summary>Ends the pause after a lost connection, for something urgent waits. A pause that the other side needs goes on.</summary>
    public void TryNow()
    {
        lock (_gate)
        {
            // Not on the caller's thread: what ends the pause goes on to connect.
            if (_isLost && _time.GetElapsedTime(_triedAt) >= LeastPause) _ = _pause?.CancelAsync();
        }
    }

    private CancellationTokenSource BeginPauses(CancellationToken stop)
    {
        lock (_gate) return _pause = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    private void EndPauses(CancellationTokenSource pause)
    {
        lock (_gate) _pause = null;
        pause.Dispose();
    }

    private void BeginAttempt()
    {
        lock (_gate) (_isLost, _triedAt) = (false, _time.GetTimestamp());
        _connectedAt = 0;
    }

    private TimeSpan NextPause(Exception failure)
    {
        var fault = FaultOf(failure);
        // Only a connection that held for long makes the pauses short again, or the tenth failure in an hour would be the first.
        var hasHeld = _connectedAt != 0 && _time.GetElapsedTime(_connectedAt) > _options.RetryDelayLimit;
        lock (_gate) _isLost = fault == ConnectionFault.Lost;
        return _delays.Next(fault, hasHeld);
    }

    private ResiliencePipeline Build() => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions
        {
            // Anything else is a defect, and must end the process, not be tried for ever.
            ShouldHandle = new PredicateBuilder().Handle<ConnectionException>().Handle<BrokenCircuitException>(),
            MaxRetryAttempts = int.MaxValue,
            DelayGenerator = retry => new ValueTask<TimeSpan?>(NextPause(retry.Outcome.Exception!)),
            OnRetry = retry =>
            {
                // While the circuit is open, the reason is what opened it.
                var failure = retry.Outcome.Exception!;
                _onFailure(failure is BrokenCircuitException { InnerException: { } cause } ? cause : failure, retry.RetryDelay);
                return default;
            },
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(e => FaultOf(e) is ConnectionFault.Busy or ConnectionFault.Refused),
            FailureRatio = 1,
            MinimumThroughput = DenialsToOpen,
            SamplingDuration = Within(_options.RetryDelayLimit * DenialsToOpen * 2),
            BreakDuration = Within(_options.RetryDelayLimit * 2),
        })
        .Build();

    private static TimeSpan Within(TimeSpan wanted) => wanted < LeastBreak ? LeastBreak : wanted > LongestBreak ? LongestBreak : wanted;
}
