using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeAgent.Control;

/// <summary>What Kestrel calls for each request.</summary>
internal sealed class ControlApplication(RequestDelegate handle, IServiceScopeFactory? scopes = null) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) =>
        scopes is null ? new DefaultHttpContext(contextFeatures) : new DefaultHttpContext(contextFeatures) { ServiceScopeFactory = scopes };

    public Task ProcessRequestAsync(HttpContext context) => handle(context);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing was rented for it.
    }
}
