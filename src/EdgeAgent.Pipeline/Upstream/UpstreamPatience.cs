using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>
/// How the link meets failure: retry for ever with the plan's growing, jittered pauses; and a circuit breaker, so that a
/// broker that keeps refusing is left in peace for a while.
/// </summary>
internal static class UpstreamPatience
{
    private const int FailuresToOpen = 8;

    public static ResiliencePipeline Build(UpstreamOptions options, ReconnectPlan plan, TimeProvider time, Action<Exception?, TimeSpan> onFailure)
    {
        var isFailure = new PredicateBuilder().Handle<Exception>(e => e is not OperationCanceledException);
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = isFailure,
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = retry => new ValueTask<TimeSpan?>(plan.Next(FaultOf(retry.Outcome.Exception), hasHeld: false)),
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

    public static LinkFault FaultOf(Exception? failure) => (failure as LinkException ?? failure?.InnerException as LinkException)?.Fault ?? LinkFault.Lost;
}
