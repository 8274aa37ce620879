using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeAgent.Control;

/// <summary>What Kestrel calls for each request.</summary>
internal sealed class ControlApplication(RequestDelegate handle, IServiceScopeFactory? scopes = null) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        contextFeatures.Get<ConnectionPlace>()?.Answers(true);
        return scopes is null ? new DefaultHttpContext(contextFeatures)
            : new DefaultHttpContext(contextFeatures) { ServiceScopeFactory = scopes };
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await handle(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await ControlRequests.TextAsync(context, e.StatusCode, $"{e.Message}\n").ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Whoever asked has gone.
            context.Abort();
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception) => context.Features.Get<ConnectionPlace>()?.Answers(false);
}
