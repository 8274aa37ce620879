using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Control.Grpc;

/// <summary>The part of the web framework that gRPC needs; what is no gRPC call goes on elsewhere.</summary>
internal sealed class GrpcHealthPipeline : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="health">What is told.</param>
    /// <param name="logs">Takes what goes wrong.</param>
    /// <param name="otherwise">Takes all other requests.</param>
    public GrpcHealthPipeline(AgentHealth health, ILoggerFactory logs, RequestDelegate otherwise)
    {
        var listener = new DiagnosticListener("Microsoft.AspNetCore");
        var services = new ServiceCollection();
        services.AddSingleton(logs);
        services.TryAddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(listener);
        services.AddSingleton<DiagnosticSource>(listener);
        services.AddRoutingCore();
        services.AddGrpc();
        services.AddSingleton(new GrpcHealthService(health));
        _services = services.BuildServiceProvider();
        var app = new ApplicationBuilder(_services);
        app.UseRouting();
        app.UseEndpoints(endpoints => endpoints.MapGrpcService<GrpcHealthService>());
        app.Run(otherwise);
        Handle = app.Build();
    }

    public RequestDelegate Handle { get; }

    public IServiceScopeFactory Services => _services.GetRequiredService<IServiceScopeFactory>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
