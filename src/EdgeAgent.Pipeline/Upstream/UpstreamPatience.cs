using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// How the link meets failure: retry for ever with growing, jittered pauses; and a circuit breaker, so that a broker that
/// keeps refusing is left in peace for a while.
/// </summary>
internal static class UpstreamPatience
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private const int FailuresToOpen = 8;

    public static ResiliencePipeline Build(UpstreamOptions options, TimeProvider time, Action<Exception?, TimeSpan> onFailure)
    {
        var isFailure = new PredicateBuilder().Handle<Exception>(e => e is not OperationCanceledException);
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = isFailure,
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = FirstPause,
                MaxDelay = options.RetryDelayLimit,
                UseJitter = true,
                OnRetry = retry =>
                {
                    onFailure(retry.Outcome.Exception, retry.RetryDelay);
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = isFailure,
                FailureRatio = 1,
                MinimumThroughput = FailuresToOpen,
                SamplingDuration = TimeSpan.FromMinutes(1),
                BreakDuration = TimeSpan.FromSeconds(Math.Max(1, options.RetryDelayLimit.TotalSeconds / 2)),
            })
            .Build();
    }
}
