using Grpc.Core;
using Grpc.Health.V1;

namespace EdgeAgent.Control.Grpc;

/// <summary>
/// The standard health service, https://github.com/grpc/grpc/blob/master/doc/health-checking.md: the agent as a whole
/// under the empty name, and nothing else. It serves while it is live and ready, degraded or not.
/// </summary>
internal sealed class GrpcHealthService(AgentHealth health) : Health.HealthBase
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        request.Service.Length == 0
            ? Task.FromResult(Answer(Current()))
            : throw new RpcException(
                new global::Grpc.Core.Status(StatusCode.NotFound, "only the agent as a whole is known, under the empty name"));

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var said = HealthCheckResponse.Types.ServingStatus.Unknown;
        using var timer = new PeriodicTimer(CheckEvery);
        try
        {
            do
            {
                var now = request.Service.Length == 0 ? Current() : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
                if (now == said) continue;
                await responseStream.WriteAsync(Answer(now), context.CancellationToken).ConfigureAwait(false);
                said = now;
            }
            while (await timer.WaitForNextTickAsync(context.CancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // Who watched has gone, or the agent stops.
        }
    }

    private static HealthCheckResponse Answer(HealthCheckResponse.Types.ServingStatus status) => new() { Status = status };

    private HealthCheckResponse.Types.ServingStatus Current() => health.Live().IsFine && health.Ready().IsFine
        ? HealthCheckResponse.Types.ServingStatus.Serving
        : HealthCheckResponse.Types.ServingStatus.NotServing;
}
