using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Control.Metrics;
using EdgeAgent.Control.Status;
using EdgeAgent.Pipeline;
using Microsoft.AspNetCore.Http;

namespace EdgeAgent.Control;

/// <summary>All that the agent can be asked and told, one line a request.</summary>
internal sealed class ControlRequests(AgentPipeline pipeline, Observer observer, AgentHealth health, TimeProvider time)
{
    public const string LivePath = "/livez";
    public const string ReadyPath = "/readyz";
    public const string StatusPath = "/status";
    public const string MetricsPath = "/metrics";
    public const string CalibrationPath = "/calibration";
    public const string ResetPath = "/calibration/reset";

    public const string PurgePath = "/outbox/purge";
    public const string ReplayPath = "/outbox/replay";

    private const string DeviceKey = "device";

    private const string Paths =
        $"{LivePath} {ReadyPath} {StatusPath} {MetricsPath} {CalibrationPath} and, on the agent's socket, POST {ResetPath} {PurgePath} "
            + $"{ReplayPath}\n";

    private readonly StatusBuilder _status = new(pipeline, observer, time);
    private readonly MetricsPage _metrics = new(pipeline, observer, time);

    private readonly OutboxRequests _outbox = new(pipeline, time);

    public AgentHealth Health { get; } = health;

    /// <summary>Whether a request over TCP asks for this agent by a name of its own.</summary>
    public bool IsMeant(HttpContext context) => new HostNames(pipeline.Configured.Health.Hosts).Contains(context.Request.Host.Host);

    public static Task MisdirectedAsync(HttpContext context) => TextAsync(context, StatusCodes.Status421MisdirectedRequest,
        $"\"{context.Request.Host.Host}\" is no name of this agent: ask by its address, or have health.hosts name it\n");

    /// <param name="context">The request.</param>
    /// <param name="mayTell">Whether it may change anything.</param>
    public Task AnswerAsync(HttpContext context, bool mayTell) =>
        UnknownKey(context.Request) is { } trouble ? TextAsync(context, StatusCodes.Status400BadRequest, trouble)
            : AnswerKnownAsync(context, mayTell);

    /// <summary>A key that is misspelt would have all told where one was meant.</summary>
    private static string? UnknownKey(HttpRequest request)
    {
        var known = request.Path.Value == CalibrationPath ? DeviceKey : null;
        foreach (var (key, values) in request.Query)
        {
            if (key != known)
                return $"unknown key \"{key}\" in the query; {(known is null ? "none is known here" : $"expected \"{known}\"")}\n";
            if (values.Count > 1) return $"\"{key}\" stands {values.Count} times in the query; expected once\n";
        }
        return null;
    }

    private Task AnswerKnownAsync(HttpContext context, bool mayTell) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET" or "HEAD", LivePath) => AnswerAsync(context, Health.Live()),
        ("GET" or "HEAD", ReadyPath) => AnswerAsync(context, Health.Ready()),
        ("GET", StatusPath) => StatusAsync(context),
        ("GET", MetricsPath) => MetricsAsync(context),
        ("GET", CalibrationPath) => CalibrationAsync(context),
        ("POST", ResetPath) when mayTell => ResetAsync(context),
        ("POST", PurgePath) when mayTell => _outbox.PurgeAsync(context),
        ("POST", ReplayPath) when mayTell => _outbox.ReplayAsync(context),
        ("POST", ResetPath or PurgePath or ReplayPath) =>
            TextAsync(context, StatusCodes.Status403Forbidden, "only on the agent's own socket\n"),
        (_, LivePath or ReadyPath or StatusPath or MetricsPath or CalibrationPath or ResetPath or PurgePath or ReplayPath) =>
            TextAsync(context, StatusCodes.Status405MethodNotAllowed, "another method is needed\n"),
        _ => TextAsync(context, StatusCodes.Status404NotFound, $"there are {Paths}"),
    };

    private static Task AnswerAsync(HttpContext context, HealthAnswer answer) =>
        TextAsync(context, answer.IsFine ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, answer.Text);

    private async Task StatusAsync(HttpContext context)
    {
        var report = await _status.BuildAsync(Health).ConfigureAwait(false);
        await JsonAsync(context, JsonSerializer.SerializeToUtf8Bytes(report, ControlJson.Readable.StatusReport)).ConfigureAwait(false);
    }

    private async Task MetricsAsync(HttpContext context)
    {
        var page = await _metrics.WriteAsync().ConfigureAwait(false);
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.Body.WriteAsync(page, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task CalibrationAsync(HttpContext context)
    {
        var device = context.Request.Query[DeviceKey].ToString();
        if (await pipeline.Requests.CalibrationsAsync(device.Length > 0 ? device : null).ConfigureAwait(false) is not { } views)
            await TextAsync(context, StatusCodes.Status503ServiceUnavailable, "a lane does not answer: it is busy, or waits for the disk\n")
                .ConfigureAwait(false);
        else
            await JsonAsync(context, JsonSerializer.SerializeToUtf8Bytes(views, ControlJson.Readable.IReadOnlyListCalibrationView))
                .ConfigureAwait(false);
    }

    private async Task ResetAsync(HttpContext context)
    {
        CalibrationReset? reset;
        try
        {
            reset = await JsonSerializer.DeserializeAsync(
                context.Request.Body, ControlJson.Default.CalibrationReset, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            reset = null;
        }
        if (reset is not { Device.Length: > 0 })
        {
            await TextAsync(context, StatusCodes.Status400BadRequest,
                "expected {\"device\": \"NAME\", \"detector\": \"NAME\"}, the detector if it is to be one only\n").ConfigureAwait(false);
            return;
        }
        var count = await pipeline.Requests.LearnAnewAsync(reset.Device, reset.Detector).ConfigureAwait(false);
        if (count > 0) observer.Life.CalibrationsReset += count.Value;
        var (code, text) = count switch
        {
            null => (StatusCodes.Status503ServiceUnavailable, "the device's lane does not answer yet; it forgets as soon as it can\n"),
            0 => (StatusCodes.Status404NotFound, "no such device, or no detector of that name watches it\n"),
            _ => (StatusCodes.Status200OK, $"{reset.Device} is learned anew by {count} detector{(count == 1 ? "" : "s")}\n"),
        };
        await TextAsync(context, code, text).ConfigureAwait(false);
    }

    public static Task TextAsync(HttpContext context, int code, string text)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask
            : context.Response.WriteAsync(Words.Lines(text), context.RequestAborted);
    }

    private static Task JsonAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }
}
