using System.Globalization;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Failures;
using EdgeAgent.Inference.Serving;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Delivery.Mqtt;
using Microsoft.AspNetCore.Http;

namespace EdgeAgent.Serving;

/// <summary>What can be asked by the Open Inference Protocol, version 2, over HTTP. Errors are <c>{"error": TEXT}</c>.</summary>
/// <param name="options">What is served, and whether models may be loaded.</param>
/// <param name="models">What is served now.</param>
/// <param name="places">Who may run.</param>
/// <param name="counters">What became of requests.</param>
/// <param name="isReady">Whether all that was to be loaded at the start has been tried.</param>
internal sealed class ServingRequests(
    ServeOptions options, ServedModels models, RunPlaces places, ServingCounters counters, Func<bool> isReady)
{
    private const string HeaderLength = "Inference-Header-Content-Length";
    private const string Json = "application/json", Binary = "application/octet-stream";
    private const int LoadRequestBytes = 64 << 10;
    private static readonly TimeSpan BodyLimit = TimeSpan.FromSeconds(10);

    private int _isLoading;

    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context).ConfigureAwait(false);
        }
        catch (Exception e) when (StatusOf(e) is { } status && !context.Response.HasStarted)
        {
            await SendAsync(context, ServingJson.Error(e.Message), status).ConfigureAwait(false);
        }
    }

    private static int? StatusOf(Exception e) => e switch
    {
        ServingException serving => serving.Status,
        TensorException => StatusCodes.Status400BadRequest,
        BadHttpRequestException bad => bad.StatusCode,
        RunOverdueException => StatusCodes.Status504GatewayTimeout,
        InvalidModelArgumentException => StatusCodes.Status400BadRequest,
        ModelRunException { CanRetry: true } => StatusCodes.Status503ServiceUnavailable,
        ModelRunException => StatusCodes.Status500InternalServerError,
        BundleException { CanRetry: true } => StatusCodes.Status503ServiceUnavailable,
        BundleException => StatusCodes.Status400BadRequest,
        _ => null,
    };

    private Task RouteAsync(HttpContext context)
    {
        var method = context.Request.Method;
        var parts = (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (method, parts) switch
        {
            ("GET", ["v2"]) => SendAsync(context, ServingJson.Server(AgentStatus.Version)),
            ("GET", ["v2", "health", "live"]) => SendAsync(context, ServingJson.Truth("live", true)),
            ("GET", ["v2", "health", "ready"]) => SendAsync(context, ServingJson.Truth("ready", isReady()),
                isReady() ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable),
            ("GET", ["v2", "models", var name]) => MetadataAsync(context, name, null),
            ("GET", ["v2", "models", var name, "versions", var version]) => MetadataAsync(context, name, version),
            ("GET", ["v2", "models", var name, "ready"]) => ReadyAsync(context, name, null),
            ("GET", ["v2", "models", var name, "versions", var version, "ready"]) => ReadyAsync(context, name, version),
            ("POST", ["v2", "models", var name, "infer"]) => InferAsync(context, name, null),
            ("POST", ["v2", "models", var name, "versions", var version, "infer"]) => InferAsync(context, name, version),
            ("POST", ["v2", "repository", "index"]) => SendAsync(context, ServingJson.Index(models.Index(options.Folders()))),
            ("POST", ["v2", "repository", "models", var name, "load"]) => LoadAsync(context, name),
            ("POST", ["v2", "repository", "models", var name, "unload"]) => UnloadAsync(context, name),
            (_, ["v2", ..]) => throw new ServingException(
                $"{method} {context.Request.Path} is not offered; there are GET /v2, /v2/health/live, /v2/health/ready, "
                    + "/v2/models/NAME[/versions/VERSION][/ready], POST .../infer, /v2/repository/index, /v2/repository/models/NAME/load "
                    + "and .../unload", StatusCodes.Status404NotFound),
            _ => throw new ServingException(
                "this is an Open Inference Protocol endpoint: its paths begin with /v2", StatusCodes.Status404NotFound),
        };
    }

    private async Task MetadataAsync(HttpContext context, string name, string? version)
    {
        ReadOnlyMemory<byte> json;
        using (var held = models.Hold(name, version))
            json = ServingJson.Metadata(held.Model, models.VersionsOf(name));
        await SendAsync(context, json).ConfigureAwait(false);
    }

    private Task ReadyAsync(HttpContext context, string name, string? version)
    {
        models.Hold(name, version).Dispose();
        return SendAsync(context, ServingJson.Ready(name));
    }

    private async Task InferAsync(HttpContext context, string name, string? version)
    {
        counters.Asked();
        var isAnswered = false;
        try
        {
            using var held = models.Hold(name, version);
            if (context.Request.Headers.ContentEncoding is { Count: > 0 } and not ["identity"])
                throw new ServingException(
                    "Content-Encoding is not offered; send the request as it is", StatusCodes.Status415UnsupportedMediaType);
            var jsonBytes = JsonBytes(context.Request);
            var slot = await places.TakeAsync(context.RequestAborted).ConfigureAwait(false);
            try
            {
                var request = InferRequestReader.Read(await BodyAsync(context, ServeOptions.MessageBytes).ConfigureAwait(false), jsonBytes);
                var wanted = request.Outputs.Select(o => o.Name).ToList();
                var outputs = held.Model.Run(slot, request.Inputs, wanted, ServeOptions.MessageBytes);
                // Within its place: who reads slowly holds an answer's memory.
                await SendAsync(context, InferAnswer.Of(held.Model, request, outputs)).ConfigureAwait(false);
                isAnswered = true;
            }
            finally
            {
                places.Return(slot);
            }
        }
        finally
        {
            if (!isAnswered) counters.Failed();
        }
    }

    private static async Task SendAsync(HttpContext context, InferAnswer answer)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(BodyLimit);
        if (answer.Binary.Count > 0)
            context.Response.Headers[HeaderLength] = answer.Json.Length.ToString(CultureInfo.InvariantCulture);
        context.Response.ContentLength = answer.Json.Length + answer.Binary.Sum(b => (long)b.Length);
        context.Response.ContentType = answer.Binary.Count > 0 ? Binary : Json;
        await context.Response.Body.WriteAsync(answer.Json, limit.Token).ConfigureAwait(false);
        foreach (var tensor in answer.Binary)
            await context.Response.Body.WriteAsync(tensor, limit.Token).ConfigureAwait(false);
    }

    private static int? JsonBytes(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(HeaderLength, out var text)) return null;
        return int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length
            : throw new ServingException($"{HeaderLength} is \"{text}\"; expected the bytes of the JSON");
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext context, int limitBytes)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(BodyLimit);
        try
        {
            if (context.Request.ContentLength > limitBytes) throw TooLarge(limitBytes);
            var body = new MemoryStream((int)(context.Request.ContentLength ?? 0));
            await context.Request.Body.CopyToAsync(body, limit.Token).ConfigureAwait(false);
            if (body.Length > limitBytes) throw TooLarge(limitBytes);
            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new ServingException(
                $"the request did not come in whole within {BodyLimit.TotalSeconds:0} s", StatusCodes.Status408RequestTimeout);
        }
    }

    private static ServingException TooLarge(int limitBytes) =>
        new($"the request has more than {limitBytes} bytes", StatusCodes.Status413PayloadTooLarge);

    private async Task LoadAsync(HttpContext context, string name)
    {
        CheckMayChange();
        // Each load may start a trial: one at a time.
        if (Interlocked.Exchange(ref _isLoading, 1) == 1)
            throw new ServingException("a model is being loaded; try again in a moment", StatusCodes.Status503ServiceUnavailable);
        try
        {
            await LoadAloneAsync(context, name).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isLoading, 0);
        }
    }

    private async Task LoadAloneAsync(HttpContext context, string name)
    {
        LoadRequest.Check((await BodyAsync(context, LoadRequestBytes).ConfigureAwait(false)).Span);
        var folder = options.Folders().FirstOrDefault(f => Path.GetFileName(f) == name)
            ?? throw new ServingException($"there is no folder \"{name}\" in {options.Models}", StatusCodes.Status404NotFound);
        await Task.Run(() => models.Load(folder)).ConfigureAwait(false);
        await SendAsync(context, "{}"u8.ToArray()).ConfigureAwait(false);
    }

    private Task UnloadAsync(HttpContext context, string name)
    {
        CheckMayChange();
        models.Unload(name, options.Folders());
        return SendAsync(context, "{}"u8.ToArray());
    }

    private void CheckMayChange()
    {
        if (!options.Repository)
            throw new ServingException("models are not loaded and unloaded from here: the configuration has no serve.repository = true",
                StatusCodes.Status403Forbidden);
    }

    private static Task SendAsync(HttpContext context, ReadOnlyMemory<byte> json, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }
}
